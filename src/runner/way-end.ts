import type { Change, Held } from '../api/api.ts';
import type { CatalogRead, HistoryEntry } from '../engines/engines.ts';
import { differencesFrom, type Expected, keysToJudge, snapshotBefore } from './exactness.ts';
import { type NoRepair, repair } from './repair.ts';
import { isAllowed } from './request.ts';
import { hold, type Link } from './undo-chain.ts';
import type { UndoContext } from './undo-context.ts';

/** Where a way back has led. */
export interface End {
  readonly inexact: readonly Held[];
  readonly repair: readonly string[];
  /** The catalog at the end, repaired. */
  readonly read: CatalogRead;
}

/** The end of the way is compared with the snapshot before the oldest migration, and mended where nothing is lost by it. */
export async function endOf(ctx: UndoContext, read: CatalogRead, touched: readonly string[]): Promise<End> {
  const { session, recorder, links } = ctx;
  const oldest = links.at(-1);
  if (oldest === undefined) return { inexact: [], repair: [], read };
  const expected = await snapshotBefore(session, ctx.rows, ctx.standing.entries, oldest.entry);
  if (expected === undefined) return { inexact: [noSnapshot(oldest)], repair: [], read };
  const keys = await keysBack(ctx, oldest.entry, expected, touched);
  const differences = await differencesFrom(session, expected, read.catalog, keys);
  if (differences.length === 0) return { inexact: [], repair: [], read };
  await session.ownVoice();
  const mending = await repair(session, recorder, expected, read, keys);
  if ('statements' in mending) return { inexact: [], repair: mending.statements, read: mending.read };
  const inexact = inexactHold(oldest, differences, `\nIt was not mended: ${mending.why}`);
  return { inexact: [inexact], repair: [], read };
}

/** Nothing was recorded at the point that the way back leads to. */
export function noSnapshot({ entry }: Link): Held {
  return hold(
    entry,
    'undo-unproven',
    `no snapshot was taken right before ${entry.id}, so nothing tells whether the way back leads there`,
    { allow: '--allow undo-unproven' },
  );
}

/** The end of the way back is not what was there. */
export function inexactHold({ entry }: Link, differences: readonly Change[], more = ''): Held {
  return hold(
    entry,
    'undo-inexact',
    `the way back does not lead to what was there before ${entry.id}; it would leave:\n${differences.map(describe).join('\n')}${more}`,
    { allow: '--allow undo-inexact', differences },
  );
}

/** What the repair has mended was left by the oldest link, or by one before it. */
export function mended(
  { links }: UndoContext,
  differences: ReadonlyMap<string, readonly Change[]>,
  repair: readonly string[],
): ReadonlyMap<string, readonly Change[]> {
  const oldest = links.at(-1);
  if (repair.length === 0 || oldest === undefined) return differences;
  return new Map([...differences].filter(([id]) => id !== oldest.entry.id));
}

/** Leads back what is named, or says why it does not. */
export type Lead<T> = (
  expected: Expected,
  keys: ReadonlySet<string>,
  options: { readonly rowsGone: boolean },
) => Promise<T | NoRepair>;

/** In place of an undo that was never stored, or fails: `lead`s back what was `touched`, to what was there before. */
export async function computedWay<T extends object>(
  ctx: UndoContext,
  { entry, computed }: Link,
  touched: readonly string[],
  lead: Lead<T>,
): Promise<T | Held> {
  const { session, request } = ctx;
  const why = computed ? 'came without an undo' : 'has an undo that fails';
  const missing = `${entry.id} (${entry.detail.file}) ${why}, and none can be computed`;
  const expected = await snapshotBefore(session, ctx.rows, ctx.standing.entries, entry);
  if (expected === undefined)
    return hold(entry, 'undo-missing', `${missing}: no snapshot was taken right before it`);
  const keys = await keysBack(ctx, entry, expected, touched);
  for (const key of ctx.back.objects) keys.delete(key);
  // What files said to be gone, a person has approved to be gone.
  const rowsGone = isAllowed(request, 'undo-missing') || entry.detail.plan !== undefined;
  const way = await lead(expected, keys, { rowsGone });
  if (!('why' in way)) return way;
  const allow = way.allow === true ? { allow: `--allow ${computed ? '' : 'undo-failed,'}undo-missing` } : {};
  return hold(entry, 'undo-missing', `${missing}: ${way.why}`, allow);
}

/** The objects that a link, and those after it, must lead back. */
export async function keysBack(
  ctx: UndoContext,
  entry: HistoryEntry,
  expected: Expected,
  touched: readonly string[],
): Promise<Set<string>> {
  const keys = await keysToJudge(
    ctx.session,
    ctx.rows,
    ctx.standing.entries,
    entry,
    ctx.recorder.answered,
    expected,
    touched,
  );
  for (const key of ctx.half?.keys ?? []) keys.add(key);
  return keys;
}

function describe(change: Change): string {
  const detail = change.details.length === 0 ? '' : `: ${change.details.join('; ')}`;
  return `- ${change.object} ${change.change}${detail}`;
}
