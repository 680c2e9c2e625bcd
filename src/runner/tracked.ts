import { MooringError, type RunReport } from '../api/api.ts';
import type { HistoryEntry, JournalEntry, Session } from '../engines/engines.ts';
import { readSql } from '../migrations/migrations.ts';
import { type Standing, standingOf } from './applied.ts';
import { applyDesired } from './apply-desired.ts';
import { authorityToUndo } from './authority.ts';
import { tellAwaited } from './awaited.ts';
import { claim, type JobBirth, refuseSuperseded } from './claim.ts';
import { decide, refuseWay, type Way } from './decide.ts';
import { withoutDeferred } from './deferred.ts';
import { planToRun } from './desired.ts';
import { enter } from './enter.ts';
import { halfApplied } from './half-applied.ts';
import { refusePending } from './hazards.ts';
import { foreignHome } from './home-cluster.ts';
import { isPlanned, stillOpen } from './journal-rows.ts';
import { advance, deferredOf, forgetLost, refuseOpen, refusePump } from './migrate.ts';
import { isAllowed, newLog, type RunLog, type RunRequest, reportOf } from './request.ts';
import { toReport } from './to-report.ts';
import { undo } from './undo.ts';
import { hold } from './undo-chain.ts';
import { withLockedSession } from './with-session.ts';

/** A run that a bundle's own Job asks for, with no person naming where to. */
export interface TrackedRun {
  readonly birth: JobBirth;
  /** Hashes of stored undos by migration id, as they were seen before: another one of the same id is not run. */
  readonly knownUndos?: Readonly<Record<string, string>>;
}

/**
 * Before the application: what `gate` does; and where the database is ahead of the bundle, takes back the oldest breaking
 * migration that the bundle lacks, and all that came after it. What the older application survives stays for `converge`.
 */
export async function prepare(request: RunRequest, tracked: TrackedRun): Promise<RunReport> {
  return begin(request, tracked, 'prepare');
}

/**
 * After the application: takes back the rest, or applies the deferred contract migrations, and what else is pending.
 * With `gate: none` it changes nothing, and refuses where there would be something to do (`not-migrated`).
 */
export async function converge(request: RunRequest, tracked: TrackedRun): Promise<RunReport> {
  return begin(request, tracked, 'converge');
}

type Part = 'prepare' | 'converge';

function begin(request: RunRequest, tracked: TrackedRun, part: Part): Promise<RunReport> {
  const log = newLog();
  return toReport(log, () =>
    withLockedSession(request, log, (session) => run(request, session, tracked, part, log)),
  );
}

async function run(
  request: RunRequest,
  session: Session,
  tracked: TrackedRun,
  part: Part,
  log: RunLog,
): Promise<RunReport> {
  const entries = await enter(request, session, { files: true });
  tellAwaited(log, entries);
  await refuseSuperseded(session, tracked.birth);
  let standing = standingOf(entries);
  forgetLost(log, standing);
  log.last = entries.findLast((entry) => entry.state === 'done')?.key ?? '';
  const open = await session.store.openJournal();
  let way = decide(request.migrations, standing);
  const back = part === 'prepare' ? fromOldestBreaking(way) : way.surplus;
  const turning = way.kind === 'behind' && back.length > 0;
  refuseOpen(turning ? open.filter((row) => !isUndoOf(row, back)) : open, way, standing);
  if (request.definition.spec.gate === 'none') return verified(way, log);
  refuseWay(way, standing, request.definition);
  await claim(request, session, { changing: turning || way.pending.length > 0 });
  if (turning) {
    const held = await heldBack(request, session, tracked, way, standing, back);
    if (held.length > 0) {
      log.held.push(...held);
      log.pending = [];
      return reportOf(log, 'held');
    }
    // A plan to what files said that stands half done goes with what came before it.
    const half = stillOpen(open).some(isPlanned) ? await halfApplied(session, standing, open) : undefined;
    const report = await undo(request, session, standing, [...back].reverse(), open, log, half);
    if (report.result !== 'done') return report;
    standing = standingOf(await session.store.history());
    way = decide(request.migrations, standing);
  }
  return forward(request, session, part, way, standing, turning ? [] : open, log);
}

