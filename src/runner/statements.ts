import { MooringError, parseDuration } from '../api/api.ts';
import { type Session, SqlFailure } from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';
import type { RunRequest } from './request.ts';
import { checkInterrupted } from './with-session.ts';

/** A statement that the server refused, with the statement. */
export class StatementFailed extends Error {
  readonly failure: SqlFailure;
  readonly statement: Script['steps'][number] & { type: 'sql' };

  constructor(failure: SqlFailure, statement: Script['steps'][number] & { type: 'sql' }) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.statement = statement;
  }
}

/** Sends a script's statements one after another. Throws `StatementFailed`. */
export async function runStatements(
  request: RunRequest,
  session: Session,
  script: Pick<Script, 'file' | 'steps'>,
): Promise<void> {
  for (const step of script.steps) {
    if (step.type !== 'sql')
      throw new MooringError('not-supported', `${script.file}: a step of type ${step.type}`);
    checkInterrupted(request);
    try {
      await session.execute(step.statement);
    } catch (error) {
      throw error instanceof SqlFailure ? new StatementFailed(error, step) : error;
    }
  }
}

/** Timeouts of a script: what waits for a lock stands in the way of others, so it does not wait long. */
export function timeouts(
  request: RunRequest,
  script: Script,
): { readonly lockTimeout: number; readonly statementTimeout: number } {
  const { lockTimeout, statementTimeout } = script.directives;
  return {
    lockTimeout: parseDuration(lockTimeout ?? request.definition.spec.locks.timeout),
    statementTimeout: parseDuration(statementTimeout ?? '0'),
  };
}
