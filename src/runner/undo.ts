import { randomUUID } from 'node:crypto';
import { type Held, MooringError, type RunReport } from '../api/api.ts';
import type { HistoryEntry, JournalEntry, Session } from '../engines/engines.ts';
import type { Standing } from './applied.ts';
import { commitTold } from './awaited.ts';
import { failedEntry, undoneEntry } from './entries.ts';
import { type HalfApplied, halfOf, heldByRows } from './half-applied.ts';
import { type Judgement, judge } from './judge.ts';
import { judgeInTwin } from './judge-in-twin.ts';
import { Recorder } from './recorder.ts';
import { planRepeatables } from './repeatables-back.ts';
import { isAllowed, type RunLog, type RunRequest, reportOf } from './request.ts';
import { prune } from './retention.ts';
import { StatementFailed, timeouts } from './statements.ts';
import { tell } from './transactional.ts';
import { canCompute, loadChain } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';
import { undoOneByOne } from './undo-one-by-one.ts';
import { detailOf, reportUndone, tellComputed, tellRepair } from './undo-told.ts';

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
  if (!commitsAtOnce(ctx)) await undoOneByOne(ctx, judgement);
  // What the last undo has set is not for our own statements.
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  log.snapshot = await recorder.seal();
  await prune(session);
  return reportOf(log, 'done');
}

/** All of it is one transaction. */
function commitsAtOnce({ session, links }: UndoContext): boolean {
  return session.engine.capabilities.transactionalDdl && links.every((link) => !link.journaled);
}

type Verdict = { readonly held: readonly Held[] } | Judgement;

/** Tries the chain in a transaction. Transactional chains that are well are committed right there; all else is rolled back. */
async function judged(ctx: UndoContext): Promise<Verdict> {
  const { request, session, links, recorder } = ctx;
  const started = performance.now();
  const commits = commitsAtOnce(ctx);
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
    const held = judgement.stopped === undefined ? heldBy(ctx, judgement) : [judgement.stopped];
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
