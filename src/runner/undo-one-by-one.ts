import { randomUUID } from 'node:crypto';
import { MooringError } from '../api/api.ts';
import { commitTold } from './awaited.ts';
import { failedEntry, revertEntry, undoneEntry } from './entries.ts';
import { differencesFrom, keysToJudge, snapshotBefore } from './exactness.ts';
import { type JournaledRun, touchedBy } from './journal-rows.ts';
import { runJournaled } from './journaled.ts';
import { runJournaledPlan } from './journaled-plan.ts';
import type { Judgement } from './judge.ts';
import type { Effect, Recorder } from './recorder.ts';
import { runRepair } from './repair.ts';
import { runStatements, timeouts } from './statements.ts';
import type { Link } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';
import { detailOf, tellComputed, tellRepair } from './undo-told.ts';

/** Chains with undos that no transaction takes back: each link by itself, after all of them were judged. */
export async function undoOneByOne(ctx: UndoContext, judgement: Judgement): Promise<void> {
  const { request, session, links, recorder, log, back } = ctx;
  const whole = session.engine.capabilities.transactionalDdl;
  if (whole) await back.inTransaction(request, session, 'drop');
  else await back.oneByOne(request, session, 'drop', recorder);
  for (const link of links) await undoLink(ctx, judgement, link);
  if (whole) await back.inTransaction(request, session, 'restore', recorder);
  else await back.oneByOne(request, session, 'restore', recorder);
  tellComputed(log, judgement);
  if (judgement.repair.length === 0) return;
  if (whole) await commitRepair(ctx, judgement);
  else tellRepair(log, judgement);
}

async function undoLink(ctx: UndoContext, judgement: Judgement, link: Link): Promise<void> {
  const { request, session, recorder, log, rows, standing } = ctx;
  const started = performance.now();
  const run = link.closes ?? link.run ?? randomUUID();
  const expected = await snapshotBefore(session, rows, standing.entries, link.entry);
  const before = recorder.answered;
  const keysOf = async (touched: readonly string[]): Promise<Set<string>> =>
    expected === undefined
      ? new Set()
      : keysToJudge(session, rows, standing.entries, link.entry, before, expected, touched);
  const names = await runLink(ctx, judgement, link, run, started);
  // A plan answers for all that it was to lead back, by whichever run of it.
  const named =
    names === undefined || names === 'everything' || !isPlanned(ctx, judgement, link)
      ? names
      : [...names, ...(await keysOf([]))];
  const effect =
    named === undefined ? await recordOpen(recorder, run) : await recorder.recordNamed(named, run);
  const keys = await keysOf(effect.touched);
  if (link.closes !== undefined) for (const key of ctx.half?.keys ?? []) keys.add(key);
  for (const key of ctx.back.objects) keys.delete(key);
  const differences =
    expected === undefined ? [] : await differencesFrom(session, expected, effect.after, keys);
  const exact = differences.length === 0 && expected !== undefined;
  const tell = (): void => {
    log.undone.push({ id: link.entry.id, exact, differences });
    for (const object of effect.absorbed) log.absorbed.add(object);
  };
  const ms = performance.now() - started;
  const entry = undoneEntry(request, link.entry, run, ms, detailOf(judgement, link));
  await commitTold(log, { key: run, tell }, () => session.commitWith(entry));
}

/** Whether statements of ours are among those that take it back. */
function isPlanned({ links }: UndoContext, { computed, repair }: Judgement, link: Link): boolean {
  return computed.has(link.entry.id) || (repair.length > 0 && link === links.at(-1));
}

