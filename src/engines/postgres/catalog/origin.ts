import { CLASSES, numberOf } from './catalogues.ts';
import { READABLE } from './presence.ts';
import { type AddressClass, type ArrayQuery, type ArrayRow, oidList, type Reading } from './reading.ts';

export type Origin = 'own' | 'foreign';

/** Numbers of earlier transactions that are our own as well; both ends included. */
export interface OwnRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The point from which rows of other transactions are told as foreign: a snapshot, as the server spells it
 * (`xmin:xmax:in progress`). What it shows was there before, however long some transaction has been open meanwhile.
 * Pass it as `since` to a later read.
 */
export async function originPoint(query: ArrayQuery): Promise<string> {
  const [row] = await query('SELECT pg_catalog.pg_current_snapshot()');
  return row?.[0] ?? '1:1:';
}

/** The point right before a transaction, by its number. */
export function pointBefore(transaction: string): string {
  return `${transaction}:${transaction}:`;
}

/**
 * Which objects' rows were written since: by the current transaction (subtransactions too), else by others that have
 * committed. What both wrote is one's own. Objects untouched since are absent, and so are those that are gone.
 */
export async function readOrigins(
  query: ArrayQuery,
  since: string,
  reading: Reading,
  ours: readonly OwnRange[] = [],
): Promise<ReadonlyMap<string, Origin>> {
  return originsOf(await query(originSql(since, reading, ours)), reading);
}

/** The same of the rows that `originSql` asks for. */
export function originsOf(rows: readonly ArrayRow[], reading: Reading): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const [address, column, own] of rows) {
    const key =
      (column === '0' ? undefined : reading.key(`${address}.${column}`)) ?? reading.key(address ?? '');
    if (key === undefined) continue;
    if (own === 't') origins.set(key, 'own');
    else if (!origins.has(key)) origins.set(key, 'foreign');
  }
  return origins;
}

/**
 * `age()` counts from a number that the server keeps for the whole transaction, so that number is found first; then no
 * row's own number is turned into text but those that are recent. A row that we see, of a transaction in progress, is
 * our own.
 */
export function originSql(since: string, reading: Reading, ours: readonly OwnRange[] = []): string {
  const [oldest = '0'] = since.split(':');
  const known = `coalesce(pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot()))`;
  const oids = reading.only === undefined ? undefined : oidsByClass(reading);
  const rows = sourcesOf(reading).map(
    ({ address, column, catalogue, among }) =>
      `SELECT ${address} AS address, ${column ?? 0} AS number, age(x.xmin) AS age FROM ${catalogue} x
    WHERE age(x.xmin) <= (SELECT span FROM here) ${oids === undefined ? '' : `AND (${among.map(([of, kind]) => oidList(of, oids.get(kind) ?? [])).join(' OR ')})`}`,
  );
  return `WITH here AS MATERIALIZED (SELECT zero, (zero - ${BigInt(oldest)})::int4 AS span
    FROM (SELECT known::text::int8 + age(known::xid) AS zero FROM (SELECT ${known} AS known) k) z),
  recent AS MATERIALIZED (${rows.join('\n  UNION ALL ')}),
  writers AS MATERIALIZED (SELECT age, own FROM (SELECT age, (zero - age)::text::xid8 AS writer,
      pg_xact_status((zero - age)::text::xid8) = 'in progress'${ours.map(within).join('')} AS own
    FROM (SELECT DISTINCT age FROM recent) ages, here) w
    WHERE own OR NOT pg_visible_in_snapshot(writer, ${quoted(since)}::pg_snapshot))
SELECT DISTINCT address, number, own FROM recent JOIN writers USING (age)`;
}

/** A snapshot holds digits, colons and commas. */
function quoted(snapshot: string): string {
  return `'${snapshot.replace(/[^0-9:,]/g, '')}'`;
}

function within({ from, to }: OwnRange): string {
  return ` OR zero - age BETWEEN ${BigInt(from)} AND ${BigInt(to)}`;
}

/** What a partial read found, by class: the server's numbers. */
function oidsByClass(reading: Reading): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const address of reading.keys.keys()) {
    const at = address.indexOf(':');
    const [kind, oid] = [address.slice(0, at), address.slice(at + 1).replace(/\..*/, '')];
    const oids = all.get(kind);
    if (oids === undefined) all.set(kind, new Set([oid]));
    else oids.add(oid);
  }
  return all;
}

