import type { Family } from './reading.ts';

/** What most databases have none of. Each is asked for by an index alone, so that the question costs next to nothing. */
const RARE = {
  aggregate: 'pg_aggregate WHERE aggfnoid >= 16384',
  'range type': 'pg_range WHERE rngtypid >= 16384',
  'foreign table': 'pg_foreign_table WHERE ftrelid >= 16384',
  statistics: 'pg_statistic_ext WHERE oid >= 16384',
  operator: 'pg_operator WHERE oid >= 16384',
  'operator class': 'pg_opclass WHERE oid >= 16384',
  'operator family': 'pg_opfamily WHERE oid >= 16384',
  collation: 'pg_collation WHERE oid >= 16384',
  conversion: 'pg_conversion WHERE oid >= 16384',
  'text search parser': 'pg_ts_parser WHERE oid >= 16384',
  'text search template': 'pg_ts_template WHERE oid >= 16384',
  'text search dictionary': 'pg_ts_dict WHERE oid >= 16384',
  'text search configuration': 'pg_ts_config WHERE oid >= 16384',
  cast: 'pg_cast WHERE oid >= 16384',
  language: 'pg_language WHERE oid >= 16384',
  transform: 'pg_transform WHERE oid >= 16384',
  'access method': 'pg_am WHERE oid >= 16384',
  'event trigger': 'pg_event_trigger',
  'foreign data wrapper': 'pg_foreign_data_wrapper WHERE oid >= 16384',
  server: 'pg_foreign_server',
  'user mapping': 'pg_user_mappings',
  publication: 'pg_publication',
  subscription: `pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  'default privileges': 'pg_default_acl',
  'security label': 'pg_seclabel',
} as const;

/** What a database may have none of, so that nothing is asked about it. */
export type Rare = keyof typeof RARE;

/** Which of these are there, and what of them this role may read. */
export const presence: Family = {
  name: 'presence',
  sql: () => `SELECT kind FROM (VALUES ${Object.entries(RARE)
    .map(([name, from]) => `('${name}', EXISTS (SELECT FROM ${from}))`)
    .join(', ')},
  ('${READABLE.mappings}', has_table_privilege('pg_user_mapping', 'SELECT')),
  ('${READABLE.subscriptions}', has_table_privilege('pg_subscription', 'SELECT'))) rare(kind, there) WHERE there`,
  take([name], reading) {
    reading.present.add(name ?? '');
  },
};

/** What only superusers may read by default. */
export const READABLE = { mappings: 'mappings readable', subscriptions: 'subscriptions readable' } as const;
