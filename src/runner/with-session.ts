import { type LockHolder, MooringError } from '../api/api.ts';
import { ConnectionLost, OwnFailed, type Session, SqlFailure } from '../engines/engines.ts';
import { ownStatementFailed } from './own-failure.ts';
import { pause } from './pause.ts';
import type { RunLog, RunRequest } from './request.ts';

/**
 * Opens a session, takes the lock and does the work, from the top again when the connection is lost on the way: the
 * work reads from the database where it stands, so that doing it twice does each thing once.
 * Throws `connection-failed`, `connection-lost`, `lock-busy`, `interrupted`, and what the work throws.
 */
export async function withLockedSession<T>(
  request: RunRequest,
  log: Pick<RunLog, 'begun'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let reached = false;
  for (;;) {
    const session = await open(
      request,
      reached ? request.deadline : Math.min(request.deadline, Date.now() + request.patience),
      () => {
        checkInterrupted(request, `stopped while waiting for the database; ${done(reached)}`);
      },
    );
    reached = true;
    const stop = cancelOnAbort(request, session);
    try {
      await takeLock(request, session, () => {
        checkInterrupted(request, `stopped while waiting for the lock; ${done(log.begun)}`);
      });
      log.begun = true;
      return await work(session);
    } catch (error) {
      const refused = error instanceof OwnFailed ? error.failure : error;
      if (refused instanceof SqlFailure) {
        if (refused.kind === 'cancelled') checkInterrupted(request);
        throw ownStatementFailed(refused, session);
      }
      if (!(error instanceof ConnectionLost)) throw error;
      if (request.signal?.aborted)
        throw interrupted(
          'the connection was lost while the statement was being cancelled; the server may still be rolling back',
        );
      if (Date.now() > request.deadline) throw lost(error);
      request.progress(`${error.message}; looking again where the database stands`);
      await pause(200, request.signal);
    } finally {
      stop();
      await session.close();
    }
  }
}

/** A session without the lock, for questions. */
export async function withSession<T>(
  request: Pick<RunRequest, 'engine' | 'target'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await request.engine.connect(request.target);
  try {
    return await work(session);
  } catch (error) {
    if (error instanceof SqlFailure) throw ownStatementFailed(error, session);
    throw error instanceof ConnectionLost ? lost(error) : error;
  } finally {
    await session.close();
  }
}

/** Throws `interrupted` once the signal has come. */
export function checkInterrupted(
  request: Pick<RunRequest, 'signal'>,
  what = 'stopped between two statements; what was done is recorded',
): void {
  if (request.signal?.aborted) throw interrupted(what);
}

function done(anything: boolean): string {
  return anything ? 'what was done before is recorded' : 'nothing was done';
}

export function interrupted(message: string): MooringError {
  return new MooringError('interrupted', `interrupted: ${message}`, {
    hint: 'Run the same command again: it goes on from here.',
  });
}

async function open(request: RunRequest, until: number, check: () => void): Promise<Session> {
  let told = false;
  for (;;) {
    check();
    try {
      return await request.engine.connect(request.target);
    } catch (caught) {
      const error = caught instanceof ConnectionLost ? asConnectionFailed(caught) : caught;
      // What is wrong with the files is said at once, whatever else there is to wait for.
      await request.reading;
      if (!(error instanceof MooringError) || error.code !== 'connection-failed' || Date.now() >= until)
        throw error;
      if (!told)
        request.progress(`${error.message}; trying again for ${Math.ceil((until - Date.now()) / 1000)} s`);
      told = true;
      await pause(Math.min(1_000, Math.max(50, until - Date.now())), request.signal);
    }
  }
}

async function takeLock(request: RunRequest, session: Session, check: () => void): Promise<void> {
  const began = Date.now();
  let told: string | undefined;
  // The signal may have come while the database was being reached.
  check();
  for (let wait = 100; !(await session.tryLock()); wait = Math.min(wait * 1.5, 1_500)) {
    check();
    await request.reading;
    const holder = await session.lockHolder();
    if (Date.now() > request.deadline) throw busy(holder, Date.now() - began);
    const name = holder === undefined ? '' : `${holder.pid} ${holder.query}`;
    if (holder !== undefined && told !== name && Date.now() - began > 500) {
      told = name;
      request.progress(`waiting for the lock of this database: ${describeHolder(holder)}`);
    }
    await pause(wait * (0.5 + Math.random()), request.signal);
  }
}

/** `pid 4711 (migrator, mooring gate orders, 10.0.0.7), at it for 12 s: CREATE INDEX … — to end it: SELECT …;` */
export function describeHolder(holder: LockHolder): string {
  const query = holder.query === '' ? 'no statement shown' : holder.query;
  return `held by pid ${holder.pid} (${holder.user}, ${holder.application || 'no application name'}, ${holder.client}), ${holder.ageSeconds} s: ${query} — to end it: ${holder.terminate}`;
}

function busy(holder: LockHolder | undefined, waited: number): MooringError {
  return new MooringError(
    'lock-busy',
    `another run holds the lock of this database; waited ${Math.round(waited / 1000)} s${holder === undefined ? '' : `; ${describeHolder(holder)}`}`,
    {
      hint: holder === undefined ? 'Run again.' : `Let it end and run again, or end it: ${holder.terminate}`,
    },
  );
}

/** While the work runs, a signal ends the statement that is under way; a server that does not answer is left after a while. */
function cancelOnAbort(request: RunRequest, session: Session): () => void {
  const { signal } = request;
  if (signal === undefined) return () => {};
  let again: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    session.cancel().catch(() => {});
  };
  const onAbort = (): void => {
    cancel();
    // A server has nothing to cancel between two statements, and forgets that it was asked.
    again = setInterval(cancel, 1_000).unref();
    timer = setTimeout(() => session.abandon(), request.leaveAfter ?? 5_000).unref();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
    clearInterval(again);
    clearTimeout(timer);
  };
}

function lost(error: ConnectionLost): MooringError {
  return new MooringError('connection-lost', error.message, {
    hint: 'Run the same command again: it reads from the database where it stands and goes on from there.',
    cause: error,
  });
}

function asConnectionFailed(error: ConnectionLost): MooringError {
  return new MooringError('connection-failed', error.message, { hint: 'Is the server up?', cause: error });
}
