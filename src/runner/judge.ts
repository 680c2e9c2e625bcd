import type { Change, Held } from '../api/api.ts';
import { type Session, SqlFailure, type StatementClass } from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';
import type { Statement } from '../sql/sql.ts';
import { differencesFrom, snapshotBefore } from './exactness.ts';
import { type HalfApplied, isMoot } from './half-applied.ts';
import { lastEvents } from './journal-rows.ts';
import { candidates, type Loss, lossesAmong } from './losses.ts';
import { renamesBack } from './rename-back.ts';
import { computeBack, runRepair } from './repair.ts';
import { isAllowed } from './request.ts';
import { StatementFailed, timeouts } from './statements.ts';
import { canCompute, hold, type Link } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';
import { computedWay, endOf, keysBack, mended } from './way-end.ts';

export interface Judgement {
  /** What each link leaves otherwise than it was before its migration; what a later link mends counts for its own only. */
  readonly differences: ReadonlyMap<string, readonly Change[]>;
  readonly losses: readonly Held[];
  readonly inexact: readonly Held[];
  /** What was done beside the stored scripts, at the end of them. */
  readonly repair: readonly string[];
  /** Statements in place of undos that were never stored, by the migration's id. */
  readonly computed: ReadonlyMap<string, readonly string[]>;
  /** The way ends before its end, whatever a person allows. */
  readonly stopped?: Held;
}

const POINT = 'mooring_judge';
const LINK = 'mooring_link';
const PERHAPS = 'mooring_perhaps';

/**
 * Runs the chain within the open transaction and measures what it does: what is lost, and whether each step leads back to
 * its snapshot. Where anything may be lost, all is taken back to ask, under lock, what the tables hold, and run again.
 * Leaves the transaction as after the chain.
 */
export async function judge(ctx: UndoContext): Promise<Judgement> {
  const { session, recorder, links } = ctx;
  const before = recorder.lastRead;
  await session.savepoint(POINT);
  const pass = await runChain(ctx);
  if (pass.stopped !== undefined)
    return {
      differences: pass.differences,
      losses: [],
      inexact: [],
      repair: [],
      computed: new Map(),
      stopped: pass.stopped,
    };
  await ctx.back.run(ctx.request, session, 'restore');
  const look = await recorder.look();
  const end = await endOf(ctx, look.read, look.effect.touched);
  const asked = candidates(session, before, end.read);
  const certain = pass.losses;
  let losses: readonly Loss[] = certain;
  if (asked.length > 0 || pass.truncated.length > 0) {
    await session.rollbackTo(POINT);
    await session.ownVoice();
    losses = [...certain, ...(await lossesAmong(session, [...asked, ...pass.truncated]))];
    await runChain(ctx, pass.computed);
    await ctx.back.run(ctx.request, session, 'restore');
    await session.ownVoice();
    await runRepair(session, end.repair);
  }
  return {
    differences: mended(ctx, pass.differences, end.repair),
    losses: lossHolds(links, losses),
    inexact: end.inexact,
    repair: end.repair,
    computed: pass.computed,
  };
}

interface Pass {
  readonly differences: ReadonlyMap<string, readonly Change[]>;
  readonly losses: readonly Loss[];
  readonly truncated: readonly {
    readonly what: string;
    readonly question: { readonly type: 'table'; readonly table: string };
  }[];
  readonly computed: ReadonlyMap<string, readonly string[]>;
  readonly stopped?: Held;
}

/** With `known`, what was computed in a first pass, nothing is measured. */
async function runChain(ctx: UndoContext, known?: Pass['computed']): Promise<Pass> {
  const { session, recorder, links, back } = ctx;
  const differences = new Map<string, readonly Change[]>();
  const losses: Loss[] = [];
  const truncated: Pass['truncated'][number][] = [];
  const computed = new Map<string, readonly string[]>();
  await back.run(ctx.request, session, 'drop');
  for (const link of links) {
    const counted = known === undefined ? await session.rowsChanged() : new Map<string, number>();
    await session.resetWithin(timeouts(ctx.request, link.script));
    if (known !== undefined) {
      const statements = known.get(link.entry.id);
      if (statements === undefined) await runLink(ctx, link);
      else await runRepair(session, statements);
      continue;
    }
    const seen = link.computed ? undefined : await runOrGiveUp(ctx, link);
    if (seen === undefined) {
      await session.ownVoice();
      const { read, effect } = await recorder.look();
      const { statements: first } = await renamesBack(session, link.entry, read.catalog);
      const way = await computedWay(ctx, link, effect.touched, (expected, keys, options) =>
        computeBack(session, recorder, expected, read, keys, { ...options, first }),
      );
      if ('reason' in way) return { differences, losses, truncated, computed, stopped: way };
      computed.set(link.entry.id, way.statements);
      continue;
    }
    if (!link.script.directives.losesNothing) {
      losses.push(...seen.unknown);
      losses.push(...rowsLost(link, counted, await session.rowsChanged()));
      truncated.push(...seen.truncated);
    }
    await session.ownVoice();
    const expected = await snapshotBefore(session, ctx.rows, ctx.standing.entries, link.entry);
    if (expected === undefined) continue;
    const { read, effect } = await recorder.look();
    const keys = await keysBack(ctx, link.entry, expected, effect.touched);
    for (const key of back.objects) keys.delete(key);
    for (const key of seen.notTried) keys.delete(key);
    const found = await differencesFrom(session, expected, read.catalog, keys);
    if (found.length > 0) differences.set(link.entry.id, found);
  }
  return { differences, losses, truncated, computed };
}

