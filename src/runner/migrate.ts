import { randomUUID } from 'node:crypto';
import { type BundledDefinition, MooringError, type RunReport } from '../api/api.ts';
import type { CatalogRead, JournalEntry, Session } from '../engines/engines.ts';
import { type Migration, readSql } from '../migrations/migrations.ts';
import { findApplied, type Standing, standingOf } from './applied.ts';
import { applyDesired } from './apply-desired.ts';
import { applyJournaled } from './apply-journaled.ts';
import { tellAwaited } from './awaited.ts';
import { claim } from './claim.ts';
import { decide, refuseWay, type Way } from './decide.ts';
import { withoutDeferred } from './deferred.ts';
import { type DesiredPlan, planToRun } from './desired.ts';
import { enter } from './enter.ts';
import { entryFor, failedEntry } from './entries.ts';
import { refusePending } from './hazards.ts';
import { isJournaled } from './is-journaled.ts';
import { isPlanned, stillOpen } from './journal-rows.ts';
import { Ahead } from './one-of-many.ts';
import { Recorder } from './recorder.ts';
import { isAllowed, newLog, type RunLog, type RunRequest, reportOf, withFiles } from './request.ts';
import { prune } from './retention.ts';
import { toReport } from './to-report.ts';
import { applyTransactional } from './transactional.ts';
import { withLockedSession } from './with-session.ts';

/** Up to this many pending migrations each get a snapshot of their own; more of them share one at the end. */
const SNAPSHOT_EACH = 100;

/** What was undone is not applied again by itself for so long, milliseconds. */
const SETTLE_DOWN = 15 * 60_000;

/**
 * Applies what is pending: gate, then contract. Never undoes. All outcomes come as a report; only a wrong call throws.
 */
export async function migrate(request: RunRequest): Promise<RunReport> {
  return begin(request, 'all');
}

/**
 * Applies what the running application survives: all that is pending but the trailing contract migrations; on an empty
 * history all of it. A database that is ahead of the bundle is left as it is. Outcomes come as `migrate`'s do.
 */
export async function gate(request: RunRequest): Promise<RunReport> {
  return begin(request, 'gate');
}

type Part = 'all' | 'gate';

function begin(request: RunRequest, part: Part): Promise<RunReport> {
  const log = newLog();
  return toReport(log, () => withLockedSession(request, log, (session) => run(request, session, part, log)));
}

async function run(given: RunRequest, session: Session, part: Part, log: RunLog): Promise<RunReport> {
  const entries = await enter(given, session, { files: true });
  // Where nothing is applied something is pending: the server is at work on this while the files are being read.
  const reads = entries.length === 0 && session.engine.capabilities.catalog;
  const reading = reads ? session.readCatalog(given.definition.spec.scope) : undefined;
  reading?.catch(() => {});
  const request = await withFiles(given, log);
  const read = await reading;
  tellAwaited(log, entries);
  const standing = standingOf(entries);
  forgetLost(log, standing);
  log.last = entries.findLast((entry) => entry.state === 'done')?.key ?? '';
  const open = await session.store.openJournal();
  const { whole, way, planned } = await decided(request, session, standing, open, part, log, read);
  if (way.surplus.length > 0) {
    log.notes.push(
      `the database is ahead of the files: ${way.surplus.map((entry) => entry.id).join(', ')} applied, not in Git${part === 'gate' ? '' : `; to take it back: mooring rollback --to ${way.surplus[0]?.detail.previous ?? '0'}`}`,
    );
  }
  if (way.pending.length > 0 || way.standFor.length > 0 || planned !== undefined) {
    await claim(request, session);
    if (planned !== undefined) await applyDesired(request, session, planned, standing, open, log);
    else await advance(request, session, way, standing, open, read, log);
  }
  log.pending = deferredOf(whole, way);
  const did = log.applied.length > 0 || way.standFor.length > 0 || planned !== undefined;
  return reportOf(log, did ? 'done' : 'nothing');
}

