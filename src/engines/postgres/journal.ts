import type { Json } from '../../catalog/catalog.ts';
import type { JournalEntry, NewJournalEntry } from '../store.ts';
import { ISO, jsonText, stampedOf } from './history.ts';
import { literal, type Row, type Wire } from './wire.ts';

const COLUMNS = 'key, owner, runner, run, action, id, statement, event, checksum, file, line, sql, detail';

/** Rows of runs that no `done` history entry has closed. */
export async function openJournal(wire: Wire): Promise<readonly JournalEntry[]> {
  const rows = await wire.query(
    `SELECT seq, ${ISO('at')} AS at, by, ${COLUMNS} FROM mooring.journal j
     WHERE NOT EXISTS (SELECT FROM mooring.history h WHERE h.key = j.run AND h.state = 'done') ORDER BY seq`,
  );
  return rows.map(entryOf);
}

export async function hasJournal(wire: Wire, key: string): Promise<boolean> {
  const rows = await wire.query(`SELECT 1 AS one FROM mooring.journal WHERE key = ${literal(key)}`);
  return rows.length > 0;
}

export function insertJournalSql(entry: NewJournalEntry): string {
  const values = [
    entry.key,
    entry.owner,
    entry.runner,
    entry.run,
    entry.action,
    entry.id,
    entry.statement,
    entry.event,
    entry.checksum,
    entry.file,
    entry.line,
    entry.sql.slice(0, 2_000).replaceAll('\0', '\ufffd'),
    jsonText(entry.detail),
  ];
  return `INSERT INTO mooring.journal (${COLUMNS}) VALUES (${values.map(literal).join(', ')})`;
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
