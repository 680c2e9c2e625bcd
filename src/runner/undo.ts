import { randomUUID } from 'node:crypto';
import { type Change, type Held, MooringError, type RunReport } from '../api/api.ts';
import type { HistoryEntry, JournalEntry, Session } from '../engines/engines.ts';
import type { Standing } from './applied.ts';
import { commitTold } from './awaited.ts';
import { failedEntry, revertEntry, undoneEntry } from './entries.ts';
import { differencesFrom, keysToJudge, snapshotBefore } from './exactness.ts';
import { type HalfApplied, halfOf, heldByRows } from './half-applied.ts';
import { type JournaledRun, touchedBy } from './journal-rows.ts';
import { runJournaled } from './journaled.ts';
import { type Judgement, judge } from './judge.ts';
import { judgeInTwin } from './judge-in-twin.ts';
import { type Effect, Recorder } from './recorder.ts';
import { runRepair } from './repair.ts';
import { planRepeatables } from './repeatables-back.ts';
import { isAllowed, type RunLog, type RunRequest, reportOf } from './request.ts';
import { prune } from './retention.ts';
import { runStatements, StatementFailed, timeouts } from './statements.ts';
import { tell } from './transactional.ts';
import { canCompute, type Link, loadChain } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';

/**
 * Takes applied migrations back, newest first. The whole chain is judged before any of it happens: what is held, holds
 * all of it. A chain of transactional undos is one transaction.
 */
export async function undo(
  request: RunRequest,
  session: Session,
  standing: Standing,
  newestFirst: readonly HistoryEntry[],
  open: readonly JournalEntry[],
  log: RunLog,
  half?: HalfApplied,
): Promise<RunReport> {
  const chain = await loadChain(request, session, standing, newestFirst, open, half?.entry);
  if ('held' in chain) return heldReport(log, chain.held);
  const { links } = chain;
  const recorder = await Recorder.open(request, session, standing.entries);
  const rows = await session.store.snapshots();
  const oldest = newestFirst.at(-1) ?? half?.entry;
  if (oldest === undefined) return reportOf(log, 'nothing');
  const back = await planRepeatables(session, standing, oldest, recorder.catalog);
  const ctx: UndoContext = {
    request,
    session,
    standing,
    links,
    recorder,
    rows,
    back,
    log,
    ...(half === undefined ? {} : { half: halfOf(half, open, recorder) }),
  };
  const judgement = session.engine.capabilities.transactionalDdl
    ? await judged(ctx)
    : await judgedInTwin(ctx);
  if ('held' in judgement) return heldReport(log, judgement.held);
  if (links.some((link) => link.journaled)) await runOneByOne(ctx, judgement);
  // What the last undo has set is not for our own statements.
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  log.snapshot = await recorder.seal();
  await prune(session);
  return reportOf(log, 'done');
}

type Verdict = { readonly held: readonly Held[] } | Judgement;

/** Tries the chain in a transaction. Transactional chains that are well are committed right there; all else is rolled back. */
async function judged(ctx: UndoContext): Promise<Verdict> {
  const { request, session, links, recorder } = ctx;
  const started = performance.now();
  const commits = links.every((link) => !link.journaled);
  const unmark = recorder.mark();
  const [first] = links;
  if (first === undefined) return { held: [] };
  await session.reset(timeouts(request, first.script), true);
  try {
    const judgement = await judge(ctx);
    const held = judgement.stopped === undefined ? heldBy(ctx, judgement) : [judgement.stopped];
    if (held.length > 0) {
      await session.rollback();
      unmark();
      return { held };
    }
    if (commits) await commitChain(ctx, judgement, performance.now() - started);
    else {
      await session.rollback();
      unmark();
    }
    return judgement;
  } catch (error) {
    if (!(error instanceof StatementFailed || error instanceof MooringError)) throw error;
    unmark();
    await session.rollback();
    throw await undoFailed(ctx, error, performance.now() - started);
  }
}

