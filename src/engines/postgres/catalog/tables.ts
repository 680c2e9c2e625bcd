import { commentJoin, optionList, ownerAndAcl, tablespaceName } from './fragments.ts';
import { type Family, json, NOTHING, oidList, put, type Reading } from './reading.ts';

/** Tables, and foreign ones; where the rows of these come from is told elsewhere. */
export const tables: Family = {
  name: 'tables',
  of: ['relation'],
  sql: (reading) => `SELECT c.oid, c.relnamespace, quote_ident(c.relname), NULLIF(c.relpersistence, 'p'),
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
  c.relrowsecurity, c.relforcerowsecurity, ${optionList('c.reloptions')}, ${optionList('toast.reloptions')},
  CASE WHEN c.relreplident <> 'd' AND c.relkind <> 'f' THEN c.relreplident END,
  CASE WHEN c.relam <> 0 AND am.amname <> 'heap' THEN am.amname END,
  ${tablespaceName('c.reltablespace')}, CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END, d.description,
  ${ownerAndAcl(reading, 'c.relowner', 'c.relacl', "'r'")}, c.relkind
FROM pg_class c LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
  LEFT JOIN pg_am am ON am.oid = c.relam ${commentJoin('d', 'pg_class', 'c.oid')}
WHERE c.relkind IN ('r', 'p', 'f') AND ${reading.inScope('c.relnamespace')} ${reading.among('c.oid', 'relation')}`,
  take(row, reading) {
    const [oid, schema, name, persistence, key, bound, security, forced, options, toast, identity, method] =
      row;
    const [tablespace, ofType, comment, owner, acl, relkind] = row.slice(12);
    const properties = {};
    put(properties, 'persistence', persistence === 'u' ? 'unlogged' : persistence);
    put(properties, 'partitionKey', key);
    put(properties, 'bound', bound);
    if (security === 't') put(properties, 'rowSecurity', true);
    if (forced === 't') put(properties, 'forceRowSecurity', true);
    put(properties, 'options', json(options));
    put(properties, 'toastOptions', json(toast));
    put(properties, 'replicaIdentity', identity == null ? null : (REPLICA_IDENTITY[identity] ?? identity));
    put(properties, 'accessMethod', method);
    put(properties, 'tablespace', tablespace);
    put(properties, 'ofType', ofType);
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', json(acl));
    const identityText = `${reading.schemas.get(schema ?? '')}.${name}`;
    reading.add(`relation:${oid}`, `relation:${oid}`, {
      kind: relkind === 'f' ? 'foreign table' : 'table',
      identity: identityText,
      properties,
      dependsOn: NOTHING,
    });
  },
};

/** Parents of tables and indexes, in the order in which they were named. */
export const inheritance: Family = {
  name: 'inheritance',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT i.inhrelid, i.inhparent::regclass::text, c.relispartition, i.inhdetachpending, i.inhparent::oid, c.relkind IN ('i', 'I')
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE ${reading.inScope('c.relnamespace')} ${among(reading)} ORDER BY i.inhrelid, i.inhseqno`,
  take([oid, parent, isPartition, pending, parentOid, isIndex], reading) {
    const child = reading.at(`relation:${oid}`);
    if (child === undefined || parent == null) return;
    // An index is made first and attached then, or made by its parent.
    if (isIndex === 'f') reading.need(child, `relation:${parentOid}`);
    if (isPartition === 't') {
      child.properties.partitionOf = parent;
      if (pending === 't') child.properties.detachPending = true;
    } else {
      const before = child.properties.inherits;
      child.properties.inherits = Array.isArray(before) ? [...before, parent] : [parent];
    }
  },
};

function among({ only }: Reading): string {
  if (only === undefined) return '';
  return `AND i.inhrelid = ANY (ARRAY(SELECT oid FROM pg_class WHERE ${oidList('oid', only.relation)}
    UNION ALL SELECT indexrelid FROM pg_index WHERE ${oidList('indrelid', only.relation)}))`;
}

const REPLICA_IDENTITY: Readonly<Record<string, string>> = { n: 'nothing', f: 'full', i: 'index' };
