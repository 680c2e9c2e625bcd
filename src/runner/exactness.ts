import type { Change } from '../api/api.ts';
import {
  type Catalog,
  type CatalogObject,
  compareCatalogs,
  type Fingerprints,
  fingerprintOf,
} from '../catalog/catalog.ts';
import type { HistoryEntry, Session, SnapshotRow } from '../engines/engines.ts';
import { loadAnswered, loadObjects } from './recorder.ts';

/** What was there before a migration, as its snapshot says it; undefined where none was taken at that very point. */
export async function snapshotBefore(
  session: Session,
  rows: readonly SnapshotRow[],
  entries: readonly HistoryEntry[],
  migration: HistoryEntry,
): Promise<Fingerprints | undefined> {
  const before = entries.filter(
    (entry) => entry.seq < migration.seq && entry.state === 'done' && entry.action !== 'take-over',
  );
  const last = before.at(-1);
  const row = rows.find((each) =>
    last === undefined ? each.history === undefined : each.history === last.key,
  );
  return row === undefined ? undefined : loadAnswered(session, rows, row);
}

/** How the catalog as it is differs from a snapshot, in the objects that are named. Snapshot → found. */
export async function differencesFrom(
  session: Session,
  expected: Fingerprints,
  found: Catalog,
  keys: Iterable<string>,
): Promise<readonly Change[]> {
  const off: string[] = [];
  for (const key of keys) {
    const object = found.objects.get(key);
    if (expected.get(key) !== (object === undefined ? undefined : fingerprintOf(object))) off.push(key);
  }
  if (off.length === 0) return [];
  // Children of a table that is off are compared with it, so that order among them can be judged.
  const families = new Set(off.flatMap((key) => [key, found.objects.get(key)?.parent ?? key]));
  const wanted = [...expected].filter(
    ([key]) => families.has(key) || off.includes(key) || belongsTo(key, families, found),
  );
  const objects = await loadObjects(
    session,
    wanted.map(([, fingerprint]) => fingerprint),
  );
  const before = new Map<string, CatalogObject>();
  for (const [key, fingerprint] of wanted) {
    const object = objects.get(fingerprint);
    if (object !== undefined) before.set(key, object);
  }
  const after = new Map(
    [...found.objects].filter(
      ([key, object]) =>
        before.has(key) || off.includes(key) || (object.parent !== undefined && families.has(object.parent)),
    ),
  );
  const mine = new Set(off);
  return compareCatalogs({ ...found, objects: before }, { ...found, objects: after }).filter((change) =>
    mine.has(change.object),
  );
}

function belongsTo(key: string, families: ReadonlySet<string>, found: Catalog): boolean {
  const parent = found.objects.get(key)?.parent;
  return parent !== undefined && families.has(parent);
}

/** Keys in which two snapshots differ. */
export function differingKeys(a: Fingerprints, b: Fingerprints): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
}
