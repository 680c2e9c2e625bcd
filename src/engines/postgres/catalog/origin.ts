import { CATALOGUES } from './catalogues.ts';
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
  const rows = SOURCES.map(
    ({ address, column, catalogue, among }) =>
      `SELECT ${address} AS address, ${column ?? 0} AS number, age(x.xmin) AS age FROM ${catalogue} x
    WHERE age(x.xmin) <= (SELECT span FROM here) ${reading.only === undefined ? '' : `AND (${among.map(([of, kind]) => oidList(of, oidsOf(reading, kind))).join(' OR ')})`}`,
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

/** What a partial read found of a class: the server's numbers. */
function oidsOf(reading: Reading, kind: AddressClass): Set<string> {
  const oids = new Set<string>();
  for (const address of reading.keys.keys()) {
    if (address.startsWith(`${kind}:`)) oids.add(address.slice(kind.length + 1).replace(/\..*/, ''));
  }
  return oids;
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

const COMMENTED: Readonly<Record<string, AddressClass>> = {
  [CATALOGUES.pg_class]: 'relation',
  [CATALOGUES.pg_constraint]: 'constraint',
  [CATALOGUES.pg_proc]: 'routine',
  [CATALOGUES.pg_type]: 'type',
  [CATALOGUES.pg_trigger]: 'trigger',
  [CATALOGUES.pg_policy]: 'policy',
  [CATALOGUES.pg_namespace]: 'schema',
  [CATALOGUES.pg_extension]: 'extension',
};

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
  source('pg_rewrite', 'relation', 'ev_class'),
  source('pg_proc', 'routine', 'oid'),
  source('pg_type', 'type', 'oid'),
  source('pg_enum', 'type', 'enumtypid'),
  source('pg_trigger', 'trigger', 'oid'),
  source('pg_policy', 'policy', 'oid'),
  source('pg_namespace', 'schema', 'oid'),
  source('pg_extension', 'extension', 'oid'),
  {
    catalogue: 'pg_description',
    address: `CASE x.classoid ${Object.entries(COMMENTED)
      .map(([number, kind]) => `WHEN ${number} THEN '${kind}:'`)
      .join(' ')} END || x.objoid`,
    column: 'x.objsubid',
    among: Object.values(COMMENTED).map((kind) => ['x.objoid', kind] as const),
  },
];
