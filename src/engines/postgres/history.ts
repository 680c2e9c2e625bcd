import type { ErrorReport } from '../../api/api.ts';
import type { Json } from '../../catalog/catalog.ts';
import type { HistoryAction, HistoryEntry, NewHistoryEntry } from '../store.ts';
import { literal, type Row, type Wire } from './wire.ts';

/** A timestamp as ISO 8601 UTC with milliseconds, whatever the session's settings. */
export const ISO = (column: string): string =>
  `pg_catalog.to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COLUMNS =
  'key, owner, runner, action, id, description, state, checksum, phase, repeat, breaking, ms, bundle, cluster, script, undo, error, detail, transaction';

export async function readHistory(wire: Wire): Promise<readonly HistoryEntry[]> {
  const rows = await wire.query(
    `SELECT seq, ${ISO('at')} AS at, by, ${COLUMNS} FROM mooring.history ORDER BY seq`,
  );
  return rows.map(entryOf);
}

export async function hasHistory(wire: Wire, key: string): Promise<boolean> {
  const rows = await wire.query(`SELECT 1 AS one FROM mooring.history WHERE key = ${literal(key)}`);
  return rows.length > 0;
}

/** With `provided`, a condition: where it does not hold the key is NULL, and the server refuses the row. */
export function insertHistorySql(entry: NewHistoryEntry, provided?: string): string {
  const values = [
    entry.owner,
    entry.runner,
    entry.action,
    entry.id,
    entry.description,
    entry.state,
    entry.checksum,
    entry.phase,
    entry.repeat,
    entry.breaking,
    Math.round(entry.ms),
    entry.bundle,
    entry.cluster,
    entry.script,
    entry.undo,
    entry.error === undefined ? undefined : jsonText(entry.error),
    jsonText(entry.detail),
  ];
  const transaction =
    entry.transaction === 'current'
      ? 'pg_catalog.pg_current_xact_id()::pg_catalog.text'
      : literal(entry.transaction);
  const key =
    provided === undefined
      ? literal(entry.key)
      : `CASE WHEN ${provided} THEN ${literal(entry.key)}::pg_catalog.uuid END`;
  return `INSERT INTO mooring.history (${COLUMNS}) VALUES (${key}, ${values.map(literal).join(', ')}, ${transaction})`;
}

/** jsonb cannot hold U+0000; an error text may. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll('\\u0000', '\\ufffd');
}

/** The fields that every row of ours has. */
export function stampedOf(row: Row) {
  return {
    seq: Number(row.seq),
    at: row.at ?? '',
    by: row.by ?? '',
    key: row.key ?? '',
    owner: row.owner ?? '',
    runner: row.runner ?? '',
  };
}

function entryOf(row: Row): HistoryEntry {
  return {
    ...stampedOf(row),
    action: row.action as HistoryAction,
    id: row.id ?? '',
    description: row.description ?? '',
    state: row.state as HistoryEntry['state'],
    checksum: row.checksum ?? '',
    phase: row.phase as HistoryEntry['phase'],
    repeat: row.repeat as HistoryEntry['repeat'],
    breaking: row.breaking === 't',
    ms: Number(row.ms),
    bundle: row.bundle ?? '',
    ...optional('cluster', row.cluster),
    ...optional('script', row.script),
    ...optional('undo', row.undo),
    ...optional('transaction', row.transaction),
    ...(row.error == null ? {} : { error: JSON.parse(row.error) as ErrorReport }),
    detail: JSON.parse(row.detail ?? '{}') as { readonly [key: string]: Json },
  };
}

/** `{name: value}`, or nothing where the column is NULL. */
export function optional<Name extends string>(
  name: Name,
  value: string | null | undefined,
): { readonly [name in Name]?: string } {
  return (value == null ? {} : { [name]: value }) as { readonly [name in Name]?: string };
}
