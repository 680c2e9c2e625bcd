import { randomUUID } from 'node:crypto';
import { MooringError, parseDuration } from '../api/api.ts';
import { type NewHistoryEntry, type Session, SqlFailure } from '../engines/engines.ts';
import type { Migration, Script } from '../migrations/migrations.ts';
import { commitTold } from './awaited.ts';
import { breakingChanges } from './breaking.ts';
import { entryFor, failedEntry, scriptBlobs, storeScripts, untimedEntryFor } from './entries.ts';
import { pause } from './pause.ts';
import type { Recorder } from './recorder.ts';
import type { RunLog, RunRequest } from './request.ts';
import { rowsKept } from './rows-kept.ts';
import { sqlError } from './sql-error.ts';
import { checkInterrupted, interrupted } from './with-session.ts';

/** Attempts after a deadlock or a serialization failure. */
const AGAIN = 3;
/** An attempt that cost more is not repeated by itself. */
const DEAR = 60_000;
/** Bytes of stored scripts that are sent along with a migration's end. */
const MOST_TOGETHER = 1_000_000;

/**
 * One migration in one transaction: its SQL, its history entry and, with a recorder, the snapshot after it. Either all
 * of it happens or nothing. Throws `sql-failed`, `lock-timeout`, `interrupted`; `ConnectionLost` passes through, and
 * then only the history tells whether COMMIT took place.
 */
export async function applyTransactional(
  request: RunRequest,
  session: Session,
  migration: Migration,
  previous: string,
  recorder: Recorder | undefined,
  log: RunLog,
): Promise<void> {
  const key = randomUUID();
  const { script } = migration;
  const budget = parseDuration(request.definition.spec.locks.final);
  const began = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    checkInterrupted(request);
    const started = performance.now();
    const unmark = recorder?.mark();
    try {
      await session.reset(timeouts(request, script), true);
      if (recorder === undefined) await runOneOfMany(request, session, migration, key, previous, log);
      else {
        await runStatements(request, session, script);
        await finish(request, session, migration, key, previous, recorder, started, log);
      }
      return;
    } catch (error) {
      if (!(error instanceof SqlFailure || error instanceof StatementFailed || error instanceof MooringError))
        throw error;
      unmark?.();
      await session.rollback();
      const failure =
        error instanceof StatementFailed ? error.failure : error instanceof SqlFailure ? error : undefined;
      const spent = Date.now() - began;
      const cost = performance.now() - started;
      if (failure?.kind === 'lock-timeout' && spent < budget && cost < DEAR) {
        await waitForLocks(request, session, script, attempt);
        continue;
      }
      if (failure?.kind === 'again' && attempt <= AGAIN && cost < DEAR) {
        request.progress(`${script.file}: ${failure.message}; trying again`);
        await pause(Math.random() * 500, request.signal);
        continue;
      }
      const told = await tell(request, session, error, script, budget);
      await session.reset({ lockTimeout: 0, statementTimeout: 0 });
      await session.store.addHistory(
        failedEntry(request, migration, 'apply', told, performance.now() - started),
      );
      throw told;
    }
  }
}

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

/** The last words about a statement that failed: what, where, and what stands now. */
export async function tell(
  request: RunRequest,
  session: Session,
  error: SqlFailure | StatementFailed | MooringError,
  script: Script,
  waited: number,
): Promise<MooringError> {
  if (error instanceof MooringError) return error;
  const failure = error instanceof StatementFailed ? error.failure : error;
  if (failure.kind === 'cancelled' && request.signal?.aborted) {
    return interrupted(
      `${script.file} was under way; its transaction was rolled back, nothing of it is left`,
    );
  }
  if (error instanceof StatementFailed) {
    const told = sqlError(
      failure,
      script,
      error.statement.statement,
      'Nothing of this file is left in the database. Mend it and run again.',
    );
    return failure.kind === 'lock-timeout' ? lockTimeout(session, told, waited) : told;
  }
  return new MooringError(
    'sql-failed',
    `${script.file}: at the end of its transaction: ${failure.message} (${failure.code})`,
    {
      file: script.file,
      hint: 'Nothing of this file is left in the database. Mend it and run again.',
      server: {
        code: failure.code,
        ...(failure.detail === undefined ? {} : { detail: failure.detail }),
        ...(failure.serverHint === undefined ? {} : { hint: failure.serverHint }),
      },
      cause: failure,
    },
  );
}