/** Where no transaction takes DDL back, the chain is tried elsewhere, and then runs statement by statement. */
async function judgedInTwin(ctx: UndoContext): Promise<Verdict> {
  const started = performance.now();
  try {
    const judgement = await judgeInTwin(ctx);
    const held = heldBy(ctx, judgement);
    return held.length > 0 ? { held } : judgement;
  } catch (error) {
    if (!(error instanceof StatementFailed)) throw error;
    throw await undoFailed(ctx, error, performance.now() - started);
  }
}

function heldBy(ctx: UndoContext, { losses, inexact }: Judgement): readonly Held[] {
  const half = ctx.half === undefined ? [] : heldByRows(ctx.half.found);
  return [...losses, ...inexact, ...half].filter((each) => !isAllowedHold(ctx, each));
}

function isAllowedHold({ request }: UndoContext, held: Held): boolean {
  if (isAllowed(request, held.reason)) return true;
  return held.reason === 'data-loss' && request.definition.spec.rollback.dataLoss === 'allow';
}

async function commitChain(ctx: UndoContext, judgement: Judgement, ms: number): Promise<void> {
  const { request, session, links, recorder, log, back } = ctx;
  await session.ownVoice();
  const look = await recorder.look();
  const { effect } = look;
  const keys = links.map(() => randomUUID());
  const entries = links.map((link, n) =>
    undoneEntry(request, link.entry, keys[n] ?? randomUUID(), ms / links.length, detailOf(judgement, link)),
  );
  const all = [...entries, ...back.entries(request)];
  const last = all.at(-1);
  if (last === undefined) return;
  await recorder.record(look, last.key);
  for (const entry of all.slice(0, -1)) await session.store.addHistory(entry);
  const tell = (): void => {
    for (const link of links) log.undone.push(reportUndone(judgement, link));
    for (const object of effect.absorbed) log.absorbed.add(object);
    tellComputed(log, judgement);
    tellRepair(log, judgement);
  };
  await commitTold(log, { key: last.key, tell }, () => session.commitWith(last));
}

/** Chains with journaled undos: each link by itself, after all of them were judged. */
async function runOneByOne(ctx: UndoContext, judgement: Judgement): Promise<void> {
  const { request, session, links, recorder, log, back } = ctx;
  const whole = session.engine.capabilities.transactionalDdl;
  if (whole) await back.inTransaction(request, session, 'drop');
  else await back.oneByOne(request, session, 'drop', recorder);
  for (const link of links) {
    const started = performance.now();
    const run = link.closes ?? link.journal.at(-1)?.run ?? randomUUID();
    const instead = judgement.computed.get(link.entry.id);
    const journaled = link.journaled && instead === undefined;
    let touched: ReturnType<typeof touchedBy>['names'] = 'everything';
    if (journaled) {
      touched = withHalf(touchedBy(await runUndo(ctx, link, run, started)).names, link, ctx);
      await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
    } else {
      await session.reset(timeouts(request, link.script), true);
      if (instead === undefined) await runStatements(request, session, link.script);
      else await runRepair(session, instead);
      await session.ownVoice();
    }
    const expected = await snapshotBefore(session, ctx.rows, ctx.standing.entries, link.entry);
    const before = recorder.answered;
    const effect = journaled ? await recorder.recordNamed(touched, run) : await recordOpen(recorder, run);
    const keys =
      expected === undefined
        ? new Set<string>()
        : await keysToJudge(
            session,
            ctx.rows,
            ctx.standing.entries,
            link.entry,
            before,
            expected,
            effect.touched,
          );
    if (link.closes !== undefined) for (const key of ctx.half?.keys ?? []) keys.add(key);
    for (const key of back.objects) keys.delete(key);
    const differences =
      expected === undefined ? [] : await differencesFrom(session, expected, effect.after, keys);
    const exact = differences.length === 0 && expected !== undefined;
    const tell = (): void => {
      log.undone.push({ id: link.entry.id, exact, differences });
      for (const object of effect.absorbed) log.absorbed.add(object);
    };
    const entry = undoneEntry(
      request,
      link.entry,
      run,
      performance.now() - started,
      detailOf(judgement, link),
    );
    await commitTold(log, { key: run, tell }, () => session.commitWith(entry));
  }
  if (whole) await back.inTransaction(request, session, 'restore', recorder);
  else await back.oneByOne(request, session, 'restore', recorder);
  tellComputed(log, judgement);
  if (judgement.repair.length > 0) await commitRepair(ctx, judgement);
}

