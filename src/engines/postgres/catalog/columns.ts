import type { Json } from '../../../catalog/catalog.ts';
import { collationName, columnAcl } from './fragments.ts';
import {
  type ArrayRow,
  type Draft,
  type Family,
  json,
  NOTHING,
  oidList,
  put,
  type Reading,
} from './reading.ts';
import { putOptions } from './secrets.ts';

/** Columns of tables; what views and materialized views say of theirs; attributes of composite types. */
export const columns: Family = {
  name: 'columns',
  of: ['relation', 'type'],
  sql: (
    reading,
  ) => `SELECT a.attrelid, a.attnum, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
  CASE WHEN a.atthasdef THEN (SELECT pg_get_expr(x.adbin, x.adrelid) FROM pg_attrdef x WHERE x.adrelid = a.attrelid AND x.adnum = a.attnum) END,
  NULLIF(a.attidentity, ''), NULLIF(a.attgenerated, ''), ${collationName('a.attcollation', 't.typcollation')},
  CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, NULLIF(a.attcompression, ''),
  CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END, CASE WHEN a.attoptions IS NOT NULL THEN array_to_json(a.attoptions) END,
  a.attislocal OR c.relispartition, d.description, ${columnAcl(reading, 'a.attacl', 'c.relowner')}, a.atttypid, a.attcollation,
  CASE WHEN a.attfdwoptions IS NOT NULL THEN array_to_json(a.attfdwoptions) END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_description d ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND ${reading.inScope('c.relnamespace')} ${among(reading)}
ORDER BY a.attrelid, a.attnum`,
  take(row, reading) {
    const owner = reading.at(`relation:${row[0]}`);
    if (owner === undefined) return;
    if (owner.kind === 'table' || owner.kind === 'materialized view') keep(row, reading);
    if (owner.kind === 'table' || owner.kind === 'foreign table') takeColumn(row, owner, reading);
    else if (owner.kind === 'composite type') takeAttribute(row, owner);
    else takeViewColumn(row, owner);
  },
};

function takeColumn(row: ArrayRow, table: Draft, reading: Reading): void {
  const [oid, number, name, type, notNull, expression, identity, generated, collation, storage, compression] =
    row;
  // In the order of their names, so that fingerprints need not sort them.
  const properties: Record<string, Json> = {};
  put(properties, 'collation', collation);
  put(properties, 'comment', row[14]);
  if (compression != null) properties.compression = COMPRESSION[compression] ?? compression;
  if (generated == null) put(properties, 'default', expression);
  else
    properties.generated = { expression: expression ?? '', kind: generated === 's' ? 'stored' : 'virtual' };
  if (identity != null) properties.identity = identity === 'a' ? 'always' : 'by default';
  if (row[13] === 'f') properties.inherited = true;
  if (notNull === 't') properties.notNull = true;
  if (row[12] != null) properties.options = json(row[12]) ?? null;
  if (row[15] != null) properties.privileges = json(row[15]) ?? null;
  properties.rank = 0;
  if (row[18] != null) putForeignOptions(properties, row[18]);
  if (row[11] != null) properties.statistics = Number(row[11]);
  if (storage != null) properties.storage = STORAGE[storage] ?? storage;
  properties.type = reading.once(type ?? '');
  const added = reading.add(`relation:${oid}.${number}`, `relation:${oid}`, {
    kind: 'column',
    identity: `${table.identity}.${name}`,
    parent: `${table.kind} ${table.identity}`,
    properties,
    dependsOn: NOTHING,
  });
  // Dropped and ignored columns leave no gap.
  if (added !== undefined) properties.rank = reading.nextRank(oid ?? '');
}

/** What a column is called elsewhere and the like. */
function putForeignOptions(properties: Record<string, Json>, options: string): void {
  const told: Record<string, Json> = {};
  putOptions(told, json(options) as readonly string[] | undefined);
  put(properties, 'foreignOptions', told.options);
  put(properties, 'secretOptions', told.secretOptions);
}

/** For the indexes. */
function keep(row: ArrayRow, reading: Reading): void {
  const [relation, number, name] = row;
  const column = {
    number: reading.once(number ?? ''),
    name: name ?? '',
    type: reading.once(row[16] ?? ''),
    collation: reading.once(row[17] ?? ''),
  };
  const list = reading.columns.get(relation ?? '');
  if (list === undefined) reading.columns.set(relation ?? '', [column]);
  else list.push(column);
}

function takeAttribute(
  [, , name, type, , , , , collation, , , , , , comment]: ArrayRow,
  composite: Draft,
): void {
  const text = `${name} ${type}${collation == null ? '' : ` COLLATE ${collation}`}`;
  append(composite, 'attributes', text);
  if (comment != null) extend(composite, 'attributeComments', name ?? '', comment);
}

/** Names and types too: what may be put in place of a view is judged by them. */
function takeViewColumn(row: ArrayRow, view: Draft): void {
  const name = row[2] ?? '';
  const collation = row[8] == null ? '' : ` COLLATE ${row[8]}`;
  (view.properties.columns as string[]).push(`${name} ${row[3]}${collation}`);
  const [expression, statistics, comment, acl] = [row[5], row[11], row[14], row[15]];
  if (expression != null) extend(view, 'columnDefaults', name, expression);
  if (statistics != null) extend(view, 'columnStatistics', name, Number(statistics));
  if (comment != null) extend(view, 'columnComments', name, comment);
  if (acl != null) extend(view, 'columnPrivileges', name, json(acl) ?? null);
  const [storage, compression, options] = [row[9], row[10], row[12]];
  if (storage != null) extend(view, 'columnStorage', name, STORAGE[storage] ?? storage);
  if (compression != null) extend(view, 'columnCompression', name, COMPRESSION[compression] ?? compression);
  if (options != null) extend(view, 'columnOptions', name, json(options) ?? null);
}

function append(draft: Draft, property: string, value: Json): void {
  const before = draft.properties[property];
  draft.properties[property] = Array.isArray(before) ? [...before, value] : [value];
}

function extend(draft: Draft, property: string, name: string, value: Json): void {
  const before = draft.properties[property];
  draft.properties[property] = { ...(before as Record<string, Json> | undefined), [name]: value };
}

/** A composite type's relation is read again with its type. One list, for an OR would read all of the catalogue. */
function among({ only }: Reading): string {
  if (only === undefined) return '';
  return `AND c.oid = ANY (ARRAY(SELECT oid FROM pg_class WHERE ${oidList('oid', only.relation)}
    UNION ALL SELECT typrelid FROM pg_type WHERE ${oidList('oid', only.type)}))`;
}

const STORAGE: Readonly<Record<string, string>> = { p: 'plain', e: 'external', x: 'extended', m: 'main' };
const COMPRESSION: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' };
