/** Numbers of the server's catalogues: fixed in its source (catalog/*.h), the same in every version. */
export const CATALOGUES = {
  pg_am: 2601,
  pg_amop: 2602,
  pg_amproc: 2603,
  pg_attrdef: 2604,
  pg_authid: 1260,
  pg_cast: 2605,
  pg_class: 1259,
  pg_collation: 3456,
  pg_constraint: 2606,
  pg_conversion: 2607,
  pg_default_acl: 826,
  pg_event_trigger: 3466,
  pg_extension: 3079,
  pg_foreign_data_wrapper: 2328,
  pg_foreign_server: 1417,
  pg_language: 2612,
  pg_namespace: 2615,
  pg_opclass: 2616,
  pg_operator: 2617,
  pg_opfamily: 2753,
  pg_policy: 3256,
  pg_proc: 1255,
  pg_publication: 6104,
  pg_rewrite: 2618,
  pg_statistic_ext: 3381,
  pg_subscription: 6100,
  pg_transform: 3576,
  pg_trigger: 2620,
  pg_ts_config: 3602,
  pg_ts_dict: 3600,
  pg_ts_parser: 3601,
  pg_ts_template: 3764,
  pg_type: 1247,
  pg_user_mapping: 1418,
} as const;

/** What our objects are addressed by, `<class>:<oid>`, and the catalogue that has its rows. */
export const CLASSES = {
  relation: 'pg_class',
  constraint: 'pg_constraint',
  trigger: 'pg_trigger',
  policy: 'pg_policy',
  rule: 'pg_rewrite',
  statistics: 'pg_statistic_ext',
  routine: 'pg_proc',
  type: 'pg_type',
  schema: 'pg_namespace',
  extension: 'pg_extension',
  operator: 'pg_operator',
  'operator class': 'pg_opclass',
  'operator family': 'pg_opfamily',
  collation: 'pg_collation',
  conversion: 'pg_conversion',
  'text search parser': 'pg_ts_parser',
  'text search template': 'pg_ts_template',
  'text search dictionary': 'pg_ts_dict',
  'text search configuration': 'pg_ts_config',
  cast: 'pg_cast',
  language: 'pg_language',
  transform: 'pg_transform',
  'access method': 'pg_am',
  'event trigger': 'pg_event_trigger',
  'foreign data wrapper': 'pg_foreign_data_wrapper',
  server: 'pg_foreign_server',
  'user mapping': 'pg_user_mapping',
  publication: 'pg_publication',
  subscription: 'pg_subscription',
  'default privileges': 'pg_default_acl',
} as const satisfies Readonly<Record<string, keyof typeof CATALOGUES>>;

/** Catalogues whose rows our objects are addressed by. */
export type AddressClass = keyof typeof CLASSES;

/** The class of what has its rows in a catalogue, by the catalogue's number. */
export const CLASS_OF: ReadonlyMap<string, AddressClass> = new Map(
  Object.entries(CLASSES).map(([name, catalogue]) => [String(CATALOGUES[catalogue]), name as AddressClass]),
);

/** The server's number of a class's catalogue. */
export function numberOf(name: AddressClass): number {
  return CATALOGUES[CLASSES[name]];
}
