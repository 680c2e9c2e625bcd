import type { Change } from '../api/api.ts';
import { type Catalog, compareCatalogs, type Fingerprints } from '../catalog/catalog.ts';
import type { HistoryEntry, Session, SnapshotRow } from '../engines/engines.ts';
import { loadAnswered, recordedCatalog } from './recorded.ts';

/** What was there at one point of the history. */
export interface Expected {
  readonly row: SnapshotRow;
  readonly answered: Fingerprints;
}

/** What was there before a migration, as its snapshot says it; undefined where none was taken at that very point. */
export async function snapshotBefore(
  session: Session,
  rows: readonly SnapshotRow[],
  entries: readonly HistoryEntry[],
  migration: HistoryEntry,
): Promise<Expected | undefined> {
  const before = entries.filter(
    (entry) => entry.seq < migration.seq && entry.state === 'done' && entry.action !== 'take-over',
  );
  const last = before.at(-1);
  const row = rows.find((each) =>
    last === undefined ? each.history === undefined : each.history === last.key,
  );
  return row === undefined ? undefined : { row, answered: await loadAnswered(session, rows, row) };
}

/** How the catalog as it is differs from what was there, in the objects that are named. What was there → found. */
export async function differencesFrom(
  session: Session,
  { row, answered }: Expected,
  found: Catalog,
  keys: ReadonlySet<string>,
): Promise<readonly Change[]> {
  const recorded = await recordedCatalog(session, row, answered, found);
  return compareCatalogs(recorded, found).filter((change) => keys.has(change.object));
}

/**
 * The objects that a way back must lead back: what it touched, and what has changed since the snapshot that it leads to —
 * but for what a person accepted meanwhile, which no migration and no undo answers for.
 */
export async function keysToJudge(
  session: Session,
  rows: readonly SnapshotRow[],
  entries: readonly HistoryEntry[],
  migration: HistoryEntry,
  now: Fingerprints,
  expected: Expected,
  touched: readonly string[],
): Promise<Set<string>> {
  const keys = new Set(differingKeys(expected.answered, now));
  for (const entry of entries) {
    if (entry.action !== 'accept' || entry.state !== 'done' || entry.seq < migration.seq) continue;
    const row = rows.find((each) => each.history === entry.key);
    const parent = rows.find((each) => each.key === row?.parent);
    if (row === undefined || parent === undefined) continue;
    for (const key of differingKeys(
      await loadAnswered(session, rows, parent),
      await loadAnswered(session, rows, row),
    ))
      keys.delete(key);
  }
  for (const key of touched) keys.add(key);
  return keys;
}

export function differingKeys(a: Fingerprints, b: Fingerprints): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
}