/** A stored undo that the server refuses gives way to one that is computed, where a person wants that. */
async function runOrGiveUp(ctx: UndoContext, link: Link): Promise<Seen | undefined> {
  const { session, request } = ctx;
  if (!isAllowed(request, 'undo-failed') || !canCompute(session.engine)) return runLink(ctx, link);
  await session.savepoint(LINK);
  try {
    return await runLink(ctx, link);
  } catch (error) {
    if (!(error instanceof StatementFailed)) throw error;
    await session.rollbackTo(LINK);
    return undefined;
  }
}

interface Seen {
  readonly unknown: readonly Loss[];
  readonly truncated: Pass['truncated'];
  /** Objects of statements that cannot be tried in a transaction. */
  readonly notTried: readonly string[];
}

async function runLink(ctx: UndoContext, link: Link): Promise<Seen> {
  const { session } = ctx;
  const half = link.closes === undefined ? undefined : ctx.half?.found;
  const unknown: Loss[] = [];
  const truncated: Pass['truncated'][number][] = [];
  const notTried: string[] = [];
  const last = lastEvents(link.journal);
  let number = 0;
  for (const step of link.script.steps) {
    if (step.type !== 'sql') continue;
    number += 1;
    const word = last.get(number)?.event;
    if (word === 'done' || word === 'ran') continue;
    const kind = await session.engine.classify(step.statement);
    for (const table of kind.truncates ?? [])
      truncated.push({ what: `table ${table}`, question: { type: 'table', table } });
    const statement = kind.inTransaction === 'no' ? trialOf(kind, step.statement) : step.statement;
    if (statement === undefined) {
      if (kind.settlement === undefined)
        unknown.push({
          what: `${place(link.script, step.statement)} cannot be tried in a transaction`,
          estimate: 'unknown',
        });
      else if (kind.settlement.rule === 'index')
        notTried.push(...((await session.beforeBare(kind.settlement)).objects as string[]));
      continue;
    }
    try {
      if (half !== undefined) await perhapsMissing(session, statement, number, half);
      else if (word === 'started') await perhapsDone(session, statement);
      else await session.execute(statement);
      if (half?.skipped.has(number) === false && kind.effect === 'dml')
        half.writes.add(place(link.script, statement));
    } catch (error) {
      throw error instanceof SqlFailure ? new StatementFailed(error, step) : error;
    }
  }
  return { unknown, truncated, notTried };
}

/** A statement that was cut short may have run: then the server refuses it, and nothing is left to be tried. */
async function perhapsDone(session: Session, statement: Statement): Promise<void> {
  await session.savepoint(PERHAPS);
  try {
    await session.execute(statement);
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    await session.rollbackTo(PERHAPS);
  }
}

/** Of a migration that stands half-applied: what never happened need not be taken back. */
async function perhapsMissing(
  session: Session,
  statement: Statement,
  number: number,
  half: HalfApplied,
): Promise<void> {
  await session.savepoint(PERHAPS);
  try {
    await session.execute(statement);
  } catch (error) {
    if (!(error instanceof SqlFailure) || !isMoot(error)) throw error;
    await session.rollbackTo(PERHAPS);
    half.skipped.add(number);
  }
}

function trialOf(kind: StatementClass, statement: Statement): Statement | undefined {
  return kind.trial === undefined ? undefined : { ...statement, sql: kind.trial };
}

function rowsLost(
  link: Link,
  before: ReadonlyMap<string, number> | 'unknown',
  after: ReadonlyMap<string, number> | 'unknown',
): Loss[] {
  if (before === 'unknown' || after === 'unknown') {
    return [
      {
        what: `the undo of ${link.entry.id} may change rows, and the server does not count them (track_counts is off)`,
        estimate: 'unknown',
      },
    ];
  }
  const lost: Loss[] = [];
  for (const [table, count] of after) {
    const changed = count - (before.get(table) ?? 0);
    if (changed > 0)
      lost.push({
        what: `the undo of ${link.entry.id} deletes or overwrites rows of ${table}`,
        estimate: `${changed} rows`,
      });
  }
  return lost;
}

export function lossHolds(links: readonly Link[], losses: readonly Loss[]): readonly Held[] {
  const [newest] = links;
  if (losses.length === 0 || newest === undefined) return [];
  const message = `the way back would lose data:\n${losses.map((loss) => `- ${loss.what} (${loss.estimate})`).join('\n')}`;
  const estimate = losses.map((loss) => `${loss.what}: ${loss.estimate}`).join('; ');
  return [hold(newest.entry, 'data-loss', message, { estimate, allow: '--allow data-loss' })];
}

function place(script: Script, statement: Statement): string {
  return `${script.file}:${statement.line}`;
}
