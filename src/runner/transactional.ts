import { randomUUID } from 'node:crypto';
import { MooringError, parseDuration } from '../api/api.ts';
import { type CatalogRead, type NewHistoryEntry, type Session, SqlFailure } from '../engines/engines.ts';
import type { Migration, Script } from '../migrations/migrations.ts';
import { commitTold } from './awaited.ts';
import { breakingChanges } from './breaking.ts';
import { entryFor, failedEntry, storeScripts } from './entries.ts';
import { Ahead, type OneOfMany, runOneOfMany } from './one-of-many.ts';
import { pause } from './pause.ts';
import type { Recorder } from './recorder.ts';
import { type RunLog, type RunRequest, tellApplied } from './request.ts';
import { rowsKept } from './rows-kept.ts';
import { sqlError } from './sql-error.ts';
import { runStatements, StatementFailed, timeouts } from './statements.ts';
import { checkInterrupted, interrupted } from './with-session.ts';

/** Attempts after a deadlock or a serialization failure. */
const AGAIN = 3;
/** An attempt that cost more is not repeated by itself. */
const DEAR = 60_000;

/** What the statements are to lead to, where that is known before. */
export interface Goal {
  /** Throws where it was missed: then nothing is committed. */
  readonly check: (read: CatalogRead) => void;
  /** What failed, in words that say whose statements they are. */
  readonly told: (error: MooringError) => MooringError;
  /** For the history entry. */
  readonly detail: NewHistoryEntry['detail'];
}

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
  many: Pick<OneOfMany, 'next' | 'ahead'> | undefined,
  log: RunLog,
  goal?: Goal,
): Promise<void> {
  const key = randomUUID();
  const { script } = migration;
  const budget = parseDuration(request.definition.spec.locks.final);
  const began = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    const sent = await many?.ahead.take(migration);
    if (sent === undefined) checkInterrupted(request);
    const started = performance.now();
    const unmark = recorder?.mark();
    try {
      if (sent === undefined) await session.reset(timeouts(request, script), true);
      if (recorder === undefined) {
        const ahead = many?.ahead ?? new Ahead();
        const one = { request, session, log, migration, previous, next: many?.next, ahead };
        await runOneOfMany(one, key, sent);
      } else {
        await runStatements(request, session, script);
        await finish(request, session, migration, key, previous, recorder, started, log, goal);
      }
      return;
    } catch (error) {
      if (!(error instanceof SqlFailure || error instanceof StatementFailed || error instanceof MooringError))
        throw error;
      unmark?.();
      await many?.ahead.drop(log);
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
      const said = await tell(request, session, error, script, budget);
      const told = goal?.told(said) ?? said;
      await session.reset({ lockTimeout: 0, statementTimeout: 0 });
      await session.store.addHistory(
        failedEntry(request, migration, 'apply', told, performance.now() - started),
      );
      throw told;
    }
  }
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
  goal: Goal | undefined,
): Promise<void> {
  await session.ownVoice();
  const scripts = await storeScripts(request, session, migration);
  const look = await recorder.look();
  goal?.check(look.read);
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
      ...goal?.detail,
    },
  });
  await commitTold(log, { key, tell: () => tellApplied(log, entry, effect.absorbed) }, () =>
    session.commitWith(entry),
  );
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
