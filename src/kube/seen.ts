import { createHash } from 'node:crypto';
import { type Change, canonicalJson, type StatusHistory } from '../api/api.ts';

/** What was seen of a database, as far as it was looked at. */
export interface Seen {
  readonly history: SeenHistory;
  readonly snapshot?: { readonly fingerprint: string; readonly at: string };
  /** Absent where there is no verdict; then `quiet` says why, or nobody looked. */
  readonly drift?: { readonly changes: readonly Change[]; readonly fingerprint: string };
  readonly quiet?: string;
  /** Applied and not in the bundle. */
  readonly ahead: readonly string[];
  /** In the bundle and not applied. */
  readonly pending: readonly string[];
}

export interface SeenHistory {
  /** Applied migrations that run once, in the order of their application. */
  readonly applied: readonly string[];
  /** All that were ever applied or undone. */
  readonly ever: ReadonlySet<string>;
  /** Of the stored undos of those that a rollback may take back. */
  readonly undoHashes: Readonly<Record<string, string>>;
  /** When those were applied, by the database's clock, epoch milliseconds. */
  readonly appliedAt: Readonly<Record<string, number>>;
}

export interface Missing {
  readonly count: number;
  /** Those whose ids are known. */
  readonly ids: readonly string[];
}

/** What a status lists and the database has never seen: it was restored from an older backup. */
export function missingFrom(told: StatusHistory | undefined, { applied, ever }: SeenHistory): Missing {
  if (told === undefined) return { count: 0, ids: [] };
  const known = [
    ...new Set([...Object.keys(told.undoHashes ?? {}), ...(told.head === undefined ? [] : [told.head])]),
  ];
  const ids = known.filter((id) => !ever.has(id)).sort(byNumber);
  if (ids.length === 0) return { count: 0, ids };
  return { count: Math.max(ids.length, (told.count ?? 0) - applied.length), ids };
}

/** A status says whole seconds, by another clock than the database's; milliseconds. */
const UNSURE = 2_000;

/**
 * As the status tells it. The hash of an undo that was told before stays, unless its migration was applied again since:
 * who edits a stored undo later does not get it into the status.
 */
export function toStatusHistory(
  { applied, undoHashes, appliedAt }: SeenHistory,
  told?: { readonly history: StatusHistory | undefined; readonly at: number },
): StatusHistory {
  const head = applied.at(-1);
  const hashes = Object.entries(undoHashes).map(([id, hash]) => {
    const before = told?.history?.undoHashes?.[id];
    const kept = before !== undefined && told !== undefined && (appliedAt[id] ?? 0) <= told.at + UNSURE;
    return [id, kept ? before : hash] as const;
  });
  return {
    count: applied.length,
    ...(head === undefined ? {} : { head }),
    digest: `sha256:${createHash('sha256').update(canonicalJson(applied)).digest('hex')}`,
    undoHashes: Object.fromEntries(hashes),
  };
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
