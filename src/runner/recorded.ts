import { MooringError } from '../api/api.ts';
import {
  applyDelta,
  type Catalog,
  type CatalogObject,
  type CatalogScope,
  decodeDelta,
  decodeObject,
  type Fingerprints,
  fingerprintOf,
  fingerprintOfAll,
} from '../catalog/catalog.ts';
import type { Session, SnapshotRow } from '../engines/engines.ts';

/** Fingerprints by key of a stored snapshot, by its chain of deltas. Throws `history-invalid`. */
export async function loadAnswered(
  session: Session,
  rows: readonly SnapshotRow[],
  row: SnapshotRow,
): Promise<Fingerprints> {
  const byKey = new Map(rows.map((each) => [each.key, each]));
  const chain: SnapshotRow[] = [];
  for (
    let at: SnapshotRow | undefined = row;
    at !== undefined;
    at = at.parent === undefined ? undefined : byKey.get(at.parent)
  ) {
    chain.unshift(at);
  }
  const blobs = await session.store.getBlobs(chain.map((each) => each.delta));
  let answered: Fingerprints = new Map();
  for (const each of chain) {
    const bytes = blobs.get(each.delta);
    if (bytes === undefined) throw missing(each, `its delta ${each.delta.slice(0, 15)}…`);
    answered = applyDelta(answered, decodeDelta(bytes));
  }
  return answered;
}

/** A snapshot's fingerprint; one of a run that was cut short before it was stored is made now. */
export async function sealOf(
  session: Session,
  rows: readonly SnapshotRow[],
  row: SnapshotRow,
): Promise<string> {
  return row.fingerprint === '' ? fingerprintOfAll(await loadAnswered(session, rows, row)) : row.fingerprint;
}

/** Stored objects by their fingerprints. */
export async function loadObjects(
  session: Session,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, CatalogObject>> {
  const blobs = await session.store.getBlobs([...new Set(fingerprints)]);
  return new Map([...blobs].map(([fingerprint, bytes]) => [fingerprint, decodeObject(bytes)]));
}

/** A recorded catalog, as far as it differs from the live one: equal objects are taken from there. Throws `history-invalid`. */
export async function recordedCatalog(
  session: Session,
  row: SnapshotRow,
  answered: Fingerprints,
  live: Catalog,
): Promise<Catalog> {
  const differs = (key: string, fingerprint: string): boolean => {
    const object = live.objects.get(key);
    return object === undefined || fingerprintOf(object) !== fingerprint;
  };
  const stored = await loadObjects(
    session,
    [...answered].filter(([key, each]) => differs(key, each)).map(([, each]) => each),
  );
  const objects = new Map<string, CatalogObject>();
  for (const [key, fingerprint] of answered) {
    const object = differs(key, fingerprint) ? stored.get(fingerprint) : live.objects.get(key);
    if (object === undefined) throw missing(row, `${key} (${fingerprint.slice(0, 15)}…)`);
    objects.set(key, object);
  }
  return { ...coverage(row), objects, unmodelled: [] };
}

/** What a snapshot says of itself: model, engine, server, scope. */
export function coverage(row: SnapshotRow): Omit<Catalog, 'objects' | 'unmodelled'> {
  const { scope, server, engine } = row.detail as unknown as {
    scope: CatalogScope;
    server: Catalog['server'];
    engine: string;
  };
  return { model: row.model, engine, server, scope };
}

/** Whether fingerprints of the two can be compared as they are. */
export function coversTheSame(row: SnapshotRow, live: Catalog): boolean {
  const { model, server, scope } = coverage(row);
  const sorted = (each: CatalogScope) =>
    JSON.stringify([
      each.schemas === 'all' ? 'all' : [...each.schemas].sort(),
      [...each.ignore].sort(),
      [...each.include].sort(),
    ]);
  return model === live.model && server.major === live.server.major && sorted(scope) === sorted(live.scope);
}

function missing(row: SnapshotRow, what: string): MooringError {
  return new MooringError(
    'history-invalid',
    `snapshot ${row.key} of ${row.at}: ${what} is not in our tables`,
    {
      hint: 'Restore our tables from a backup, or take the live catalog as the new baseline: mooring accept --url …',
    },
  );
}
