import type { ArrayQuery } from './reading.ts';

/**
 * Differs whenever a row of a catalogue that we read was written, by whom ever; cheap beside a read. It says where
 * each row version lies and which transaction wrote it. VACUUM and ANALYZE overwrite in place and leave it alone.
 * Temporary tables do not count: an application that makes some all the time would never let a read end.
 */
export async function catalogStamp(query: ArrayQuery, serverVersionNum: number): Promise<string> {
  const [row] = await query(stampSql(serverVersionNum));
  return (row ?? []).map((value) => value ?? '0').join('.');
}

/** Ages end below the one that stands for no writer. */
const WRITTEN = 'pg_catalog.age(x.xmin) < 2147483647';

// What tells a row of temporary relations.
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
    'pg_amop',
    'pg_amproc',
    'pg_aggregate',
    'pg_range',
    'pg_cast',
  ].map(all),
  ...[
    'pg_collation',
    'pg_conversion',
    'pg_statistic_ext',
    'pg_ts_config',
    'pg_ts_config_map',
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
    'pg_publication_rel',
    'pg_foreign_data_wrapper',
  ].map(all),
  ...['pg_foreign_server', 'pg_foreign_table', 'pg_default_acl', 'pg_seclabel'].map(all),
];

/** What not everybody may read as a catalogue: by what everybody is shown of it. */
const SHOWN: readonly (readonly [from: string, what: string])[] = [
  ['pg_catalog.pg_roles x', 'x.rolname::text COLLATE "C", x.oid::pg_catalog.int8'],
  [
    'pg_catalog.pg_user_mappings x',
    `pg_catalog.concat_ws(' ', x.umuser, x.srvid, x.umoptions) COLLATE "C", x.umid::pg_catalog.int8`,
  ],
  [
    'pg_catalog.pg_subscription x',
    `pg_catalog.concat_ws(' ', x.subname, x.subowner, x.subenabled, x.subbinary, x.substream, x.subslotname, x.subsynccommit, x.subpublications) COLLATE "C", x.oid::pg_catalog.int8`,
  ],
];

function all(catalogue: string): readonly [string, string] {
  return [catalogue, 'true'];
}

/**
 * Per catalogue: how many rows, where they lie, and the sum of the transactions that wrote them. A row that changes
 * moves; one that comes to lie where another was has a later writer. `age()` counts back from a number that moves on,
 * so that is added again; rows made by initdb have no writer and one fixed age. Several times cheaper than a hash of
 * each row's text, which counts with half a million rows.
 */
function stampSql(serverVersionNum: number): string {
  const rows = serverVersionNum < 150_000 ? ROWS : [...ROWS, all('pg_publication_namespace')];
  return `WITH here AS MATERIALIZED (SELECT known::pg_catalog.text::pg_catalog.int8 + pg_catalog.age(known::pg_catalog.xid) AS zero
  FROM (SELECT coalesce(pg_catalog.pg_current_xact_id_if_assigned(), pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())) AS known) k)
SELECT ${rows
    .map(
      ([catalogue, where]) =>
        `(SELECT pg_catalog.concat_ws(',', count(*), pg_catalog.count(*) FILTER (WHERE ${WRITTEN}) * (SELECT zero FROM here)
    - coalesce(pg_catalog.sum(pg_catalog.age(x.xmin)) FILTER (WHERE ${WRITTEN}), 0), pg_catalog.bit_xor(pg_catalog.hashtidextended(x.ctid, 0)))
  FROM pg_catalog.${catalogue} x WHERE ${where})`,
    )
    .join(',\n  ')},
  ${SHOWN.map(([from, what]) => `(SELECT pg_catalog.bit_xor(pg_catalog.hashtextextended(${what})) FROM ${from})`).join(',\n  ')}`;
}
