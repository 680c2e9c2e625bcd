import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, type Held, MooringError, parseDuration, type RunReport } from '../api/api.ts';
import { compareCatalogs } from '../catalog/catalog.ts';
import type { Session } from '../engines/engines.ts';
import {
  candidates,
  checkInterrupted,
  commitTold,
  computeBack,
  coversTheSame,
  lossesAmong,
  newLog,
  notBuilt,
  Recorder,
  type Repair,
  type RunLog,
  type RunRequest,
  recordedCatalog,
  reportOf,
  revertEntry,
  runRepair,
  tellAwaited,
  toReport,
  withLockedSession,
} from '../runner/runner.ts';
import { answeringHistory } from './answering.ts';
import {
  type Drifted,
  heldByLoss,
  keysOf,
  putBackBy,
  type Reverter,
  refusedBecause,
  type ToPutBack,
} from './drifted.ts';
import { judgeBack } from './judge-back.ts';
import { putBackJournaled } from './put-back-journaled.ts';

/** What was put back, beside how it went. */
export interface Reverted {
  readonly run: RunReport;
  readonly changes: readonly Change[];
}

/** Between two attempts to get a lock, milliseconds. */
const PAUSE = 500;

/**
 * Leads the live catalog back to the snapshot that we answer for: in one transaction whose result is read and compared
 * before it is committed; where no transaction takes DDL back, by a plan that was tried in a scratch database. Held where data would be lost; refused where no SQL of ours can make it. All outcomes come as a
 * report.
 */
export async function revert(request: RunRequest, by: Reverter = 'person'): Promise<Reverted> {
  const log = newLog();
  let changes: readonly Change[] = [];
  const run = await toReport(log, () =>
    withLockedSession(request, log, async (session) => {
      const drifted = await driftOf(request, session, log);
      const tell = (statements: readonly string[]): void => {
        changes = drifted.changes;
        log.notes.push(putBackBy(statements));
      };
      if (!session.engine.capabilities.transactionalDdl)
        return putBackJournaled(request, session, { ...drifted, by }, log, tell);
      if (drifted.changes.length > 0) return putBack(request, session, { ...drifted, by }, log, tell);
      return reportOf(log, changes.length > 0 ? 'done' : 'nothing');
    }),
  );
  return { run, changes: run.result === 'done' ? changes : [] };
}

async function driftOf(request: RunRequest, session: Session, log: RunLog): Promise<Drifted> {
  if (session.engine.planRules === undefined)
    throw notBuilt(
      session,
      'drift --revert',
      'Put it back by hand, or by a migration; or keep it: mooring accept --url …',
    );
  const { entries, newest } = await answeringHistory(session);
  tellAwaited(log, entries);
  const owner = request.owner === '' ? newest.owner : request.owner;
  const [before] = await session.store.snapshots();
  const read = await session.readCatalog(request.definition.spec.scope);
  const recorder = await Recorder.open({ ...request, owner }, session, entries, read);
  if (before !== undefined && !coversTheSame(before, read.catalog)) throw renewed(session);
  const [row] = await session.store.snapshots();
  if (row === undefined) return { recorder, owner, recorded: read.catalog, changes: [] };
  const recorded = await recordedCatalog(session, row, recorder.answered, read.catalog);
  return { recorder, owner, recorded, changes: compareCatalogs(recorded, read.catalog).filter(isOurs) };
}

/** The provider upgrades extensions; that is told, and never taken back. */
function isOurs({ kind, change, details }: Change): boolean {
  return !(
    kind === 'extension' &&
    change === 'changed' &&
    details.every((each) => each.startsWith('version: '))
  );
}

function renewed({ server }: Session): MooringError {
  return new MooringError(
    'snapshot-renewed',
    `the snapshot of database ${server.database} was of another model, server or scope: it has been renewed, and nothing was put back`,
    {
      hint: 'Look at what is left of the drift (mooring drift), then put it back: mooring drift --revert --url …',
    },
  );
}

async function putBack(
  request: RunRequest,
  session: Session,
  drifted: ToPutBack,
  log: RunLog,
  tell: (statements: readonly string[]) => void,
): Promise<RunReport> {
  const started = performance.now();
  const { recorder } = drifted;
  const found = await withLocks(request, session, () => findWay(session, drifted, request));
  if ('reason' in found) {
    await session.rollback();
    log.held.push(found);
    return reportOf(log, 'held');
  }
  await session.ownVoice();
  const look = await recorder.look();
  const key = randomUUID();
  await recorder.record(look, key);
  const objects = drifted.changes.map(({ object }) => object);
  const entry = revertEntry(
    { ...request, owner: drifted.owner },
    key,
    `put back ${objects.length} changes`,
    performance.now() - started,
    {
      changes: objects.slice(0, 500),
      statements: found.statements.slice(0, 500),
    },
  );
  await commitTold(log, { key, tell: () => tell(found.statements) }, () => session.commitWith(entry));
  log.snapshot = await recorder.seal();
  return reportOf(log, 'done');
}

/** Tries again while a table lock is not to be had, for `locks.final`. */
async function withLocks(
  request: RunRequest,
  session: Session,
  work: () => Promise<Repair | Held | undefined>,
): Promise<Repair | Held> {
  const { locks } = request.definition.spec;
  const until = Date.now() + parseDuration(locks.final);
  for (;;) {
    checkInterrupted(request);
    await session.reset({ lockTimeout: parseDuration(locks.timeout), statementTimeout: 0 }, true);
    const found = await work();
    if (found !== undefined) return found;
    await session.rollback();
    const others = await session.oldTransactions(0);
    const who = others.length === 0 ? '' : `; open transactions:\n${others.join('\n')}`;
    if (Date.now() > until) {
      throw new MooringError(
        'lock-timeout',
        `a table lock was not to be had in ${locks.final}; nothing was put back${who}`,
        {
          hint: 'End the transaction that keeps the lock, or run when there is less traffic.',
        },
      );
    }
    request.progress(`a table lock was not to be had in time; trying again${who}`);
    await sleep(PAUSE * (0.5 + Math.random()), undefined, { signal: request.signal }).catch(() => {});
  }
}

const POINT = 'mooring_revert';

/** The way back, gone within the open transaction; or what holds it. Nothing where a lock was in the way. */
async function findWay(
  session: Session,
  drifted: ToPutBack,
  request: RunRequest,
): Promise<Repair | Held | undefined> {
  const [row] = await session.store.snapshots();
  if (row === undefined) return undefined;
  const { recorder } = drifted;
  const before = recorder.lastRead;
  const expected = { row, answered: recorder.answered };
  await session.savepoint(POINT);
  const way = await computeBack(session, recorder, expected, before, keysOf(drifted), {
    rowsGone: true,
    judge: (plan) => judgeBack(request, plan, drifted.by),
  });
  if (!('statements' in way)) {
    if (way.busy === true) return undefined;
    await session.rollback();
    throw refusedBecause(way.why);
  }
  const asked = candidates(session, before, way.read);
  if (asked.length === 0) return way;
  await session.rollbackTo(POINT);
  await session.ownVoice();
  const losses = await lossesAmong(session, asked);
  const held = heldByLoss(request, losses);
  if (held !== undefined) return held;
  await runRepair(session, way.statements);
  return way;
}