/** A table lock was not to be had in any attempt: who may have kept it. `waited` in milliseconds. */
export async function lockTimeout(
  session: Session,
  told: MooringError,
  waited: number,
): Promise<MooringError> {
  const others = await session.oldTransactions(0);
  return new MooringError(
    'lock-timeout',
    `${told.message}\nwaited in vain for a table lock, again and again for ${Math.round(waited / 1000)} s${others.length === 0 ? '' : `; open transactions:\n${others.join('\n')}`}`,
    {
      ...told.where,
      hint: 'End the transaction that keeps the lock, or run when there is less traffic; locks.timeout and locks.final say how long to try.',
      ...(told.server === undefined ? {} : { server: told.server }),
      cause: told.cause,
    },
  );
}

async function finish(
  request: RunRequest,
  session: Session,
  migration: Migration,
  key: string,
  previous: string,
  recorder: Recorder,
  started: number,
  log: RunLog,
): Promise<void> {
  await session.ownVoice();
  const scripts = await storeScripts(request, session, migration);
  const look = await recorder.look();
  const { effect } = look;
  await recorder.record(look, key);
  const because = breakingChanges(effect);
  const breaking = because.length > 0 || migration.phase === 'contract';
  const entry = entryFor(request, migration, key, previous, scripts, {
    breaking,
    ms: performance.now() - started,
    detail: {
      breaking: because.slice(0, 20),
      absorbed: [...effect.absorbed],
      objects: effect.touched.slice(0, 500),
      ...(await rowsKept(session.engine, migration)),
    },
  });
  await commitTold(log, { key, tell: () => tellApplied(log, entry, effect.absorbed) }, () =>
    session.commitWith(entry),
  );
}

/**
 * One of many migrations: its last statement and its end travel together, and nobody waits for the disk. The snapshot
 * that covers them all is the durable end. Until then a crash of the server can only take the newest ones back, each
 * with its history entry, and they are applied again.
 */
async function runOneOfMany(
  request: RunRequest,
  session: Session,
  migration: Migration,
  key: string,
  previous: string,
  log: RunLog,
): Promise<void> {
  const started = performance.now();
  const { file, steps } = migration.script;
  const { keys, blobs } = scriptBlobs(request, migration);
  const breaking = await breaksByText(session, migration);
  const detail = await rowsKept(session.engine, migration);
  const entry = untimedEntryFor(request, migration, key, previous, keys, { breaking, detail });
  const tell = (): void => tellApplied(log, { id: migration.id, ms: performance.now() - started });
  const last = steps.at(-1);
  if (last?.type !== 'sql' || last.statement.data !== undefined || sizeOf(blobs) > MOST_TOGETHER) {
    await runStatements(request, session, migration.script);
    await session.ownVoice();
    await session.store.putBlobs(blobs);
    const timed = { ...entry, ms: performance.now() - started };
    return commitTold(log, { key, tell }, () => session.commitWith(timed));
  }
  await runStatements(request, session, { file, steps: steps.slice(0, -1) });
  checkInterrupted(request);
  await commitTold(log, { key, tell }, async () => {
    const { refused } = await session.executeAndCommit(
      last.statement,
      entry,
      blobs,
      timeouts(request, migration.script),
    );
    if (refused !== undefined) throw new StatementFailed(refused, last);
  });
}

function sizeOf(blobs: ReadonlyMap<string, Uint8Array>): number {
  return [...blobs.values()].reduce((sum, { length }) => sum + length, 0);
}

function tellApplied(
  log: RunLog,
  { id, ms }: Pick<NewHistoryEntry, 'id' | 'ms'>,
  absorbed: readonly string[] = [],
): void {
  log.applied.push({ id, ms: Math.round(ms) });
  for (const object of absorbed) log.absorbed.add(object);
}

/** Without a look at the catalog, the text decides. */
export async function breaksByText(session: Session, migration: Migration): Promise<boolean> {
  if (migration.phase === 'contract') return true;
  for (const step of migration.script.steps) {
    if (step.type === 'sql' && (await session.engine.classify(step.statement)).breaks) return true;
  }
  return false;
}

async function waitForLocks(
  request: RunRequest,
  session: Session,
  script: Script,
  attempt: number,
): Promise<void> {
  const others = await session.oldTransactions(0);
  request.progress(
    `${script.file}: a table lock was not to be had in time (attempt ${attempt}); trying again${others.length === 0 ? '' : `; open transactions: ${others.join('; ')}`}`,
  );
  await pause(Math.min(500 * attempt, 5_000) * (0.5 + Math.random()), request.signal);
}
