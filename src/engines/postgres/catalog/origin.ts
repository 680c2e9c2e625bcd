import { CATALOGUES } from './catalogues.ts';
import type { ArrayQuery } from './reading.ts';

export type Origin = 'own' | 'foreign';

/**
 * The point from which rows of other transactions are told as foreign: everything older had ended when this was
 * asked. Pass it as `since` to a later read.
 */
export async function originPoint(query: ArrayQuery): Promise<string> {
  const [row] = await query('SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())');
  return row?.[0] ?? '0';
}

/**
 * Which objects' rows were written since: by the current transaction (subtransactions too), else by others that have
 * committed. What both wrote is one's own. Objects untouched since are absent, and so are those that are gone.
 */
export async function readOrigins(
  query: ArrayQuery,
  since: string,
  keys: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Origin>> {
  const origins = new Map<string, Origin>();
  for (const [address, column, own] of await query(originSql(since))) {
    const key = (column === '0' ? undefined : keys.get(`${address}.${column}`)) ?? keys.get(address ?? '');
    if (key === undefined) continue;
    if (own === 't') origins.set(key, 'own');
    else if (!origins.has(key)) origins.set(key, 'foreign');
  }
  return origins;
}

/**
 * `age()` counts from this transaction's number if it has one, else from the next one, so no row's number is turned
 * into text but those that are recent. A row that we see, of a transaction in progress, is our own.
 */
function originSql(since: string): string {
  const next = `coalesce(pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot()))`;
  const rows = SOURCES.map(
    ([address, column, from]) =>
      `SELECT ${address} AS address, ${column} AS number, age(x.xmin) AS age FROM ${from} WHERE age(x.xmin) <= (SELECT span FROM here)`,
  );
  return `WITH here AS MATERIALIZED (SELECT (${next})::text::int8 AS next, ((${next})::text::int8 - ${since})::int4 AS span),
  recent AS MATERIALIZED (${rows.join('\n  UNION ALL ')}),
  writers AS MATERIALIZED (SELECT age, pg_xact_status((next - age)::text::xid8) = 'in progress' AS own
    FROM (SELECT DISTINCT age FROM recent) ages, here)
SELECT DISTINCT address, number, own FROM recent JOIN writers USING (age)`;
}

/** Per catalogue: the address of the object that a row is part of, and its column. */
const SOURCES: readonly (readonly [address: string, column: string, from: string])[] = [
  [`'relation:' || x.oid`, '0', 'pg_class x'],
  [`'relation:' || x.attrelid`, 'x.attnum', 'pg_attribute x'],
  [`'relation:' || x.adrelid`, 'x.adnum', 'pg_attrdef x'],
  [
    `CASE WHEN x.contypid <> 0 THEN 'type:' || x.contypid WHEN x.contype = 'n' THEN 'relation:' || x.conrelid ELSE 'constraint:' || x.oid END`,
    `CASE WHEN x.contype = 'n' THEN x.conkey[1] ELSE 0 END`,
    'pg_constraint x',
  ],
  [`'relation:' || x.indexrelid`, '0', 'pg_index x'],
  [`'relation:' || x.seqrelid`, '0', 'pg_sequence x'],
  [`'relation:' || x.inhrelid`, '0', 'pg_inherits x'],
  [`'relation:' || x.ev_class`, '0', 'pg_rewrite x'],
  [`'routine:' || x.oid`, '0', 'pg_proc x'],
  [`'type:' || x.oid`, '0', 'pg_type x'],
  [`'type:' || x.enumtypid`, '0', 'pg_enum x'],
  [`'trigger:' || x.oid`, '0', 'pg_trigger x'],
  [`'policy:' || x.oid`, '0', 'pg_policy x'],
  [`'schema:' || x.oid`, '0', 'pg_namespace x'],
  [`'extension:' || x.oid`, '0', 'pg_extension x'],
  [
    `CASE x.classoid ${Object.entries({
      [CATALOGUES.pg_class]: 'relation',
      [CATALOGUES.pg_constraint]: 'constraint',
      [CATALOGUES.pg_proc]: 'routine',
      [CATALOGUES.pg_type]: 'type',
      [CATALOGUES.pg_trigger]: 'trigger',
      [CATALOGUES.pg_policy]: 'policy',
      [CATALOGUES.pg_namespace]: 'schema',
      [CATALOGUES.pg_extension]: 'extension',
    })
      .map(([number, name]) => `WHEN ${number} THEN '${name}:'`)
      .join(' ')} END || x.objoid`,
    'x.objsubid',
    'pg_description x',
  ],
];
