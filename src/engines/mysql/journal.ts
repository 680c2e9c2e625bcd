import type { Json } from '../../catalog/catalog.ts';
import type { JournalEntry, NewJournalEntry } from '../store.ts';
import { uuid } from './history.ts';
import { insertSql, type Place, STAMPS, stampedOf } from './rows.ts';
import type { Row } from './wire.ts';

const COLUMNS = [
  'key',
  'owner',
  'runner',
  'run',
  'action',
  'id',
  'statement',
  'event',
  'checksum',
  'file',
  'line',
  'sql',
  'detail',
] as const;

/** Rows of runs that no `done` history entry has closed. */
export async function openJournal(
  { wire, table }: Place,
  run?: string,
  of: 'migrations' | 'reverts' = 'migrations',
): Promise<readonly JournalEntry[]> {
  const one =
    run === undefined
      ? `j.action ${of === 'reverts' ? '=' : '<>'} 'revert' AND`
      : `j.run = '${uuid(run)}' AND`;
  const rows = await wire.query(
    `SELECT j.*, ${STAMPS} FROM ${table('journal')} j
     WHERE ${one} NOT EXISTS (SELECT 1 FROM ${table('history')} h WHERE h.\`key\` = j.run AND h.state = 'done') ORDER BY j.seq`,
  );
  return rows.map(entryOf);
}

export async function hasJournal({ wire, table }: Place, key: string): Promise<boolean> {
  return (
    (await wire.query(`SELECT 1 AS one FROM ${table('journal')} WHERE \`key\` = '${uuid(key)}'`)).length > 0
  );
}

export async function addJournal(place: Place, entry: NewJournalEntry): Promise<void> {
  const values = { ...entry, sql: entry.sql.slice(0, 2_000), detail: JSON.stringify(entry.detail) };
  await place.wire.write(insertSql(place.table('journal'), COLUMNS, values));
}

function entryOf(row: Row): JournalEntry {
  return {
    ...stampedOf(row),
    run: row.run ?? '',
    action: row.action as JournalEntry['action'],
    id: row.id ?? '',
    statement: Number(row.statement),
    event: row.event as JournalEntry['event'],
    checksum: row.checksum ?? '',
    file: row.file ?? '',
    line: Number(row.line),
    sql: row.sql ?? '',
    detail: JSON.parse(row.detail ?? '{}') as { readonly [key: string]: Json },
  };
}
