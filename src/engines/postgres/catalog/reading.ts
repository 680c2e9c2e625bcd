import { type CatalogScope, type IgnoreTest, ignoreTest, type Json } from '../../../catalog/catalog.ts';
import type { AddressClass } from './catalogues.ts';
import type { Rare } from './presence.ts';

export type { AddressClass };

/** One row, each value in the server's own spelling. */
export type ArrayRow = readonly (string | null)[];

/** Runs one statement; rows as arrays of text. */
export interface ArrayQuery {
  (sql: string): Promise<readonly ArrayRow[]>;
  /** Several in one message, one round trip; at least two. */
  readonly all?: (sqls: readonly string[]) => Promise<readonly (readonly ArrayRow[])[]>;
  /** The rows one by one, as they come. */
  readonly each?: (sql: string, take: (row: ArrayRow) => void) => Promise<void>;
}

/** The rows of each statement, in one round trip if that can be. */
export async function queryAll(
  query: ArrayQuery,
  sqls: readonly string[],
): Promise<readonly (readonly ArrayRow[])[]> {
  if (query.all !== undefined && sqls.length > 1) return query.all(sqls);
  const results: (readonly ArrayRow[])[] = [];
  for (const sql of sqls) results.push(await query(sql));
  return results;
}

/** Takes the rows of a large result, one by one if that can be. */
export async function takeEach(query: ArrayQuery, sql: string, take: (row: ArrayRow) => void): Promise<void> {
  if (query.each !== undefined) return query.each(sql, take);
  for (const row of await query(sql)) take(row);
}

/** An object while its rows come in. */
export interface Draft {
  readonly kind: string;
  readonly identity: string;
  readonly parent?: string;
  readonly properties: Record<string, Json>;
  dependsOn: readonly string[];
}

/** Shared by all that depend on nothing. */
export const NOTHING: readonly string[] = [];

/** All that is rare: operators, collations, publications, … */
export const OTHER = 'other';

/**
 * What is read again as one: a relation with all that belongs to it, a routine, a type, a schema, an extension; all that
 * is rare, in any case.
 */
export type RootClass =
  | Extract<AddressClass, 'relation' | 'routine' | 'type' | 'schema' | 'extension'>
  | typeof OTHER;

/** The roots that a partial read is about; numbers of the server (OIDs). */
export type Roots = Readonly<Record<RootClass, ReadonlySet<string>>>;

/** What an index's text takes from a column: the server's numbers and the name. */
export interface IndexedColumn {
  readonly number: string;
  readonly name: string;
  readonly type: string;
  readonly collation: string;
}

/** One read in progress: drafts by key, and which of the server's numbers stands for which. */
export class Reading {
  readonly version: number;
  readonly scope: CatalogScope;
  readonly only: Roots | undefined;
  readonly drafts = new Map<string, Draft>();
  /** `<class>:<oid>` or `relation:<oid>.<column>` → key. */
  readonly keys = new Map<string, string>();
  /** Addresses of what belongs to each root, `<class>:<oid>`. */
  readonly roots = new Map<string, string[]>();
  /** Names of the schemas in scope, quoted, by OID. */
  readonly schemas = new Map<string, string>();
  /** Columns of tables and materialized views, by relation, until indexes are read. */
  readonly columns = new Map<string, IndexedColumn[]>();
  /** Operator classes that are the default of a type, by OID: the type. */
  readonly defaultClasses = new Map<string, string>();
  /** Indexes whose definition has yet to be asked for. */
  readonly unspelled = new Set<string>();
  /** Root of what is known by its number alone once it is gone: constraints of domains, statistics. By address. */
  readonly holders = new Map<string, string>();
  /** Names by OID, quoted as policies and privileges show them. */
  readonly roles = new Map<string, string>();
  /** `<class>:<oid>` of what belongs to an extension: the extension's number. */
  readonly members = new Map<string, string>();
  /** What is there of that which most databases have none of. */
  readonly present = new Set<string>();
  readonly #needs: (readonly [draft: Draft, address: string])[] = [];
  readonly #ignored: IgnoreTest;
  readonly #ignores: boolean;
  readonly #texts = new Map<string, string>();
  readonly #ranks = new Map<string, number>();

  /** `first`: a reading of the same that has the preliminaries already. */
  constructor(version: number, scope: CatalogScope, only?: Roots, first?: Reading) {
    this.version = version;
    this.scope = scope;
    this.only = only;
    this.#ignored = ignoreTest(scope.ignore);
    this.#ignores = scope.ignore.length > 0;
    if (first === undefined) return;
    copyInto(this.drafts, first.drafts);
    copyInto(this.keys, first.keys);
    copyInto(this.roots, first.roots);
    copyInto(this.schemas, first.schemas);
    copyInto(this.roles, first.roles);
    copyInto(this.members, first.members);
    for (const kind of first.present) this.present.add(kind);
  }

