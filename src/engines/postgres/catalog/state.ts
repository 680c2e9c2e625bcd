import type { Catalog } from '../../../catalog/catalog.ts';
import type { Reading } from './reading.ts';

/** What a later partial read must know of an earlier one: the server's numbers, which the catalog itself leaves out. */
export interface ReadState {
  /** `<class>:<oid>` or `relation:<oid>.<column>` → key. */
  readonly keys: ReadonlyMap<string, string>;
  /** Keys by root, `<class>:<oid>`. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
  /** Names of the schemas, quoted, by OID. */
  readonly schemas: ReadonlyMap<string, string>;
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
  return { keys: reading.keys, roots: reading.roots, schemas: reading.schemas };
}
