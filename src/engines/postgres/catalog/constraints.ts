import { commentJoin, optionList, tablespaceName } from './fragments.ts';
import { type Family, json, NOTHING, put } from './reading.ts';

/**
 * Constraints of tables, with the index that stands behind one. What a partitioned table's foreign key or a clone of
 * it made of itself (`conparentid`) follows from that one and has names made by the server: left out.
 */
export const constraints: Family = {
  name: 'constraints',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT k.oid, k.conrelid, quote_ident(k.conname), k.contype, pg_get_constraintdef(k.oid), k.conislocal OR k.contype = 'f',
  d.description, CASE WHEN i.indexrelid IS NOT NULL THEN k.conindid END, ${optionList('ic.reloptions')}, ${tablespaceName('ic.reltablespace')},
  i.indisclustered, i.indisreplident, i.indisvalid, id.description
FROM pg_constraint k
  LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
  ${commentJoin('d', 'pg_constraint', 'k.oid')} ${commentJoin('id', 'pg_class', 'i.indexrelid')}
WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND k.conrelid <> 0 AND NOT (k.contype = 'f' AND k.conparentid <> 0)
  AND ${reading.inScope('k.connamespace')} ${reading.among('k.conrelid', 'relation')}`,
  take(row, reading) {
    const [oid, relation, name, type, definition, isLocal, comment, index, options, tablespace] = row;
    const [clustered, replicaIdentity, valid, indexComment] = row.slice(10);
    const table = reading.at(`relation:${relation}`);
    if (table === undefined) return;
    const properties = { type: TYPES[type ?? ''] ?? '', definition: definition ?? '' };
    if (isLocal === 'f') put(properties, 'inherited', true);
    put(properties, 'comment', comment);
    put(properties, 'indexOptions', json(options));
    put(properties, 'tablespace', tablespace);
    if (clustered === 't') put(properties, 'clustered', true);
    if (valid === 'f') put(properties, 'indexValid', false);
    put(properties, 'indexComment', indexComment);
    if (replicaIdentity === 't') table.properties.replicaIdentity = `index ${name}`;
    const added = reading.add(`constraint:${oid}`, `relation:${relation}`, {
      kind: 'constraint',
      identity: `${name} on ${table.identity}`,
      parent: `${table.kind} ${table.identity}`,
      properties,
      dependsOn: NOTHING,
    });
    if (added !== undefined && index != null)
      reading.addAddress(`relation:${index}`, `relation:${relation}`, `constraint ${added.identity}`);
  },
};

/**
 * NOT NULL with what the column's own flag does not tell: a name that the server would not have given, NOT VALID,
 * NO INHERIT. PostgreSQL 18 keeps them as constraints; older servers keep the flag alone.
 */
export const notNulls: Family = {
  name: 'not null constraints',
  of: ['relation'],
  sql: (reading) =>
    reading.version < 180_000
      ? undefined
      : `SELECT k.conrelid, k.conkey[1], CASE WHEN NOT ${SERVER_MADE} THEN quote_ident(k.conname) END, k.convalidated, k.connoinherit, d.description
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
  ${commentJoin('d', 'pg_constraint', 'k.oid')}
WHERE k.contype = 'n' AND k.conislocal AND ${reading.inScope('k.connamespace')} ${reading.among('k.conrelid', 'relation')}
  AND (NOT ${SERVER_MADE} OR NOT k.convalidated OR k.connoinherit OR d.description IS NOT NULL)`,
  take([relation, number, name, validated, noInherit, comment], reading) {
    const column = reading.at(`relation:${relation}.${number}`);
    if (column === undefined) return;
    put(column.properties, 'notNullName', name);
    if (validated === 'f') column.properties.notNullValid = false;
    if (noInherit === 't') column.properties.notNullInherit = false;
    put(column.properties, 'notNullComment', comment);
  },
};

/** `<table>_<column>_not_null`, cut somewhere where that is too long for a name, with a number where it was taken. */
const SERVER_NAME = `c.relname || '_' || a.attname || '_not_null'`;
const SERVER_MADE = `(k.conname = ${SERVER_NAME} OR k.conname ~ '_not_null[0-9]*$'
  AND (starts_with(k.conname, ${SERVER_NAME}) OR octet_length(${SERVER_NAME}) > 63))`;

const TYPES: Readonly<Record<string, string>> = {
  p: 'primary key',
  u: 'unique',
  c: 'check',
  f: 'foreign key',
  x: 'exclusion',
};
