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

/** Keys in which two snapshots differ. */
export function differingKeys(a: Fingerprints, b: Fingerprints): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
}