/** The undo of a migration that stands half-applied answers for what that touched, too. */
function withHalf(
  names: readonly string[] | 'everything',
  { closes }: Link,
  { half }: UndoContext,
): readonly string[] | 'everything' {
  if (closes === undefined || half === undefined) return names;
  return names === 'everything' || half.names === 'everything' ? 'everything' : [...names, ...half.names];
}

/** After undos that committed one by one: what was tried and proven before any of them ran. */
async function commitRepair({ request, session, links, recorder, log }: UndoContext, judgement: Judgement) {
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

function tellComputed(log: RunLog, { computed }: Judgement): void {
  for (const [id, statements] of computed)
    log.notes.push(
      statements.length === 0
        ? `${id} left nothing to take back`
        : `the undo of ${id} was computed from the snapshot before it:\n${indented(statements)}`,
    );
}

function indented(statements: readonly string[]): string {
  return statements.map((sql) => `  ${sql.replaceAll('\n', '\n  ')};`).join('\n');
}

function tellRepair(log: RunLog, { repair }: Judgement): void {
  if (repair.length === 0) return;
  log.notes.push(
    `the stored undo did not lead all the way back; what was left has been mended by:\n${indented(repair)}`,
  );
}

/** Statement by statement; what stops it stands in the history. */
async function runUndo(ctx: UndoContext, link: Link, run: string, started: number): Promise<JournaledRun> {
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
  try {
    await runJournaled(request, session, job, log);
    return job;
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

function detailOf(judgement: Judgement, link: Link) {
  const differences = judgement.differences.get(link.entry.id) ?? [];
  return {
    file: link.script.file,
    ...(judgement.computed.has(link.entry.id)
      ? { computed: [...(judgement.computed.get(link.entry.id) ?? [])] }
      : {}),
    undoes: link.entry.key,
    exact: differences.length === 0,
    differences: differences.map((change) => change.object).slice(0, 100),
  };
}

function reportUndone(
  judgement: Judgement,
  link: Link,
): { id: string; exact: boolean; differences: readonly Change[] } {
  const differences = judgement.differences.get(link.entry.id) ?? [];
  return { id: link.entry.id, exact: differences.length === 0, differences };
}

function heldReport(log: RunLog, held: readonly Held[]): RunReport {
  log.held.push(...held);
  return reportOf(log, 'held');
}

async function undoFailed(
  ctx: UndoContext,
  error: StatementFailed | MooringError,
  ms: number,
): Promise<MooringError> {
  const { request, session, links } = ctx;
  const link =
    error instanceof StatementFailed
      ? links.find((each) => each.script.steps.includes(error.statement))
      : undefined;
  const [first] = links;
  const of = link ?? first;
  if (of === undefined) throw error;
  const told = error instanceof MooringError ? error : await tell(request, session, error, of.script, 0);
  const words =
    told.code === 'sql-failed'
      ? new MooringError(
          'undo-failed',
          `the undo of ${of.entry.id} failed, and all of the way back was taken back with it: ${told.message}`,
          {
            ...told.where,
            hint: `The database is as it was. Mend what stands in the way, then run again; the stored undo cannot be edited.${canCompute(session.engine) ? ' To have it computed from the snapshot before it instead, add: --allow undo-failed' : ' What it cannot do must be done by hand, in a new migration.'}`,
            ...(told.server === undefined ? {} : { server: told.server }),
            cause: told,
          },
        )
      : told;
  await session.store.addHistory(failedEntry(request, of.entry, 'undo', words, ms));
  return words;
}
