import { type Catalog, type CatalogObject, fingerprintOf, overlay } from '../../../catalog/catalog.ts';
import { dependencySql, takeDependency } from './dependencies.ts';
import { FAMILIES } from './families.ts';
import { type Origin, originSql, originsOf } from './origin.ts';
import { type PostgresReadOptions, PRELIMINARIES, readAtOnce, readCatalog } from './read.ts';
import { type ArrayQuery, Reading, type Roots } from './reading.ts';
import { type ReadState, remember, stateAfter, stateOf } from './state.ts';
import { startsSql, touchedRoots } from './touched.ts';
import { underReadSettings } from './transaction.ts';

/** What the current transaction has made of a catalog that was read before it. */
export interface TouchedRead {
  /** Objects that differ, by key: as they are now; undefined for those that are gone. */
  readonly changes: ReadonlyMap<string, CatalogObject | undefined>;
  /** With `origin` only: who wrote what was read again. What is gone is absent. */
  readonly written?: ReadonlyMap<string, Origin>;
  /** Everything was read, because the part could not be told. */
  readonly whole: boolean;
  /** The whole as it is now: the earlier one with these changes laid over it; what is not modelled is not counted anew. */
  readonly catalog: Catalog;
}

/**
 * Reads again only what the open transaction touched since `previous` was read, at a cost that hardly grows with the
 * database. What others commit meanwhile is not seen, unless it is on the same objects. `previous` must come from
 * `readCatalog` or from here, and from before the transaction's first DDL; otherwise, and when too much was touched,
 * everything is read. Throws `busy`.
 */
export async function readTouched(
  query: ArrayQuery,
  previous: Catalog,
  serverVersionNum: number,
  options: Pick<PostgresReadOptions, 'origin'> = {},
): Promise<TouchedRead> {
  const state = stateOf(previous);
  const partial =
    state &&
    (await underReadSettings(query, true, () => readPart(query, previous, state, serverVersionNum, options)));
  if (partial !== undefined) return partial;
  const { catalog, written } = await readCatalog(query, previous.scope, serverVersionNum, {
    ...options,
    inTransaction: true,
  });
  const changes = new Map<string, CatalogObject | undefined>();
  for (const key of previous.objects.keys()) if (!catalog.objects.has(key)) changes.set(key, undefined);
  addChanged(changes, previous, catalog.objects);
  return { changes, ...(written === undefined ? {} : { written }), whole: true, catalog };
}

async function readPart(
  query: ArrayQuery,
  previous: Catalog,
  state: ReadState,
  version: number,
  options: Pick<PostgresReadOptions, 'origin'>,
): Promise<TouchedRead | undefined> {
  const first = new Reading(version, previous.scope);
  const privileges = previous.scope.include.includes('privileges');
  const [starts = []] = await readAtOnce(query, PRELIMINARIES, first, [startsSql(privileges)]);
  const found = {
    schemas: first.schemas,
    members: first.members,
    present: first.present,
    roles: first.roles,
    listed: previous.scope.schemas !== 'all',
  };
  const roots = await touchedRoots(query, state, found, starts);
  if (roots === undefined) return undefined;
  const reading = new Reading(version, previous.scope, roots, first);
  await readAtOnce(
    query,
    FAMILIES.filter((family) => family.late !== true),
    reading,
  );
  const touched = touchedRootsOf(state, roots, reading);
  const staleAddresses = touched.flatMap((root) => state.roots.get(root) ?? []);
  const stale = new Set(staleAddresses.flatMap((address) => state.keys.get(address) ?? []));
  const elsewhere = (address: string): string | undefined => {
    const key = state.keys.get(address);
    return key === undefined || stale.has(key) ? undefined : key;
  };
  const { origin } = options;
  const [dependencies = [], origins = []] = await readAtOnce(
    query,
    FAMILIES.filter((family) => family.late === true),
    reading,
    [
      dependencySql(reading),
      ...(origin === undefined ? [] : [originSql(origin.since, reading, origin.ours)]),
    ],
  );
  for (const row of dependencies) takeDependency(row, reading, elsewhere);
  reading.settleNeeds(elsewhere);
  const written = origin && originsOf(origins, reading);

  const changes = new Map<string, CatalogObject | undefined>();
  for (const key of stale) if (!reading.drafts.has(key)) changes.set(key, undefined);
  addChanged(changes, previous, reading.drafts);
  const catalog = patch(previous, state, { roots: touched, addresses: staleAddresses, keys: stale }, reading);
  return { changes, ...(written === undefined ? {} : { written }), whole: false, catalog };
}

function addChanged(
  changes: Map<string, CatalogObject | undefined>,
  previous: Catalog,
  now: ReadonlyMap<string, CatalogObject>,
): void {
  for (const [key, object] of now) {
    const old = previous.objects.get(key);
    if (old === undefined || fingerprintOf(old) !== fingerprintOf(object)) changes.set(key, object);
  }
}

/** Of what was read again. Schemas are read in any case, so one that is not there now is gone. */
function touchedRootsOf(state: ReadState, roots: Roots, reading: Reading): string[] {
  const addresses = Object.entries(roots).flatMap(([kind, oids]) => [...oids].map((oid) => `${kind}:${oid}`));
  for (const oid of state.schemas.keys()) {
    if (!reading.schemas.has(oid)) addresses.push(`schema:${oid}`);
  }
  return addresses;
}

/** What a partial read took again, as it stood before. */
interface Stale {
  readonly roots: readonly string[];
  readonly addresses: readonly string[];
  readonly keys: ReadonlySet<string>;
}

function patch(previous: Catalog, state: ReadState, stale: Stale, reading: Reading): Catalog {
  const objects = overlay<string, CatalogObject>(previous.objects, replaced(stale.keys, reading.drafts));
  const catalog: Catalog = { ...previous, objects };
  remember(catalog, {
    ...stateAfter(reading),
    keys: overlay(state.keys, replaced(stale.addresses, reading.keys)),
    roots: overlay<string, readonly string[]>(state.roots, replaced(stale.roots, reading.roots)),
    holders: new Map([...state.holders, ...reading.holders]),
  });
  return catalog;
}

/** What is gone or there anew. */
function replaced<V>(stale: Iterable<string>, now: ReadonlyMap<string, V>): Map<string, V | undefined> {
  const changes = new Map<string, V | undefined>();
  for (const key of stale) changes.set(key, undefined);
  for (const [key, value] of now) changes.set(key, value);
  return changes;
}