/** What is pending, as far as this part of the rollout may go. */
async function forward(
  request: RunRequest,
  session: Session,
  part: Part,
  whole: Way,
  standing: Standing,
  open: readonly JournalEntry[],
  log: RunLog,
): Promise<RunReport> {
  const home = await foreignHome(request, session, standing.entries);
  const waits = part === 'prepare' || home !== undefined;
  // What an older bundle has otherwise comes when all that it lacks is gone.
  const idle = whole.kind === 'behind';
  const way: Way = idle
    ? { ...whole, pending: [], standFor: [] }
    : waits
      ? withoutDeferred(whole, standing, request.definition)
      : whole;
  log.pending = way.pending.map(({ id }) => id);
  // All that is wrong with their files is said before any of them runs.
  readSql(way.pending);
  // A sync that nobody asked for has gone through the gate; without hooks, prepare is the gate.
  if (part === 'prepare' && request.definition.spec.gate === 'Sync') {
    if (!idle) refusePending(request, whole.pending);
    refusePump(request, way, standing, await session.store.now());
  }
  const planned = await planToRun(request, session, way, open);
  if (planned !== undefined) await applyDesired(request, session, planned, standing, open, log);
  else if (way.pending.length > 0 || way.standFor.length > 0)
    await advance(request, session, way, standing, open, undefined, log);
  log.pending = idle ? [] : deferredOf(whole, way);
  const [first] = whole.pending.filter((migration) => log.pending.includes(migration.id));
  if (part === 'converge' && home !== undefined && first !== undefined) {
    log.held.push(elsewhere(first, home, 'a contract migration takes something away'));
    return reportOf(log, 'held');
  }
  const did = planned !== undefined || log.applied.length + log.undone.length + way.standFor.length > 0;
  return reportOf(log, did ? 'done' : 'nothing');
}

function fromOldestBreaking({ surplus }: Way): readonly HistoryEntry[] {
  const oldest = surplus.findIndex((entry) => entry.breaking || entry.phase === 'contract');
  return oldest < 0 ? [] : surplus.slice(oldest);
}

/** An undo of the same way back that was cut short goes on by itself. */
function isUndoOf(row: JournalEntry, back: readonly HistoryEntry[]): boolean {
  return row.action === 'undo' && back.some(({ id }) => id === row.id);
}

async function heldBack(
  request: RunRequest,
  session: Session,
  { knownUndos }: TrackedRun,
  way: Way,
  standing: Standing,
  back: readonly HistoryEntry[],
) {
  const [oldest] = back;
  const home = await foreignHome(request, session, standing.entries);
  const tampered = back.filter(({ id, undo: hash }) => {
    const known = knownUndos?.[id];
    return known !== undefined && hash !== undefined && known !== hash;
  });
  return [
    ...authorityToUndo(way, standing, request.definition.spec.rollback.max),
    ...(home === undefined || oldest === undefined
      ? []
      : [elsewhere(oldest, home, 'the way back takes something away')]),
    ...tampered.map((entry) =>
      hold(
        entry,
        'undo-tampered',
        `the stored undo of ${entry.id} is another one than the cluster has seen before`,
      ),
    ),
  ].filter(({ reason, allow }) => allow === '' || !isAllowed(request, reason));
}

function elsewhere({ id }: { readonly id: string }, home: { readonly at: string }, why: string) {
  return hold(
    { id },
    'another-cluster',
    `another cluster has ruled this database since ${home.at}: ${why}, and that one may still run. If it is gone, say so once: mooring baseline --take-over --url …`,
  );
}

/** Somebody else migrates: the files and the database must agree, that is all. */
function verified(way: Way, log: RunLog): RunReport {
  const lacking = way.pending.map(({ id }) => id);
  const surplus = way.surplus.map(({ id }) => id);
  log.pending = lacking;
  if (lacking.length === 0 && surplus.length === 0) return reportOf(log, 'nothing');
  const parts = [
    ...(lacking.length === 0 ? [] : [`the database lacks ${lacking.join(', ')}`]),
    ...(surplus.length === 0 ? [] : [`it has ${surplus.join(', ')}, which the files have not`]),
  ];
  throw new MooringError('not-migrated', parts.join('; '), {
    hint: 'gate: none leaves migrating to others: mooring migrate DIR --url …, or mooring rollback --to ID --url …; or set spec.gate to PreSync or Sync.',
  });
}
