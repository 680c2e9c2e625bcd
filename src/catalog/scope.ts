import { withoutIgnored } from './ignore.ts';
import {
  type Catalog,
  type CatalogObject,
  DATABASE_KINDS,
  DEPARSED_PROPERTIES,
  FORMER_OBJECTS,
  INCLUDED_KINDS,
  INCLUDED_PROPERTIES,
  type Json,
  LATER_PRIVILEGES,
  NEW_KINDS,
  NEW_OBJECTS,
  NEW_PROPERTIES,
} from './model.ts';

/** What two catalogs both speak of: their objects in the common scope, and which of the properties count. */
export interface CommonGround {
  readonly before: ReadonlyMap<string, CatalogObject>;
  readonly after: ReadonlyMap<string, CatalogObject>;
  counts(kind: string, property: string): boolean;
  /** A property's value, as far as both sides could say it. */
  seen(property: string, value: Json | undefined): Json | undefined;
}

/**
 * Only what both sides cover can be compared: the schemas of both, what neither ignores, what the older model knew,
 * included properties that both read, and no deparsed text where two major versions of the server made it.
 */
export function commonGround(before: Catalog, after: Catalog): CommonGround {
  const [model, newest] = [Math.min(before.model, after.model), Math.max(before.model, after.model)];
  const ignore = [...new Set([...before.scope.ignore, ...after.scope.ignore])];
  const sameSchemas = sameScope(before.scope.schemas, after.scope.schemas);
  const includes = new Set(before.scope.include.filter((what) => after.scope.include.includes(what)));
  const sameIncludes =
    includes.size === before.scope.include.length && includes.size === after.scope.include.length;
  const covers = (object: CatalogObject, catalog: Catalog): boolean => {
    const parent = object.parent === undefined ? undefined : catalog.objects.get(object.parent);
    const included = INCLUDED_KINDS[object.kind];
    return (
      knownSince(object) <= model &&
      !isFormer(object, newest) &&
      (parent === undefined || knownSince(parent) <= model) &&
      (included === undefined || includes.has(included)) &&
      (sameSchemas || (inScope(object, before) && inScope(object, after)))
    );
  };
  const objectsOf = (catalog: Catalog): ReadonlyMap<string, CatalogObject> => {
    const rest = sameList(catalog.scope.ignore, ignore)
      ? catalog.objects
      : withoutIgnored(catalog.objects, ignore);
    if (sameSchemas && sameIncludes && before.model === after.model) return rest;
    return new Map([...rest].filter(([, object]) => covers(object, catalog)));
  };
  const sameServer = before.server.major === after.server.major;
  return {
    before: objectsOf(before),
    after: objectsOf(after),
    counts: (kind, property) => {
      const included = INCLUDED_PROPERTIES[property];
      if (included !== undefined && !includes.has(included)) return false;
      if (!sameServer && (DEPARSED_PROPERTIES.has(property) || UPGRADED.has(`${kind}.${property}`)))
        return false;
      return (NEW_PROPERTIES[`${kind}.${property}`] ?? 1) <= model;
    },
    seen: (property, value) =>
      !sameServer && INCLUDED_PROPERTIES[property] === 'privileges' ? withoutLater(value) : value,
  };
}

/** What goes up along with the server. */
const UPGRADED: ReadonlySet<string> = new Set(['extension.version']);

/** The first model that knew such an object. */
function knownSince(object: CatalogObject): number {
  const marked = NEW_OBJECTS.find(
    ({ kind, property }) => kind === object.kind && property in object.properties,
  );
  return marked?.model ?? NEW_KINDS[object.kind] ?? 1;
}

function isFormer(object: CatalogObject, newest: number): boolean {
  return FORMER_OBJECTS.some(
    ({ kind, property, values, until }) =>
      newest >= until &&
      kind === object.kind &&
      values.some((value) => value === object.properties[property]),
  );
}

/** Lists of lines `<grantee>: <privilege>, …`, also by column. */
function withoutLater(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((line) => (typeof line === 'string' ? shortened(line) : line));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutLater(part) ?? null]));
}

function shortened(line: string): string {
  const at = line.lastIndexOf(': ') + 2;
  const isOld = (privilege: string): boolean => !LATER_PRIVILEGES.includes(privilege.replace(/\*$/, ''));
  return line.slice(0, at) + line.slice(at).split(', ').filter(isOld).join(', ');
}

function inScope(object: CatalogObject, catalog: Catalog): boolean {
  const { schemas } = catalog.scope;
  if (schemas === 'all') return true;
  const schema = schemaOf(object);
  if (schema === undefined && DATABASE_KINDS.has(object.kind)) return false;
  return schema === undefined || schemas.includes(schema);
}

/** The unquoted schema of an object; undefined for what lies in none. */
export function schemaOf(object: CatalogObject): string | undefined {
  const own: Json | undefined = object.kind === 'schema' ? object.identity : object.properties.schema;
  if (typeof own === 'string') return unquoted(own);
  if (DATABASE_KINDS.has(object.kind)) return undefined;
  const owner = (object.parent ?? object.identity).match(/(?:"(?:[^"]|"")*"|[^\s."])+(?=\.)/u)?.[0];
  return owner === undefined ? undefined : unquoted(owner);
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function sameScope(a: 'all' | readonly string[], b: 'all' | readonly string[]): boolean {
  return a === 'all' || b === 'all' ? a === b : sameList(a, b);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(b);
  return new Set(a).size === set.size && a.every((item) => set.has(item));
}
