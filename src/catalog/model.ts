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
export const MODEL_VERSION = 1;

/** Kinds that came after version 1, with the version that brought them. */
export const NEW_KINDS: Readonly<Record<string, number>> = {};

/** Properties that came after version 1, as `<kind>.<property>`, with the version that brought them. */
export const NEW_PROPERTIES: Readonly<Record<string, number>> = {};

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
]);

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