/** What was touched, by the journal; undefined: the transaction is open, and tells. */
async function runLink(
  ctx: UndoContext,
  judgement: Judgement,
  link: Link,
  run: string,
  started: number,
): Promise<readonly string[] | 'everything' | undefined> {
  const { request, session } = ctx;
  const instead = judgement.computed.get(link.entry.id);
  if (session.engine.capabilities.transactionalDdl) {
    if (instead === undefined && link.journaled)
      return bare(ctx, link, [await runStored(ctx, link, run, started)]);
    await session.reset(timeouts(request, link.script), true);
    if (instead === undefined) await runStatements(request, session, link.script);
    else await runRepair(session, instead);
    await session.ownVoice();
    return undefined;
  }
  const plan = (statements: readonly string[], name: string) =>
    runPlan(ctx, link, run, started, statements, name);
  const jobs = [
    instead === undefined
      ? await runStored(ctx, link, run, started)
      : await plan(instead, `the undo computed for ${link.entry.id}`),
  ];
  if (judgement.repair.length > 0 && link === ctx.links.at(-1))
    jobs.push(await plan(judgement.repair, `what the undo of ${link.entry.id} left`));
  return bare(ctx, link, jobs);
}

async function bare(
  ctx: UndoContext,
  link: Link,
  jobs: readonly JournaledRun[],
): Promise<readonly string[] | 'everything'> {
  await ctx.session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
  const touched = [...jobs.map((job) => touchedBy(job).names), ...halfOf(ctx, link)];
  return touched.includes('everything') ? 'everything' : touched.flat();
}

/** The undo of a migration that stands half-applied answers for what that touched, too. */
function halfOf({ half }: UndoContext, { closes }: Link): readonly (readonly string[] | 'everything')[] {
  return closes === undefined || half === undefined ? [] : [half.names];
}

/** After undos that committed one by one: what was tried and proven before any of them ran. */
async function commitRepair(ctx: UndoContext, judgement: Judgement): Promise<void> {
  const { request, session, links, recorder, log } = ctx;
  const started = performance.now();
  const oldest = links.at(-1);
  if (oldest === undefined) return;
  await session.reset(timeouts(request, oldest.script), true);
  await runRepair(session, judgement.repair);
  await session.ownVoice();
  const key = randomUUID();
  const { changes } = await recordOpen(recorder, key);
  const entry = revertEntry(
    request,
    key,
    `what the undo of ${oldest.entry.id} left`,
    performance.now() - started,
    { changes: changes.map(({ object }) => object).slice(0, 500) },
  );
  await commitTold(log, { key, tell: () => tellRepair(log, judgement) }, () => session.commitWith(entry));
}

/** A stored undo, from where an earlier run of it stopped. */
async function runStored(ctx: UndoContext, link: Link, run: string, started: number): Promise<JournaledRun> {
  const { request, session, recorder, log } = ctx;
  const { entry, script, journal } = link;
  const skips = link.closes === undefined || ctx.half === undefined ? {} : { skips: ctx.half.found.skipped };
  const job: JournaledRun = {
    run,
    action: 'undo',
    id: entry.id,
    script,
    journal,
    added: [],
    recorder,
    ...skips,
  };
  return told(ctx, link, started, async () => {
    await runJournaled(request, session, job, log);
    return job;
  });
}

function runPlan(
  ctx: UndoContext,
  link: Link,
  run: string,
  started: number,
  statements: readonly string[],
  name: string,
): Promise<JournaledRun> {
  const { request, session, recorder, log } = ctx;
  const { id } = link.entry;
  const plan = {
    run,
    action: 'undo',
    id,
    name,
    plannedBy: 'mooring rollback',
    statements,
    recorder,
  } as const;
  return told(ctx, link, started, () => runJournaledPlan(request, session, plan, log));
}

/** What stops it stands in the history. */
async function told<T>(
  { request, session }: UndoContext,
  { entry }: Link,
  started: number,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MooringError && error.code !== 'interrupted') {
      await session.reset({ lockTimeout: 0, statementTimeout: 0 });
      await session.store.addHistory(failedEntry(request, entry, 'undo', error, performance.now() - started));
    }
    throw error;
  }
}

async function recordOpen(recorder: Recorder, run: string): Promise<Effect> {
  const look = await recorder.look();
  await recorder.record(look, run);
  return look.effect;
}
