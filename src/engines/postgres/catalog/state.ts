import type { Catalog } from '../../../catalog/catalog.ts';
import type { Reading } from './reading.ts';

/** What a later partial read must know of an earlier one: the server's numbers, which the catalog itself leaves out. */
export interface ReadState {
  /** `<class>:<oid>` or `relation:<oid>.<column>` → key. */
  readonly keys: ReadonlyMap<string, string>;
  /** Addresses by root, `<class>:<oid>`. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
  /** Names of the schemas, quoted, by OID. */
  readonly schemas: ReadonlyMap<string, string>;
  /** `<class>:<oid>` of what belongs to an extension: the extension's number. */
  readonly members: ReadonlyMap<string, string>;
  /** Root of what is known by its number alone once it is gone, by address. */
  readonly holders: ReadonlyMap<string, string>;
  /** Names by OID. */
  readonly roles: ReadonlyMap<string, string>;
}

const states = new WeakMap<Catalog, ReadState>();

export function remember(catalog: Catalog, state: ReadState): void {
  states.set(catalog, state);
}

/** Undefined for a catalog that was not read here. */
export function stateOf(catalog: Catalog): ReadState | undefined {
  return states.get(catalog);
}

export function stateAfter(reading: Reading): ReadState {
  const { keys, roots, schemas, members, holders, roles } = reading;
  return { keys, roots, schemas, members, holders, roles };
}

/** The server's number of each object: another one for what was dropped and made again under the same name. */
export function idsOf(catalog: Catalog): ReadonlyMap<string, string> {
  return new Map(Array.from(stateOf(catalog)?.keys ?? [], ([address, key]) => [key, address]));
}
