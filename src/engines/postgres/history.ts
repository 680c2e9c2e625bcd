import type { HistoryEntry, NewHistoryEntry, UntimedHistoryEntry } from '../store.ts';
import { literal, type Row, type Wire } from './wire.ts';

/** A timestamp as ISO 8601 UTC with milliseconds, whatever the session's settings. */
export const ISO = (column: string): string =>
  `pg_catalog.to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COLUMNS =
  'key, owner, runner, action, id, description, state, checksum, phase, repeat, breaking, ms, bundle, cluster, script, undo, error, detail, transaction';

/** What is read of an entry, and by which expression. All of them are in the first version of the table. */
const READ: Readonly<Record<keyof HistoryRow, string>> = {
  seq: 'seq',
  at: ISO('at'),
  by: 'by',
  key: 'key',
  owner: 'owner',
  runner: 'runner',
  action: 'action',
  id: 'id',
  description: 'description',
  state: 'state',
  checksum: 'checksum',
  phase: 'phase',
  repeat: 'repeat',
  breaking: 'breaking',
  ms: 'ms',
  bundle: 'bundle',
  detail: 'detail',
  cluster: 'cluster',
  script: 'script',
  undo: 'undo',
  transaction: 'transaction',
  error: 'error',
};
const NAMES = Object.keys(READ) as readonly (keyof HistoryRow)[];

/**
 * One row, a list for each column: the server writes, and JSON.parse reads, a long history in a third of the time that
 * its rows would take.
 */
export const HISTORY_SQL = `SELECT ${NAMES.map((name) => `pg_catalog.json_agg(${READ[name]})`).join(', ')}
  FROM (SELECT * FROM mooring.history ORDER BY seq) h`;

export async function readHistory(wire: Wire): Promise<readonly HistoryEntry[]> {
  return entriesOf(await wire.arrays(HISTORY_SQL));
}

/** What HISTORY_SQL found. */
export function entriesOf(rows: readonly (readonly (string | null)[])[]): readonly HistoryEntry[] {
  const [row = []] = rows;
  const lists = Object.fromEntries(
    NAMES.map((name, n) => [name, JSON.parse(row[n] ?? '[]')]),
  ) as unknown as HistoryLists;
  return lists.seq.map((_, n) => entryOf(lists, n));
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
};
type HistoryLists = { readonly [name in keyof HistoryRow]: readonly HistoryRow[name][] };

/** Written out, because what is generic is slow, and a history is long. */
function entryOf(lists: HistoryLists, n: number): HistoryEntry {
  const cluster = lists.cluster[n] ?? null;
  const script = lists.script[n] ?? null;
  const undo = lists.undo[n] ?? null;
  const transaction = lists.transaction[n] ?? null;
  const error = lists.error[n] ?? null;
  const entry: { -readonly [name in keyof HistoryRow]?: unknown } = {
    seq: lists.seq[n],
    at: lists.at[n],
    by: lists.by[n],
    key: lists.key[n],
    owner: lists.owner[n],
    runner: lists.runner[n],
    action: lists.action[n],
    id: lists.id[n],
    description: lists.description[n],
    state: lists.state[n],
    checksum: lists.checksum[n],
    phase: lists.phase[n],
    repeat: lists.repeat[n],
    breaking: lists.breaking[n],
    ms: lists.ms[n],
    bundle: lists.bundle[n],
    detail: lists.detail[n],
  };
  if (cluster !== null) entry.cluster = cluster;
  if (script !== null) entry.script = script;
  if (undo !== null) entry.undo = undo;
  if (transaction !== null) entry.transaction = transaction;
  if (error !== null) entry.error = error;
  return entry as HistoryEntry;
}

/** `{name: value}`, or nothing where the column is NULL. */
export function optional<Name extends string>(
  name: Name,
  value: string | null | undefined,
): { readonly [name in Name]?: string } {
  return (value == null ? {} : { [name]: value }) as { readonly [name in Name]?: string };
}
