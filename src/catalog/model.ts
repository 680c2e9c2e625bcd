import type { Json } from '../api/api.ts';

export type { Json };

/** One object of a database, free of anything that differs between two equal databases (OIDs, statistics). */
export interface CatalogObject {
  readonly kind: string;
  /** Names quoted only where the server would, e.g. `public.orders.note`, `t on public.orders`. */
  readonly identity: string;
  /** Key of the object that it is part of and folds into. */
  readonly parent?: string;
  /** Only what is not the default, so that a model that grows leaves fingerprints as they are. */
  readonly properties: Readonly<Record<string, Json>>;
  /** Keys of the objects that must exist before it. Not part of the fingerprint. */
  readonly dependsOn: readonly string[];
}

export interface CatalogScope {
  readonly schemas: 'all' | readonly string[];
  readonly ignore: readonly string[];
  readonly include: readonly ('privileges' | 'owners')[];
}

/** A database's objects as read at one time. */
export interface Catalog {
  /** Version of the model that read it; it grows with what we model. */
  readonly model: number;
  readonly engine: string;
  readonly server: { readonly version: string; readonly major: number };
  readonly scope: CatalogScope;
  /** By key, `<kind> <identity>`. */
  readonly objects: ReadonlyMap<string, CatalogObject>;
  /** What is there and not modelled: kind and how many. */
  readonly unmodelled: readonly { readonly kind: string; readonly count: number }[];
}

/** The version of the model that this code reads. Raise it, and say so in NEW_KINDS or NEW_PROPERTIES, with what is read. */
export const MODEL_VERSION = 4;

/** Kinds that came after version 1, with the version that brought them. */
export const NEW_KINDS: Readonly<Record<string, number>> = {
  'access method': 2,
  account: 4,
  aggregate: 2,
  'base type': 2,
  cast: 2,
  collation: 2,
  conversion: 2,
  'default privileges': 2,
  'event trigger': 2,
  'foreign data wrapper': 2,
  'foreign table': 2,
  grant: 4,
  language: 2,
  operator: 2,
  'operator class': 2,
  'operator family': 2,
  publication: 2,
  'range type': 2,
  rule: 2,
  server: 2,
  'shell type': 2,
  statistics: 2,
  subscription: 2,
  'text search configuration': 2,
  'text search dictionary': 2,
  'text search parser': 2,
  'text search template': 2,
  transform: 2,
  'user mapping': 2,
};

/** Properties that came after version 1, as `<kind>.<property>`, with the version that brought them. */
export const NEW_PROPERTIES: Readonly<Record<string, number>> = {
  'constraint.triggers': 2,
  'domain.notNullComment': 2,
  'domain.notNullName': 2,
  'function.dependsOnExtensions': 2,
  'index.dependsOnExtensions': 2,
  'materialized view.columnCompression': 2,
  'materialized view.columnOptions': 2,
  'materialized view.columnStorage': 2,
  'materialized view.columns': 2,
  'materialized view.dependsOnExtensions': 2,
  'materialized view.toastOptions': 2,
  'procedure.dependsOnExtensions': 2,
  'table.unlike': 3,
  'table.verbatim': 3,
  'trigger.dependsOnExtensions': 2,
  'view.columns': 2,
};

/** Objects that an older model left out, although it knew their kind: told by a property. */
export const NEW_OBJECTS: readonly {
  readonly kind: string;
  readonly property: string;
  readonly model: number;
}[] = [{ kind: 'trigger', property: 'inherited', model: 2 }];

/** Objects that an older model held by themselves, and that are part of another one since: told by a property's value. */
export const FORMER_OBJECTS: readonly {
  readonly kind: string;
  readonly property: string;
  readonly values: readonly string[];
  readonly until: number;
}[] = [
  {
    kind: 'function',
    property: 'body',
    values: [
      'range_constructor2',
      'range_constructor3',
      'multirange_constructor0',
      'multirange_constructor1',
      'multirange_constructor2',
    ],
    until: 2,
  },
];

/** Objects of the whole database, in no schema: only a scope of all schemas covers them, unless `schema` says otherwise. */
export const DATABASE_KINDS: ReadonlySet<string> = new Set([
  'access method',
  'cast',
  'default privileges',
  'event trigger',
  'foreign data wrapper',
  'language',
  'publication',
  'server',
  'subscription',
  'transform',
  'user mapping',
]);

/** Kinds that are read only when `scope.include` asks for them. */
export const INCLUDED_KINDS: Readonly<Record<string, 'privileges' | 'owners'>> = {
  'default privileges': 'privileges',
  // Of MySQL and MariaDB, where nobody owns anything.
  account: 'owners',
  grant: 'privileges',
};

/** Stands for what is there and not shown to the role that read; compared with nothing. */
export const UNREADABLE = '(not readable by this role)';

/** Texts that the server makes from its stored form: another major version may spell them differently. */
export const DEPARSED_PROPERTIES: ReadonlySet<string> = new Set([
  'arguments',
  'body',
  'bound',
  'check',
  'constraints',
  'default',
  'definition',
  'generated',
  'partitionKey',
  'returns',
  'using',
  'verbatim',
]);

/**
 * How something is written where that changes nothing of it, by the server or by us. Plans mind it; it is no drift.
 */
export const SPELLING_PROPERTIES: ReadonlySet<string> = new Set(['collationSaid', 'escaped', 'unlike']);

/** Properties that are read only when `scope.include` asks for them. */
export const INCLUDED_PROPERTIES: Readonly<Record<string, 'privileges' | 'owners'>> = {
  owner: 'owners',
  privileges: 'privileges',
  columnPrivileges: 'privileges',
};

/**
 * Privileges that came with a later major version of a server, which gives them to all who had everything before: between
 * two major versions they tell nothing.
 */
export const LATER_PRIVILEGES: readonly string[] = ['MAINTAIN'];

/** `<kind> <identity>`: how an object is named in reports and matched by `scope.ignore`. */
export function keyOf(object: Pick<CatalogObject, 'kind' | 'identity'>): string {
  return `${object.kind} ${object.identity}`;
}

/** All that have this key for their parent. */
export function childrenOf({ objects }: Catalog, key: string | undefined): readonly CatalogObject[] {
  return key === undefined ? [] : [...objects.values()].filter(({ parent }) => parent === key);
}
