import type { Change, Held } from '../api/api.ts';
import {
  type CatalogRead,
  type HistoryEntry,
  type Session,
  SqlFailure,
  type StatementClass,
} from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';
import type { Statement } from '../sql/sql.ts';
import { differencesFrom, type Expected, keysToJudge, snapshotBefore } from './exactness.ts';
import { lastEvents } from './journal-rows.ts';
import { candidates, type Loss, lossesAmong } from './losses.ts';
import { StatementFailed, timeouts } from './transactional.ts';
import { hold, type Link } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';

export interface Judgement {
  /** What each link leaves otherwise than it was before its migration; what a later link mends counts for its own only. */
  readonly differences: ReadonlyMap<string, readonly Change[]>;
  readonly losses: readonly Held[];
  readonly inexact: readonly Held[];
}

const POINT = 'mooring_judge';
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
  const pass = await runChain(ctx, true);
  await ctx.back.run(ctx.request, session, 'restore');
  const { read, effect } = await recorder.look();
  const asked = candidates(session, before, read);
  const certain = pass.losses;
  let losses: readonly Loss[] = certain;
  if (asked.length > 0 || pass.truncated.length > 0) {
    await session.rollbackTo(POINT);
    await session.ownVoice();
    losses = [...certain, ...(await lossesAmong(session, [...asked, ...pass.truncated]))];
    await runChain(ctx, false);
    await ctx.back.run(ctx.request, session, 'restore');
  }
  return {
    differences: pass.differences,
    losses: lossHolds(links, losses),
    inexact: await inexactHolds(ctx, read, effect.touched),
  };
}

interface Pass {
  readonly differences: ReadonlyMap<string, readonly Change[]>;
  readonly losses: readonly Loss[];
  readonly truncated: readonly {
    readonly what: string;
    readonly question: { readonly type: 'table'; readonly table: string };
  }[];
}

async function runChain(ctx: UndoContext, measure: boolean): Promise<Pass> {
  const { session, recorder, links, back } = ctx;
  const differences = new Map<string, readonly Change[]>();
  const losses: Loss[] = [];
  const truncated: Pass['truncated'][number][] = [];
  await back.run(ctx.request, session, 'drop');
  for (const link of links) {
    const counted = measure ? await session.rowsChanged() : new Map<string, number>();
    await session.resetWithin(timeouts(ctx.request, link.script));
    const seen = await runLink(ctx, link);
    if (!measure) continue;
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
  return { differences, losses, truncated };
}

interface Seen {
  readonly unknown: readonly Loss[];
  readonly truncated: Pass['truncated'];
  /** Objects of statements that cannot be tried in a transaction. */
  readonly notTried: readonly string[];
}

async function runLink(ctx: UndoContext, link: Link): Promise<Seen> {
  const { session } = ctx;
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
      if (word === 'started') await perhapsDone(session, statement);
      else await session.execute(statement);
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

function lossHolds(links: readonly Link[], losses: readonly Loss[]): readonly Held[] {
  const [newest] = links;
  if (losses.length === 0 || newest === undefined) return [];
  const message = `the way back would lose data:\n${losses.map((loss) => `- ${loss.what} (${loss.estimate})`).join('\n')}`;
  const estimate = losses.map((loss) => `${loss.what}: ${loss.estimate}`).join('; ');
  return [hold(newest.entry, 'data-loss', message, { estimate, allow: '--allow data-loss' })];
}

/** The end of the way is compared with the snapshot before the oldest migration. */
async function inexactHolds(
  ctx: UndoContext,
  read: CatalogRead,
  touched: readonly string[],
): Promise<readonly Held[]> {
  const { session, links } = ctx;
  const oldest = links.at(-1);
  if (oldest === undefined) return [];
  const expected = await snapshotBefore(session, ctx.rows, ctx.standing.entries, oldest.entry);
  if (expected === undefined) {
    return [
      hold(
        oldest.entry,
        'undo-unproven',
        `no snapshot was taken right before ${oldest.entry.id}, so nothing tells whether the way back leads there`,
        {
          allow: '--allow undo-unproven',
        },
      ),
    ];
  }
  const keys = await keysBack(ctx, oldest.entry, expected, touched);
  const differences = await differencesFrom(session, expected, read.catalog, keys);
  if (differences.length === 0) return [];
  return [
    hold(
      oldest.entry,
      'undo-inexact',
      `the way back does not lead to what was there before ${oldest.entry.id}; it would leave:\n${differences.map(describe).join('\n')}`,
      { allow: '--allow undo-inexact', differences },
    ),
  ];
}

function keysBack(
  ctx: UndoContext,
  entry: HistoryEntry,
  expected: Expected,
  touched: readonly string[],
): Promise<Set<string>> {
  return keysToJudge(
    ctx.session,
    ctx.rows,
    ctx.standing.entries,
    entry,
    ctx.recorder.answered,
    expected,
    touched,
  );
}

function describe(change: Change): string {
  const detail = change.details.length === 0 ? '' : `: ${change.details.join('; ')}`;
  return `- ${change.object} ${change.change}${detail}`;
}

function place(script: Script, statement: Statement): string {
  return `${script.file}:${statement.line}`;
}
