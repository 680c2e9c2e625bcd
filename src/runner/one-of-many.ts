import { randomUUID } from 'node:crypto';
import type { Session, SqlFailure, UntimedHistoryEntry } from '../engines/engines.ts';
import type { Migration, Script } from '../migrations/migrations.ts';
import { type Awaited, commitTold, forget } from './awaited.ts';
import { scriptBlobs, untimedEntryFor } from './entries.ts';
import { isJournaled } from './is-journaled.ts';
import type { RunLog, RunRequest } from './request.ts';
import { tellApplied } from './request.ts';
import { rowsKept } from './rows-kept.ts';
import { runStatements, StatementFailed, timeouts } from './statements.ts';
import { checkInterrupted } from './with-session.ts';

/** Bytes of stored scripts that are sent along with a migration's end. */
const MOST_TOGETHER = 1_000_000;

/** A migration of a run that has many, and the one that comes after it. */
export interface OneOfMany {
  readonly request: RunRequest;
  readonly session: Session;
  readonly log: RunLog;
  readonly migration: Migration;
  /** Id of the one before it. */
  readonly previous: string;
  readonly next: Migration | undefined;
  readonly ahead: Ahead;
}

type SqlStep = Extract<Script['steps'][number], { readonly type: 'sql' }>;

/** Sent with its end, and the answer is still to come. */
interface Sent {
  readonly migration: Migration;
  readonly step: SqlStep;
  readonly awaited: Awaited;
  readonly outcome: Promise<{ readonly refused?: SqlFailure }>;
}

/**
 * One of many migrations: its last statement and its end travel together, and nobody waits for the disk. The snapshot
 * that covers them all is the durable end. Until then a crash of the server can only take the newest ones back, each
 * with its history entry, and they are applied again. While the answer is on its way, the next one is sent.
 */
export async function runOneOfMany(one: OneOfMany, key: string, already: Sent | undefined): Promise<void> {
  const sent = already ?? (await sendLast(one, key));
  if (sent === undefined) return;
  one.ahead.sendNext(one, sent.awaited.key);
  await commitTold(one.log, sent.awaited, async () => {
    const { refused } = await sent.outcome;
    if (refused !== undefined) throw new StatementFailed(refused, sent.step);
  });
}

/** What was sent before the answer to the migration before it had come: one at most. */
export class Ahead {
  #sending: Promise<Sent | undefined> | undefined;

  /**
   * Sends the next one, where it is a single statement in a transaction of its own. Should the one before it fail, the
   * server refuses this one, too: in the failed transaction, or because the history lacks the entry before it.
   */
  sendNext(one: OneOfMany, after: string): void {
    this.#sending = sendWhole(one, after);
    // Whoever takes it hears of it.
    this.#sending.catch(() => {});
  }

  /** The migration, if it is the one that was sent. */
  async take(migration: Migration): Promise<Sent | undefined> {
    const sent = await this.#sending;
    this.#sending = undefined;
    return sent?.migration === migration ? sent : undefined;
  }

  /** The one before it has failed. */
  async drop(log: RunLog): Promise<void> {
    const sent = await this.#sending;
    this.#sending = undefined;
    if (sent === undefined) return;
    forget(log, sent.awaited);
    await sent.outcome.catch(() => {});
  }
}

/** Sends its last statement with its end; nothing where it had to end in single steps. */
async function sendLast(one: OneOfMany, key: string): Promise<Sent | undefined> {
  const { request, session, log, migration } = one;
  const started = performance.now();
  const { file, steps } = migration.script;
  const end = await endOf(one, migration, key, one.previous);
  const awaited = awaitedFor(log, migration, key);
  const last = steps.at(-1);
  if (last?.type !== 'sql' || last.statement.data !== undefined || end.size > MOST_TOGETHER) {
    await runStatements(request, session, migration.script);
    await session.ownVoice();
    await session.store.putBlobs(end.blobs);
    const timed = { ...end.entry, ms: performance.now() - started };
    await commitTold(log, awaited, () => session.commitWith(timed));
    return undefined;
  }
  await runStatements(request, session, { file, steps: steps.slice(0, -1) });
  checkInterrupted(request);
  return send(one, migration, last, end, awaited);
}

async function sendWhole(one: OneOfMany, after: string): Promise<Sent | undefined> {
  const { request, session, log, migration: before, next } = one;
  if (next === undefined || next.phase === 'contract' || request.signal?.aborted === true) return undefined;
  const [step, more] = next.script.steps;
  if (step?.type !== 'sql' || more !== undefined || step.statement.data !== undefined) return undefined;
  const [now, then] = [timeouts(request, before.script), timeouts(request, next.script)];
  if (now.lockTimeout !== then.lockTimeout || now.statementTimeout !== then.statementTimeout)
    return undefined;
  if ((await isJournaled(session.engine, request.definition, next.script)) !== undefined) return undefined;
  const { inTransaction } = await session.engine.classify(step.statement);
  if (inTransaction !== 'yes') return undefined;
  const previous = before.repeat === 'once' ? before.id : one.previous;
  const key = randomUUID();
  const end = await endOf(one, next, key, previous);
  if (end.size > MOST_TOGETHER) return undefined;
  const awaited = awaitedFor(log, next, key);
  log.awaited.push(awaited);
  return send(one, next, step, end, awaited, after);
}

function send(
  { request, session }: OneOfMany,
  migration: Migration,
  step: SqlStep,
  { entry, blobs }: End,
  awaited: Awaited,
  after?: string,
): Sent {
  const settings = timeouts(request, migration.script);
  const outcome = session.executeAndCommit(step.statement, entry, blobs, settings, after);
  outcome.catch(() => {});
  return { migration, step, awaited, outcome };
}

interface End {
  readonly entry: UntimedHistoryEntry;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  /** Of the blobs, bytes. */
  readonly size: number;
}

async function endOf(
  { request, session }: OneOfMany,
  migration: Migration,
  key: string,
  previous: string,
): Promise<End> {
  const { keys, blobs } = scriptBlobs(request, migration);
  const breaking = await breaksByText(session, migration);
  const detail = await rowsKept(session.engine, migration);
  return {
    entry: untimedEntryFor(request, migration, key, previous, keys, { breaking, detail }),
    blobs,
    size: [...blobs.values()].reduce((sum, { length }) => sum + length, 0),
  };
}

function awaitedFor(log: RunLog, { id }: Migration, key: string): Awaited {
  const started = performance.now();
  return { key, tell: () => tellApplied(log, { id, ms: performance.now() - started }) };
}

/** Without a look at the catalog, the text decides. */
export async function breaksByText(session: Session, migration: Migration): Promise<boolean> {
  if (migration.phase === 'contract') return true;
  for (const step of migration.script.steps) {
    if (step.type === 'sql' && (await session.engine.classify(step.statement)).breaks) return true;
  }
  return false;
}
