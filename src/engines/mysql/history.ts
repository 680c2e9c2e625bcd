import type { ErrorReport } from '../../api/api.ts';
import type { Json } from '../../catalog/catalog.ts';
import type { HistoryAction, HistoryEntry, NewHistoryEntry } from '../store.ts';
import { insertSql, optional, type Place, STAMPS, stampedOf } from './rows.ts';
import type { Row } from './wire.ts';

const COLUMNS = [
  'key',
  'owner',
  'runner',
  'action',
  'id',
  'description',
  'state',
  'checksum',
  'phase',
  'repeat',
  'breaking',
  'ms',
  'bundle',
  'cluster',
  'script',
  'undo',
  'transaction',
  'error',
  'detail',
] as const;

export async function readHistory({ wire, table }: Place): Promise<readonly HistoryEntry[]> {
  return (await wire.query(`SELECT *, ${STAMPS} FROM ${table('history')} ORDER BY seq`)).map(entryOf);
}

export async function hasHistory({ wire, table }: Place, key: string): Promise<boolean> {
  return (
    (await wire.query(`SELECT 1 AS one FROM ${table('history')} WHERE \`key\` = '${uuid(key)}'`)).length > 0
  );
}

export async function addHistory(place: Place, entry: NewHistoryEntry): Promise<void> {
  const values = {
    ...entry,
    ms: Math.round(entry.ms),
    error: entry.error && JSON.stringify(entry.error),
    detail: JSON.stringify(entry.detail),
  };
  await place.wire.write(insertSql(place.table('history'), COLUMNS, values));
}

/** Keys are UUIDs that we made; anything else would be a fault of ours, and finds nothing. */
export function uuid(key: string): string {
  return /^[0-9a-f-]+$/i.test(key) ? key : '';
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
    breaking: row.breaking === '1',
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