/** Which way, once nothing stands in it. What does is written down where nobody else could tell the cluster. */
async function decided(
  request: RunRequest,
  session: Session,
  standing: Standing,
  open: readonly JournalEntry[],
  part: Part,
  log: RunLog,
  read: CatalogRead | undefined,
): Promise<{ readonly whole: Way; readonly way: Way; readonly planned?: DesiredPlan | undefined }> {
  try {
    const whole = decide(request.migrations, standing);
    const way = part === 'gate' ? ofGate(whole, standing, request.definition) : whole;
    // All that is wrong with their files is said before any of them runs.
    readSql(way.pending);
    log.pending = way.pending.map((migration) => migration.id);
    refuseOpen(open, way, standing);
    refuseWay(whole, standing, request.definition);
    // Those that wait for the application come in the same rollout.
    refusePending(request, whole.pending);
    refusePump(request, way, standing, await session.store.now());
    return { whole, way, planned: await planToRun(request, session, way, open, read) };
  } catch (error) {
    if (part === 'gate' && error instanceof MooringError) {
      const nothing = { id: '', description: '', checksum: '', phase: 'expand', repeat: 'once' } as const;
      await session.store.addHistory(failedEntry(request, nothing, 'apply', error, 0));
    }
    throw error;
  }
}

/** A database that is ahead is for prepare and converge, its repeatables included. */
function ofGate(way: Way, standing: Standing, definition: BundledDefinition): Way {
  if (way.kind === 'behind') return { ...way, pending: [], standFor: [] };
  return withoutDeferred(way, standing, definition);
}

/** What a whole way has and the part of it that was gone has not. */
export function deferredOf(whole: Way, part: Way): string[] {
  return whole.pending.filter((migration) => !part.pending.includes(migration)).map(({ id }) => id);
}

/** Goes the way forward: all that is pending is applied and recorded. */
export async function advance(
  request: RunRequest,
  session: Session,
  way: Way,
  standing: Standing,
  open: readonly JournalEntry[],
  read: CatalogRead | undefined,
  log: RunLog,
): Promise<void> {
  await applyAll(request, session, way, standing, open, read, log);
  if (session.engine.capabilities.catalog) await prune(session);
}

/** A server that crashed may have taken back what it had not yet written; it is pending again. */
export function forgetLost(log: RunLog, standing: Standing): void {
  const there = log.applied.filter(
    ({ id }) => findApplied(standing, id) !== undefined || standing.repeatables.has(id),
  );
  log.applied.splice(0, log.applied.length, ...there);
}

async function applyAll(
  request: RunRequest,
  session: Session,
  way: Way,
  standing: Standing,
  open: readonly JournalEntry[],
  read: CatalogRead | undefined,
  log: RunLog,
): Promise<void> {
  // Without a catalog nothing is measured or recorded.
  const recorder = session.engine.capabilities.catalog
    ? await Recorder.open(request, session, standing.entries, read)
    : undefined;
  const each = way.pending.length <= SNAPSHOT_EACH;
  const ahead = new Ahead();
  let previous = standing.applied.at(-1)?.id ?? standing.baseline?.id ?? '0';
  for (const migration of way.standFor) {
    await session.store.addHistory(
      entryFor(
        request,
        migration,
        randomUUID(),
        previous,
        {},
        { breaking: false, ms: 0, detail: { standsFor: true } },
      ),
    );
    log.notes.push(`${migration.id} stands for ${migration.replaces.join(', ')}: recorded, not run`);
  }
  for (const [at, migration] of way.pending.entries()) {
    if (migration.phase === 'contract') await request.stillWanted?.();
    const next = way.pending[at + 1];
    const applying = applyOne(request, session, migration, previous, open, recorder, each, ahead, next, log);
    // While the server is at work, the next ones are looked at.
    setImmediate(() => prepare(request, session, way.pending[at + 2] ?? next));
    await applying;
    if (migration.repeat === 'once') previous = migration.id;
    log.pending.shift();
  }
  // What the last migration has set is not for our own statements.
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  if (recorder === undefined) return;
  if (!each) await recorder.coverSince(log.last);
  log.snapshot = await recorder.seal();
}

/** What is found out here is remembered with the statements. */
function prepare(request: RunRequest, session: Session, next: Migration | undefined): void {
  if (next === undefined) return;
  void next.checksum;
  void isJournaled(session.engine, request.definition, next.script).catch(() => {});
}

