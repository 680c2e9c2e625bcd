import type { ArrayQuery } from './reading.ts';

/**
 * Differs whenever a row of a catalogue that we read was written, by whom ever; cheap beside a read. It says where
 * each row version lies and which transaction wrote it. VACUUM and ANALYZE overwrite in place and leave it alone.
 * Temporary tables do not count: an application that makes some all the time would never let a read end.
 */
export async function catalogStamp(query: ArrayQuery): Promise<string> {
  const [row] = await query(STAMP);
  return (row ?? []).map((value) => value ?? '0').join('.');
}

// Catalogues' rows, and what tells a row of temporary relations.
const TEMPORARY = `(SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't')`;
const TEMPORARY_SCHEMAS = `(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_')`;

const ROWS: readonly (readonly [catalogue: string, where: string])[] = [
  ['pg_namespace', `x.nspname !~ '^pg_(toast_)?temp_'`],
  ['pg_class', `x.relpersistence <> 't'`],
  ['pg_attribute', `x.attnum > 0 AND x.attrelid NOT IN ${TEMPORARY}`],
  ['pg_attrdef', `x.adrelid NOT IN ${TEMPORARY}`],
  ['pg_constraint', `x.conrelid NOT IN ${TEMPORARY}`],
  ['pg_index', `x.indrelid NOT IN ${TEMPORARY}`],
  ['pg_sequence', `x.seqrelid NOT IN ${TEMPORARY}`],
  ['pg_inherits', `x.inhrelid NOT IN ${TEMPORARY}`],
  ['pg_rewrite', `x.ev_class NOT IN ${TEMPORARY}`],
  ['pg_trigger', `x.tgrelid NOT IN ${TEMPORARY}`],
  ['pg_type', `x.typnamespace NOT IN ${TEMPORARY_SCHEMAS}`],
  ['pg_proc', `x.pronamespace NOT IN ${TEMPORARY_SCHEMAS}`],
  // Who owns a sequence and what belongs to an extension is told by nothing else.
  [
    'pg_depend',
    `(x.deptype = 'e' OR x.deptype IN ('a', 'i') AND x.objid IN (SELECT seqrelid FROM pg_catalog.pg_sequence)) AND x.objid NOT IN ${TEMPORARY}`,
  ],
  ...[
    'pg_policy',
    'pg_enum',
    'pg_extension',
    'pg_description',
    'pg_operator',
    'pg_opclass',
    'pg_opfamily',
    'pg_cast',
  ].map(all),
  ...[
    'pg_collation',
    'pg_conversion',
    'pg_statistic_ext',
    'pg_ts_config',
    'pg_ts_dict',
    'pg_ts_parser',
    'pg_ts_template',
  ].map(all),
  ...[
    'pg_language',
    'pg_transform',
    'pg_am',
    'pg_event_trigger',
    'pg_publication',
    'pg_foreign_data_wrapper',
  ].map(all),
  ...['pg_foreign_server', 'pg_default_acl'].map(all),
];

function all(catalogue: string): readonly [string, string] {
  return [catalogue, 'true'];
}

const STAMP = `SELECT ${ROWS.map(
  ([catalogue, where], seed) =>
    `(SELECT pg_catalog.bit_xor(pg_catalog.hash_record_extended(ROW(x.ctid, x.xmin), ${seed})) FROM pg_catalog.${catalogue} x WHERE ${where})`,
).join(',\n  ')},
  (SELECT pg_catalog.bit_xor(pg_catalog.hashtextextended(rolname::text COLLATE "C", oid::pg_catalog.int8)) FROM pg_catalog.pg_roles)`;
