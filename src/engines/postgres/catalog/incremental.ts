import { type Catalog, type CatalogObject, fingerprintOf } from '../../../catalog/catalog.ts';
import { dependencySql, takeDependency } from './dependencies.ts';
import { type Origin, readOrigins } from './origin.ts';
import { type PostgresReadOptions, readCatalog, readFamilies, readPreliminaries } from './read.ts';
import { type ArrayQuery, type Draft, Reading, type Roots } from './reading.ts';
import { type ReadState, remember, stateAfter, stateOf } from './state.ts';
import { touchedRoots } from './touched.ts';
import { underReadSettings } from './transaction.ts';

/** What the current transaction has made of a catalog that was read before it. */
export interface TouchedRead {
  /** Objects that differ, by key: as they are now; undefined for those that are gone. */
  readonly changes: ReadonlyMap<string, CatalogObject | undefined>;
  /** With `origin` only: who wrote what was read again. What is gone is absent. */
  readonly written?: ReadonlyMap<string, Origin>;
  /** Everything was read, because the part could not be told. */
  readonly whole: boolean;
  /** The whole catalog as it is now; what is not modelled is not counted anew. Made when first asked for: copying a large one takes longer than the read. */
  catalog(): Catalog;
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
  return { changes, ...(written === undefined ? {} : { written }), whole: true, catalog: () => catalog };
}

async function readPart(
  query: ArrayQuery,
  previous: Catalog,
  state: ReadState,
  version: number,
  options: Pick<PostgresReadOptions, 'origin'>,
): Promise<TouchedRead | undefined> {
  const first = new Reading(version, previous.scope);
  await readPreliminaries(query, first);
  const found = {
    schemas: first.schemas,
    members: first.members,
    roles: first.roles,
    listed: previous.scope.schemas !== 'all',
    privileges: first.includes('privileges'),
  };
  const roots = await touchedRoots(query, state, found);
  if (roots === undefined) return undefined;
  const reading = new Reading(version, previous.scope, roots, first);
  await readFamilies(query, reading);
  const stale = new Set(
    touchedAddresses(state, roots, reading).flatMap((root) => state.roots.get(root) ?? []),
  );
  const elsewhere = (address: string): string | undefined => {
    const key = state.keys.get(address);
    return key === undefined || stale.has(key) ? undefined : key;
  };
  for (const row of await query(dependencySql(reading))) takeDependency(row, reading, elsewhere);
  const written =
    options.origin && (await readOrigins(query, options.origin.since, reading, options.origin.ours));

  const changes = new Map<string, CatalogObject | undefined>();
  for (const key of stale) if (!reading.drafts.has(key)) changes.set(key, undefined);
  addChanged(changes, previous, reading.drafts);
  let patched: Catalog | undefined;
  return {
    changes,
    ...(written === undefined ? {} : { written }),
    whole: false,
    catalog: () => {
      patched ??= patch(previous, state, touchedAddresses(state, roots, reading), stale, reading);
      return patched;
    },
  };
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
function touchedAddresses(state: ReadState, roots: Roots, reading: Reading): string[] {
  const addresses = Object.entries(roots).flatMap(([kind, oids]) => [...oids].map((oid) => `${kind}:${oid}`));
  for (const oid of state.schemas.keys()) {
    if (!reading.schemas.has(oid)) addresses.push(`schema:${oid}`);
  }
  return addresses;
}

function patch(
  previous: Catalog,
  state: ReadState,
  touched: readonly string[],
  stale: ReadonlySet<string>,
  reading: Reading,
): Catalog {
  const objects = new Map<string, CatalogObject>(previous.objects);
  const keysByRoot = new Map(state.roots);
  for (const root of touched) keysByRoot.delete(root);
  for (const key of stale) objects.delete(key);
  const keys = new Map(state.keys);
  for (const [address, key] of keys) if (stale.has(key)) keys.delete(address);
  for (const [address, key] of reading.keys) keys.set(address, key);
  for (const [key, draft] of reading.drafts as ReadonlyMap<string, Draft>) objects.set(key, draft);
  for (const [root, keys] of reading.roots) keysByRoot.set(root, keys);
  const catalog: Catalog = { ...previous, objects };
  remember(catalog, {
    ...stateAfter(reading),
    keys,
    roots: keysByRoot,
    domains: new Map([...state.domains, ...reading.domains]),
  });
  return catalog;
}