async function applyOne(
  request: RunRequest,
  session: Session,
  migration: Migration,
  previous: string,
  open: readonly JournalEntry[],
  recorder: Recorder | undefined,
  each: boolean,
  ahead: Ahead,
  next: Migration | undefined,
  log: RunLog,
): Promise<void> {
  request.progress(`applying ${migration.script.file}`);
  const journal = open.filter((entry) => entry.action === 'apply' && entry.id === migration.id);
  const journaled =
    journal.length > 0 ||
    (await isJournaled(session.engine, request.definition, migration.script)) !== undefined;
  if (!journaled) {
    const many = each ? undefined : { ahead, next };
    const measured = each ? recorder : undefined;
    await applyTransactional(request, session, migration, previous, measured, many, log);
    return;
  }
  // The journal names what each statement touched: that can only be told from where the ones before it stand. Where all
  // are journaled, their names are enough for the one snapshot at the end.
  const named = !session.engine.capabilities.transactionalDdl;
  if (!each && named) {
    // What asks others first does not keep what is done from being written down.
    const soon = next !== undefined && next.phase !== 'contract';
    return applyJournaled(request, session, migration, previous, journal, undefined, soon, log);
  }
  if (!each && recorder !== undefined) {
    await session.reset({ lockTimeout: 0, statementTimeout: 0 });
    await recorder.coverSince(log.last);
  }
  await applyJournaled(request, session, migration, previous, journal, recorder, false, log);
}

/** A migration that stands half-applied ends first. */
export function refuseOpen(open: readonly JournalEntry[], way: Way, standing: Standing): void {
  const started = stillOpen(open).findLast((entry) => entry.event !== 'failed' || entry.statement > 1);
  if (started === undefined) return;
  if (started.action === 'undo') {
    throw new MooringError(
      'journal-open',
      `the undo of ${started.id} (${started.file}) stands half done, at statement ${started.statement}`,
      {
        file: started.file,
        hint: `End it first: mooring rollback --to ${endOfUndo(standing, started.id)} --url …`,
      },
    );
  }
  const [first] = way.pending;
  if (isPlanned(started)) {
    // It is planned again, from what is there, to what the files say now.
    if (way.desired !== undefined) return;
    throw new MooringError(
      'journal-open',
      `the plan to ${started.id} stands half done, at statement ${started.statement}, and the files are migrations now`,
      { hint: `Take back what ran: mooring rollback --to ${standing.applied.at(-1)?.id ?? '0'} --url …` },
    );
  }
  if (
    first?.id === started.id ||
    way.pending.some((migration) => migration.id === started.id && migration.repeat !== 'once')
  )
    return;
  const there = way.pending.some((migration) => migration.id === started.id);
  throw new MooringError(
    'journal-open',
    `migration ${started.id} (${started.file}) stands half-applied, at statement ${started.statement}, and ${there ? `${first?.id} would run before it` : 'the files do not have it'}`,
    {
      file: started.file,
      hint: there
        ? `Give ${first?.script.file} a version after ${started.id}.`
        : `Bring ${started.file} back (git log --all -- ${started.file}) and run again, so that it can end.`,
    },
  );
}

/** Where the way back ends that an undo is part of: before its migration, which may never have been applied to its end. */
function endOfUndo(standing: Standing, id: string): string {
  const applied = findApplied(standing, id);
  if (applied !== undefined) return String(applied.detail.previous ?? 'ID');
  return standing.applied.at(-1)?.id ?? standing.baseline?.id ?? '0';
}

/** An automated gate does not pump a database up and down; a person may. */
export function refusePump(request: RunRequest, way: Way, standing: Standing, now: string): void {
  if (request.job === undefined || isAllowed(request, 'reapply-after-rollback')) return;
  for (const migration of way.pending) {
    const last = standing.entries.findLast((entry) => entry.id === migration.id && entry.state === 'done');
    if (last?.action !== 'undo' || last.checksum !== migration.checksum) continue;
    const age = Date.parse(now) - Date.parse(last.at);
    if (age >= SETTLE_DOWN) continue;
    throw new MooringError(
      'reapply-after-rollback',
      `migration ${migration.id} was taken back ${Math.round(age / 1000)} s ago by ${last.by}, and would be applied again unchanged`,
      {
        file: migration.script.file,
        hint: 'Revert the commit in Git, so that files and database agree; or wait 15 minutes; or: --allow reapply-after-rollback',
      },
    );
  }
}
