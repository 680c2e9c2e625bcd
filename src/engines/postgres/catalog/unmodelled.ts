import type { Reading } from './reading.ts';

/**
 * Counts what is there and not modelled, kind by kind, in one query: what people made (numbers from 16384), no part
 * of an extension, in the schemas in scope. Kinds that lie in no schema are counted when the scope is the whole database.
 */
export function unmodelledSql(reading: Reading): string {
  const whole = reading.scope.schemas === 'all';
  const parts = [
    ...IN_SCHEMAS.map(({ kind, from, oid, catalogue, schema }) =>
      count(kind, from, oid, catalogue, `AND ${reading.inScope(schema)}`),
    ),
    ...(whole
      ? ELSEWHERE.map(({ kind, from, oid, catalogue }) => count(kind, from, oid, catalogue, ''))
      : []),
  ];
  return `SELECT kind, n FROM (${parts.join('\nUNION ALL ')}) counts WHERE n > 0 ORDER BY kind COLLATE "C"`;
}

function count(kind: string, from: string, oid: string, catalogue: string, scope: string): string {
  return `SELECT '${kind}' AS kind, count(*) AS n FROM ${from} AND ${oid} >= 16384 ${scope}
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalogue}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
}

interface Counted {
  readonly kind: string;
  readonly from: string;
  readonly oid: string;
  readonly catalogue: string;
}

const IN_SCHEMAS: readonly (Counted & { readonly schema: string })[] = [
  {
    kind: 'foreign table',
    from: `pg_foreign_table f JOIN pg_class c ON c.oid = f.ftrelid WHERE true`,
    oid: 'c.oid',
    catalogue: 'pg_class',
    schema: 'c.relnamespace',
  },
  {
    kind: 'rule',
    from: `pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'`,
    oid: 'r.oid',
    catalogue: 'pg_rewrite',
    schema: 'c.relnamespace',
  },
  {
    kind: 'aggregate',
    from: `pg_proc p WHERE p.prokind = 'a'`,
    oid: 'p.oid',
    catalogue: 'pg_proc',
    schema: 'p.pronamespace',
  },
  {
    kind: 'range type',
    from: `pg_range r JOIN pg_type t ON t.oid = r.rngtypid WHERE true`,
    oid: 't.oid',
    catalogue: 'pg_type',
    schema: 't.typnamespace',
  },
  {
    kind: 'base type',
    from: `pg_type t WHERE t.typtype IN ('b', 'p') AND (t.typelem = 0 OR t.typlen <> -1)`,
    oid: 't.oid',
    catalogue: 'pg_type',
    schema: 't.typnamespace',
  },
  ...simple('operator', 'pg_operator', 'oprnamespace'),
  ...simple('operator class', 'pg_opclass', 'opcnamespace'),
  ...simple('operator family', 'pg_opfamily', 'opfnamespace'),
  ...simple('collation', 'pg_collation', 'collnamespace'),
  ...simple('conversion', 'pg_conversion', 'connamespace'),
  ...simple('statistics', 'pg_statistic_ext', 'stxnamespace'),
  ...simple('text search configuration', 'pg_ts_config', 'cfgnamespace'),
  ...simple('text search dictionary', 'pg_ts_dict', 'dictnamespace'),
  ...simple('text search parser', 'pg_ts_parser', 'prsnamespace'),
  ...simple('text search template', 'pg_ts_template', 'tmplnamespace'),
];

const ELSEWHERE: readonly Counted[] = [
  ...simple('cast', 'pg_cast', ''),
  ...simple('language', 'pg_language', ''),
  ...simple('transform', 'pg_transform', ''),
  ...simple('access method', 'pg_am', ''),
  ...simple('event trigger', 'pg_event_trigger', ''),
  ...simple('publication', 'pg_publication', ''),
  ...simple('foreign data wrapper', 'pg_foreign_data_wrapper', ''),
  ...simple('foreign server', 'pg_foreign_server', ''),
  ...simple('default privileges', 'pg_default_acl', ''),
  // Shared by all databases of a server, so only this one's.
  {
    kind: 'subscription',
    from: `pg_subscription x WHERE x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    oid: 'x.oid',
    catalogue: 'pg_subscription',
  },
];

function simple(
  kind: string,
  catalogue: string,
  schema: string,
): readonly (Counted & { readonly schema: string })[] {
  return [{ kind, from: `${catalogue} x WHERE true`, oid: 'x.oid', catalogue, schema: `x.${schema}` }];
}
