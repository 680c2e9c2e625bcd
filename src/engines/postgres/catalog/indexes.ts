import { commentJoin, tablespaceName } from './fragments.ts';
import { plainIndexText } from './index-text.ts';
import { type Family, json, NOTHING, oidList, put } from './reading.ts';

/** Operator classes that need not be named, with the type that each is for. Those of extensions and people are left out. */
export const defaultClasses: Family = {
  name: 'operator classes',
  of: ['relation'],
  sql: () => `SELECT oid, opcintype FROM pg_opclass WHERE opcdefault AND oid < 16384`,
  take([oid, type], reading) {
    reading.defaultClasses.set(oid ?? '', type ?? '');
  },
};

/** Indexes of tables and materialized views, without those that stand behind a constraint. */
export const indexes: Family = {
  name: 'indexes',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT i.indexrelid, i.indrelid, c.relnamespace, quote_ident(c.relname), i.indisvalid, i.indisclustered, i.indisreplident,
  ${tablespaceName('c.reltablespace')}, d.description,
  CASE WHEN i.indexprs IS NOT NULL THEN (SELECT json_agg(json_build_array(a.attnum, a.attstattarget) ORDER BY a.attnum) FROM pg_attribute a
   WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END,
  CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL AND c.relkind = 'i' AND c.reloptions IS NULL AND am.oid < 16384
    ${reading.version >= 150_000 ? 'AND NOT i.indnullsnotdistinct' : ''}
    AND NOT EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = i.indexrelid AND o.attoptions IS NOT NULL) THEN am.amname END,
  i.indisunique, i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam ${commentJoin('d', 'pg_class', 'i.indexrelid')}
WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x'))
  AND ${reading.inScope('c.relnamespace')} ${reading.among('i.indrelid', 'relation')}`,
  take(row, reading) {
    const [oid, relation, schema, name, valid, clustered, replicaIdentity, tablespace, comment, statistics] =
      row;
    const [method, unique, keys, columns, classes, collations, options] = row.slice(10);
    const owner = reading.at(`relation:${relation}`);
    if (owner === undefined) return;
    const text =
      method == null
        ? undefined
        : plainIndexText(
            {
              relation: relation ?? '',
              name: name ?? '',
              unique: unique === 't',
              method,
              keys: Number(keys),
              columns: columns ?? '',
              classes: classes ?? '',
              collations: collations ?? '',
              options: options ?? '',
            },
            owner,
            reading,
          );
    const properties = { definition: text ?? '' };
    if (valid === 'f') put(properties, 'valid', false);
    if (clustered === 't') put(properties, 'clustered', true);
    put(properties, 'tablespace', tablespace);
    put(properties, 'comment', comment);
    put(properties, 'statistics', json(statistics));
    if (replicaIdentity === 't') owner.properties.replicaIdentity = `index ${name}`;
    const added = reading.add(`relation:${oid}`, `relation:${relation}`, {
      kind: 'index',
      identity: `${reading.schemas.get(schema ?? '')}.${name}`,
      parent: `${owner.kind} ${owner.identity}`,
      properties,
      dependsOn: NOTHING,
    });
    if (added !== undefined && text === undefined) reading.unspelled.add(oid ?? '');
  },
};

/** The indexes that only the server can spell out. */
export const indexTexts: Family = {
  name: 'index definitions',
  late: true,
  sql: (reading) =>
    reading.unspelled.size === 0
      ? undefined
      : `SELECT oid, pg_get_indexdef(oid) FROM pg_class WHERE ${oidList('oid', reading.unspelled)}`,
  take([oid, definition], reading) {
    const index = reading.at(`relation:${oid}`);
    if (index !== undefined) index.properties.definition = definition ?? '';
  },
};