interface Source {
  readonly catalogue: string;
  /** Address of the object that a row is part of. */
  readonly address: string;
  readonly column?: string;
  /** What narrows it to the objects of a partial read. */
  readonly among: readonly (readonly [column: string, kind: AddressClass])[];
}

function source(catalogue: string, kind: AddressClass, oid: string, column?: string): Source {
  return {
    catalogue,
    address: `'${kind}:' || x.${oid}`,
    ...(column === undefined ? {} : { column }),
    among: [[`x.${oid}`, kind]],
  };
}

const CLASS_NAMES = Object.keys(CLASSES) as readonly AddressClass[];

const SOURCES: readonly Source[] = [
  source('pg_class', 'relation', 'oid'),
  source('pg_attribute', 'relation', 'attrelid', 'x.attnum'),
  source('pg_attrdef', 'relation', 'adrelid', 'x.adnum'),
  {
    catalogue: 'pg_constraint',
    address: `CASE WHEN x.contypid <> 0 THEN 'type:' || x.contypid WHEN x.contype = 'n' THEN 'relation:' || x.conrelid ELSE 'constraint:' || x.oid END`,
    column: `CASE WHEN x.contype = 'n' AND x.contypid = 0 THEN x.conkey[1] ELSE 0 END`,
    among: [
      ['x.conrelid', 'relation'],
      ['x.contypid', 'type'],
    ],
  },
  source('pg_index', 'relation', 'indexrelid'),
  source('pg_sequence', 'relation', 'seqrelid'),
  source('pg_inherits', 'relation', 'inhrelid'),
  {
    catalogue: 'pg_rewrite',
    address: `CASE WHEN x.rulename = '_RETURN' THEN 'relation:' || x.ev_class ELSE 'rule:' || x.oid END`,
    among: [['x.ev_class', 'relation']],
  },
  source('pg_proc', 'routine', 'oid'),
  source('pg_type', 'type', 'oid'),
  source('pg_enum', 'type', 'enumtypid'),
  source('pg_trigger', 'trigger', 'oid'),
  source('pg_policy', 'policy', 'oid'),
  source('pg_namespace', 'schema', 'oid'),
  source('pg_extension', 'extension', 'oid'),
  {
    catalogue: 'pg_description',
    address: `CASE x.classoid ${CLASS_NAMES.map((kind) => `WHEN ${numberOf(kind)} THEN '${kind}:'`).join(' ')} END || x.objoid`,
    column: 'x.objsubid',
    among: CLASS_NAMES.map((kind) => ['x.objoid', kind] as const),
  },
];

/** Rows of what most databases have none of, by what tells that it is there. */
const RARE_SOURCES: Readonly<Record<string, readonly Source[]>> = {
  aggregate: [source('pg_aggregate', 'routine', 'aggfnoid::oid')],
  'range type': [source('pg_range', 'type', 'rngtypid')],
  'foreign table': [source('pg_foreign_table', 'relation', 'ftrelid')],
  statistics: [source('pg_statistic_ext', 'statistics', 'oid')],
  'text search configuration': [
    source('pg_ts_config', 'text search configuration', 'oid'),
    source('pg_ts_config_map', 'text search configuration', 'mapcfg'),
  ],
  'operator family': [
    source('pg_opfamily', 'operator family', 'oid'),
    source('pg_amop', 'operator family', 'amopfamily'),
    source('pg_amproc', 'operator family', 'amprocfamily'),
  ],
  publication: [
    source('pg_publication', 'publication', 'oid'),
    source('pg_publication_rel', 'publication', 'prpubid'),
  ],
  [READABLE.mappings]: [source('pg_user_mapping', 'user mapping', 'oid')],
  [READABLE.subscriptions]: [source('pg_subscription', 'subscription', 'oid')],
  ...Object.fromEntries(
    (
      [
        'operator',
        'operator class',
        'collation',
        'conversion',
        'text search parser',
        'text search template',
        'text search dictionary',
        'cast',
        'language',
        'transform',
        'access method',
        'event trigger',
        'foreign data wrapper',
        'server',
        'default privileges',
      ] as const
    ).map((kind) => [kind, [source(CLASSES[kind], kind, 'oid')]]),
  ),
};

function sourcesOf(reading: Reading): readonly Source[] {
  const rare = Object.entries(RARE_SOURCES).flatMap(([kind, sources]) =>
    reading.present.has(kind) ? sources : [],
  );
  if (!reading.present.has('publication') || reading.version < 150_000) return [...SOURCES, ...rare];
  return [...SOURCES, ...rare, source('pg_publication_namespace', 'publication', 'pnpubid')];
}
