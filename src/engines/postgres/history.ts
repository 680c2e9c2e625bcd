import type { HistoryEntry, NewHistoryEntry, UntimedHistoryEntry } from '../store.ts';
import { literal, type Row, type Wire } from './wire.ts';

/** A timestamp as ISO 8601 UTC with milliseconds, whatever the session's settings. */
export const ISO = (column: string): string =>
  `pg_catalog.to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COLUMNS =
  'key, owner, runner, action, id, description, state, checksum, phase, repeat, breaking, ms, bundle, cluster, script, undo, error, detail, transaction';

/**
 * One value in all: JSON.parse reads a long history faster than the protocol's fields are read one by one. All columns,
 * whichever they are: the table may be one version older or newer.
 */
export const HISTORY_SQL = `SELECT pg_catalog.json_agg(h ORDER BY seq)
  FROM (SELECT h.*, ${ISO('at')} AS iso FROM mooring.history h) h`;

export async function readHistory(wire: Wire): Promise<readonly HistoryEntry[]> {
  return entriesOf(await wire.arrays(HISTORY_SQL));
}

/** What HISTORY_SQL found. */
export function entriesOf(rows: readonly (readonly (string | null)[])[]): readonly HistoryEntry[] {
  const json = rows[0]?.[0];
  return ((JSON.parse(json ?? 'null') ?? []) as HistoryRow[]).map(entryOf);
}

export async function hasHistory(wire: Wire, key: string): Promise<boolean> {
  const rows = await wire.query(`SELECT 1 AS one FROM mooring.history WHERE key = ${literal(key)}`);
  return rows.length > 0;
}

/** Milliseconds since the transaction began. */
const SINCE_BEGIN =
  '(1000 * extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()))::pg_catalog.int8';

/** Whether an entry is there, in SQL. */
export function hasEntry(key: string): string {
  return `EXISTS (SELECT FROM mooring.history WHERE key = ${literal(key)})`;
}

/** With `provided`, a condition: where it does not hold the key is NULL, and the server refuses the row. */
export function insertHistorySql(entry: NewHistoryEntry | UntimedHistoryEntry, provided?: string): string {
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
    'ms' in entry ? Math.round(entry.ms) : SINCE_BEGIN,
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
  return `INSERT INTO mooring.history (${COLUMNS}) VALUES (${key}, ${values.map((value) => (value === SINCE_BEGIN ? value : literal(value))).join(', ')}, ${transaction})`;
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

type Optional = 'cluster' | 'script' | 'undo' | 'transaction' | 'error';
type HistoryRow = Omit<HistoryEntry, Optional> & {
  readonly [name in Optional]: Exclude<HistoryEntry[name], undefined> | null;
} & { readonly iso: string };

/** Written out, because a spread of what is left is slow, and a history is long. */
function entryOf(row: HistoryRow): HistoryEntry {
  return {
    seq: row.seq,
    at: row.iso,
    by: row.by,
    key: row.key,
    owner: row.owner,
    runner: row.runner,
    action: row.action,
    id: row.id,
    description: row.description,
    state: row.state,
    checksum: row.checksum,
    phase: row.phase,
    repeat: row.repeat,
    breaking: row.breaking,
    ms: row.ms,
    bundle: row.bundle,
    detail: row.detail,
    ...(row.cluster === null ? undefined : { cluster: row.cluster }),
    ...(row.script === null ? undefined : { script: row.script }),
    ...(row.undo === null ? undefined : { undo: row.undo }),
    ...(row.transaction === null ? undefined : { transaction: row.transaction }),
    ...(row.error === null ? undefined : { error: row.error }),
  };
}

/** `{name: value}`, or nothing where the column is NULL. */
export function optional<Name extends string>(
  name: Name,
  value: string | null | undefined,
): { readonly [name in Name]?: string } {
  return (value == null ? {} : { [name]: value }) as { readonly [name in Name]?: string };
}
