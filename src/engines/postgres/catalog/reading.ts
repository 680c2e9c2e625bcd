import { type CatalogScope, type IgnoreTest, ignoreTest, type Json } from '../../../catalog/catalog.ts';

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

/** Catalogues whose rows our objects are addressed by. */
export type AddressClass =
  | 'relation'
  | 'constraint'
  | 'trigger'
  | 'policy'
  | 'routine'
  | 'type'
  | 'schema'
  | 'extension';

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

/** What is read again as one: a relation with all that belongs to it, a routine, a type, a schema, an extension. */
export type RootClass = Extract<AddressClass, 'relation' | 'routine' | 'type' | 'schema' | 'extension'>;

/** The roots that a partial read is about; numbers of the server (OIDs). */
export type Roots = Readonly<Record<RootClass, ReadonlySet<string>>>;

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
  /** Rows of tables' and materialized views' columns, by relation and number, until indexes are read. */
  readonly columns = new Map<string, ArrayRow[]>();
  /** Operator classes that are the default of a type, by OID: the type. */
  readonly defaultClasses = new Map<string, string>();
  /** Indexes whose definition has yet to be asked for. */
  readonly unspelled = new Set<string>();
  /** Type of each domain's constraint, by the constraint's number. */
  readonly domains = new Map<string, string>();
  /** Names by OID, quoted as policies and privileges show them. */
  readonly roles = new Map<string, string>();
  /** `<class>:<oid>` of what belongs to an extension. */
  readonly members = new Set<string>();
  readonly #ignored: IgnoreTest;
  readonly #ignores: boolean;
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
    for (const member of first.members) this.members.add(member);
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

  /** Adds an object, unless it is ignored or belongs to an extension; returns what may still be added to. */
  add(address: string, root: string, draft: Draft): Draft | undefined {
    if (this.members.size > 0 && this.members.has(address)) return undefined;
    const key = `${draft.kind} ${draft.identity}`;
    if (this.#ignores && this.#ignored(key)) return undefined;
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
}

function copyInto<T>(target: Map<string, T>, source: ReadonlyMap<string, T>): void {
  for (const [key, value] of source) target.set(key, value);
}

/** One catalogue's read: what to ask and what to make of each row. Rows may add objects or complete earlier ones. */
export interface Family {
  readonly name: string;
  /** What its rows are part of: a partial read that is about none of these asks nothing. */
  readonly of?: readonly RootClass[];
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
