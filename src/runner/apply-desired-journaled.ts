import { randomUUID } from 'node:crypto';
import { MooringError } from '../api/api.ts';
import { fingerprintOf } from '../catalog/catalog.ts';
import type { CatalogRead, JournalEntry, Session } from '../engines/engines.ts';
import { differencesLeft } from '../plan/plan.ts';
import type { Standing } from './applied.ts';
import { commitTold } from './awaited.ts';
import { breakingChanges } from './breaking.ts';
import { type DesiredPlan, toldOfPlan } from './desired.ts';
import { entryFor, failedEntry, revertEntry } from './entries.ts';
import { isPlanned } from './journal-rows.ts';
import { runJournaledPlan } from './journaled-plan.ts';
import { Recorder } from './recorder.ts';
import { renamesDetail } from './rename-back.ts';
import type { RunLog, RunRequest } from './request.ts';
import { prune } from './retention.ts';

/**
 * Where no transaction takes DDL back: runs a plan that was proven in a scratch database, statement by statement, each of
 * them journaled, then reads the catalog and compares. What is cut short stands half done; the next run plans from what is
 * there, whatever the files say by then, and is the same one in the history. Throws `plan-unproven`, and as `runJournaled`.
 */
export async function applyDesiredJournaled(
  request: RunRequest,
  session: Session,
  planned: DesiredPlan,
  standing: Standing,
  open: readonly JournalEntry[],
  log: RunLog,
): Promise<void> {
  const { migration, plan, digest, live } = planned;
  const { file } = migration.script;
  const started = performance.now();
  request.progress(`applying ${file}`);
  const recorder = await Recorder.open(request, session, standing.entries, live);
  const earlier = open.filter(isPlanned);
  const run = earlier.at(-1)?.run ?? randomUUID();
  const absorbed = absorbedBy(planned, recorder, earlier);
  const statements = plan.statements.map(({ sql }) => sql);
  try {
    const job = {
      run,
      action: 'apply',
      id: migration.id,
      of: { plan: digest },
      name: `the plan for ${file}`,
      plannedBy: 'mooring migrate',
      statements,
      recorder,
    } as const;
    await runJournaledPlan(request, session, job, log);
    await session.reset({ lockTimeout: 0, statementTimeout: 0 });
    refuseElsewhere(planned, await session.readCatalog(request.definition.spec.scope));
  } catch (error) {
    if (error instanceof MooringError && error.code !== 'interrupted') {
      await session.reset({ lockTimeout: 0, statementTimeout: 0 });
      const failed = failedEntry(request, migration, 'apply', error, performance.now() - started);
      await session.store.addHistory(failed);
    }
    throw error;
  }
  await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
  // The files say all of it, so all of it is answered for.
  const effect = await recorder.recordNamed('everything', run);
  const because = breakingChanges(effect);
  const ms = performance.now() - started;
  const before = earlier.filter(({ event }) => event === 'done').map(({ sql }) => sql);
  const detail = {
    file,
    rows: 'kept',
    plan: digest,
    ...renamesDetail(planned.renames),
    statements: [...before, ...statements].slice(0, 500),
    breaking: because.slice(0, 20),
    absorbed: [...absorbed],
    objects: effect.touched.slice(0, 500),
    journaled: true,
  };
  const isNew = standing.applied.at(-1)?.id !== migration.id;
  const previous = standing.applied.at(-1)?.id ?? standing.baseline?.id ?? '0';
  const entry = isNew
    ? entryFor(request, migration, run, previous, {}, { breaking: because.length > 0, ms, detail })
    : revertEntry(request, run, 'took back a plan that stood half done', ms, detail);
  const tell = (): void => {
    if (isNew) log.applied.push({ id: migration.id, ms: Math.round(ms) });
    for (const object of absorbed) log.absorbed.add(object);
  };
  await commitTold(log, { key: run, tell }, () => session.commitWith(entry));
  log.pending.shift();
  log.notes.push(...toldOfPlan(plan));
  log.snapshot = await recorder.seal();
  await prune(session);
}

/** What others had changed, and is led where the files say; not what a plan of ours has left half done. */
function absorbedBy(
  { plan, live, wanted }: DesiredPlan,
  { answered }: Recorder,
  earlier: readonly JournalEntry[],
): readonly string[] {
  const ours = new Set(earlier.flatMap(({ detail }) => (detail.objects as string[] | undefined) ?? []));
  return plan.changes
    .map(({ object }) => object)
    .filter((key) => {
      const there = live.catalog.objects.get(key);
      const parent = (there ?? wanted.objects.get(key))?.parent;
      if (ours.has(key) || (parent !== undefined && ours.has(parent))) return false;
      return answered.get(key) !== (there === undefined ? undefined : fingerprintOf(there));
    })
    .sort();
}

function refuseElsewhere({ plan, wanted }: DesiredPlan, { catalog }: CatalogRead): void {
  const left = differencesLeft(plan, catalog, wanted);
  if (left.length === 0) return;
  throw new MooringError(
    'plan-unproven',
    `the plan was run, and the database is not what the files say; what is otherwise: ${left
      .slice(0, 10)
      .map(({ object }) => object)
      .join(', ')}`,
    {
      hint: 'Did others change it meanwhile? What ran stays; run again: mooring migrate plans from what is there then.',
    },
  );
}
