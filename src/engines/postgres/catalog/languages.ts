import { flag, plainFamily, routineName } from './plain-family.ts';
import type { Family } from './reading.ts';

/** Procedural languages that no extension brought. */
export const languages: Family = plainFamily('language', () => ({
  kind: 'language',
  name: 'quote_ident(x.lanname)',
  owner: 'x.lanowner',
  acl: ['x.lanacl', 'l'],
  properties: {
    handler: routineName('x.lanplcallfoid'),
    inline: routineName('x.laninline'),
    validator: routineName('x.lanvalidator'),
  },
  json: { trusted: flag('x.lanpltrusted') },
}));

/** How values of a type are handed to a language and back. */
export const transforms: Family = plainFamily('transform', () => ({
  kind: 'transform',
  join: 'JOIN pg_language l ON l.oid = x.trflang',
  name: `'for ' || format_type(x.trftype, NULL) || ' language ' || quote_ident(l.lanname)`,
  properties: {
    type: 'format_type(x.trftype, NULL)',
    language: 'quote_ident(l.lanname)',
    fromSql: 'CASE WHEN x.trffromsql <> 0 THEN x.trffromsql::regprocedure::text END',
    toSql: 'CASE WHEN x.trftosql <> 0 THEN x.trftosql::regprocedure::text END',
  },
}));

export const accessMethods: Family = plainFamily('access method', () => ({
  kind: 'access method',
  name: 'quote_ident(x.amname)',
  properties: {
    type: `CASE x.amtype WHEN 't' THEN 'table' ELSE 'index' END`,
    handler: 'x.amhandler::text',
  },
}));