  includes(what: 'privileges' | 'owners'): boolean {
    return this.scope.include.includes(what);
  }

  /** A condition that a column holds one of the schemas in scope. */
  inScope(column: string): string {
    return oidList(column, this.schemas.keys());
  }

  /** A condition for a partial read, `AND …`; empty for a whole one. */
  among(column: string, root: RootClass): string {
    return this.only === undefined ? '' : `AND ${oidList(column, this.only[root])}`;
  }

  /** Whether `scope.ignore` names an object, by its key. */
  ignores(key: string): boolean {
    return this.#ignores && this.#ignored(key);
  }

  /** Notes that an object needs what stands at an address, which may be read later. */
  need(draft: Draft, address: string): void {
    this.#needs.push([draft, address]);
  }

  /** Looks up what was noted, when everything is read. `elsewhere` knows what a partial read did not read. */
  settleNeeds(elsewhere?: (address: string) => string | undefined): void {
    for (const [draft, address] of this.#needs) {
      const needed = this.keyOf(address) ?? elsewhere?.(address);
      if (needed !== undefined) addNeed(draft, needed);
    }
  }

  /** The same text, kept once however often it comes: most columns have one of a few types. */
  once(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  /** Adds an object, unless it is ignored or belongs to an extension; returns what may still be added to. */
  add(address: string, root: string, draft: Draft): Draft | undefined {
    if (this.members.size > 0 && this.members.has(address)) return undefined;
    const key = `${draft.kind} ${draft.identity}`;
    if (this.ignores(key)) return undefined;
    this.drafts.set(key, draft);
    this.addAddress(address, root, key);
    return draft;
  }

  /** Also where an object that was added can be found. */
  addAddress(address: string, root: string, key: string): void {
    this.keys.set(address, key);
    const siblings = this.roots.get(root);
    if (siblings === undefined) this.roots.set(root, [address]);
    else siblings.push(address);
  }

  /** Places are given from 1, without gaps, in the order of asking. */
  nextRank(parent: string): number {
    const rank = (this.#ranks.get(parent) ?? 0) + 1;
    this.#ranks.set(parent, rank);
    return rank;
  }

  /** What stands at one of the server's addresses, if it is among our objects. */
  at(address: string): Draft | undefined {
    const key = this.keys.get(address);
    return key === undefined ? undefined : this.drafts.get(key);
  }

  key(address: string): string | undefined {
    return this.keys.get(address);
  }

  /** The same, and for what belongs to an extension that extension. */
  keyOf(address: string): string | undefined {
    const key = this.keys.get(address);
    if (key !== undefined || this.members.size === 0) return key;
    const extension = this.members.get(address);
    return extension === undefined ? undefined : this.keys.get(`extension:${extension}`);
  }
}

/** An object needs another one once, never itself, and its parent in any case. */
export function addNeed(draft: Draft, needed: string): void {
  if (needed === draft.parent || needed === `${draft.kind} ${draft.identity}`) return;
  if (!draft.dependsOn.includes(needed)) draft.dependsOn = [...draft.dependsOn, needed];
}

function copyInto<T>(target: Map<string, T>, source: ReadonlyMap<string, T>): void {
  for (const [key, value] of source) target.set(key, value);
}

/** One catalogue's read: what to ask and what to make of each row. Rows may add objects or complete earlier ones. */
export interface Family {
  readonly name: string;
  /** What its rows are part of: a partial read that is about none of these asks nothing. */
  readonly of?: readonly RootClass[];
  /** Asks nothing where there is none of that. */
  readonly rare?: Rare;
  /** Asks for what the rows of other families left open. */
  readonly late?: true;
  /** Undefined: nothing to ask this server for. */
  sql(reading: Reading): string | undefined;
  take(row: ArrayRow, reading: Reading): void;
}

/** Sets a property unless it is the default, null. */
export function put(properties: Record<string, Json>, name: string, value: Json | undefined): void {
  if (value !== null && value !== undefined) properties[name] = value;
}

/** A JSON value as the server sent it. */
export function json(text: string | null | undefined): Json | undefined {
  return text === null || text === undefined ? undefined : (JSON.parse(text) as Json);
}

export function oidList(column: string, oids: Iterable<string>): string {
  const list = [...oids];
  return list.length === 0 ? 'false' : `${column} = ANY ('{${list.join(',')}}'::oid[])`;
}
