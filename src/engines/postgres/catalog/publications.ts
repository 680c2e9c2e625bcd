import type { Json } from '../../../catalog/catalog.ts';
import { type Finish, flag, plainFamily } from './plain-family.ts';
import type { Family } from './reading.ts';

/** Publications with the tables and schemas in them. */
export const publications: Family = plainFamily('publication', ({ version }) => ({
  kind: 'publication',
  name: 'quote_ident(x.pubname)',
  owner: 'x.pubowner',
  properties: {
    generatedColumns: version >= 180_000 ? `CASE x.pubgencols WHEN 's' THEN 'stored' END` : 'NULL',
  },
  json: {
    allTables: flag('x.puballtables'),
    publish: `CASE WHEN NOT (x.pubinsert AND x.pubupdate AND x.pubdelete AND x.pubtruncate) THEN
      (SELECT coalesce(json_agg(what), '[]') FROM (VALUES ('insert', x.pubinsert), ('update', x.pubupdate), ('delete', x.pubdelete), ('truncate', x.pubtruncate)) o(what, yes) WHERE yes) END`,
    viaRoot: flag('x.pubviaroot'),
    tables: `(SELECT json_object_agg(r.prrelid::regclass::text, ${version >= 150_000 ? WITH_PARTS : `'{}'::json`} ORDER BY r.prrelid::regclass::text COLLATE "C")
      FROM pg_publication_rel r WHERE r.prpubid = x.oid)`,
    schemas:
      version >= 150_000
        ? `(SELECT json_agg(quote_ident(n.nspname) ORDER BY n.nspname COLLATE "C") FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = x.oid)`
        : 'NULL',
  },
  needs: `(SELECT json_agg(need) FROM (SELECT 'relation:' || r.prrelid AS need FROM pg_publication_rel r WHERE r.prpubid = x.oid
    ${version >= 150_000 ? `UNION SELECT 'schema:' || s.pnnspid FROM pg_publication_namespace s WHERE s.pnpubid = x.oid` : ''}) needs)`,
  finish: withoutIgnored,
}));

/** Columns in the table's order, and which rows. */
const WITH_PARTS = `json_strip_nulls(json_build_object(
  'columns', CASE WHEN r.prattrs IS NOT NULL THEN (SELECT json_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])) END,
  'where', pg_get_expr(r.prqual, r.prrelid)))`;

/** Tables that `scope.ignore` names come and go unseen, here too. */
const withoutIgnored: Finish = (properties, _draft, reading) => {
  const { tables } = properties;
  if (typeof tables !== 'object' || tables === null || reading.scope.ignore.length === 0) return;
  const kept = Object.entries(tables).filter(([name]) => !reading.ignores(`table ${name}`));
  if (kept.length > 0) properties.tables = Object.fromEntries(kept) as Json;
  else delete properties.tables;
};
