import { join } from 'node:path';
import type { Database } from '../test/support/postgres-server.ts';
import type { BenchContext } from './bench-context.ts';
import { writeMigration } from './directory.ts';
import { ask } from './large-database.ts';
import type { Line } from './line.ts';
import { call, median } from './measure.ts';
import { MOORING } from './programs.ts';

/** A statement of one session in the server's log: when it began and ended, milliseconds. */
interface Logged {
  readonly pid: string;
  readonly began: number;
  readonly ended: number;
  readonly sql: string;
}

// log_line_prefix '%m [%p] ', and what log_min_duration_statement = 0 writes when a statement has ended.
const ENDED =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) \w+ \[(\d+)\] LOG: {2}duration: ([\d.]+) ms {2}(?:statement|execute [^:]*): (.*)/s;
/** Further lines of an entry are indented. */
const ENTRY = /\n(?!\t)/;

/**
 * How long a migration that alters one table of a large database keeps its lock because we look at what it did: from
 * the end of its last statement to the message that commits, as the server's log tells it.
 */
export async function locks(
  context: BenchContext,
  { database, tables }: { readonly database: Database; readonly tables: number },
): Promise<readonly Line[]> {
  const { server, runs } = context;
  const folder = join(context.folder, 'locks');
  await writeMigration(folder, '0001_start.sql', '-- Everything was there before.\n');
  await call(process.execPath, [MOORING, 'baseline', folder, '--url', database.url]);
  await ask(database.url, `ALTER DATABASE ${database.name} SET log_min_duration_statement = 0`);
  const held: number[] = [];
  for (let n = 2; n < runs.long + 2; n += 1) {
    const alter = `ALTER TABLE table_00042 ADD COLUMN added_${n} text`;
    await writeMigration(folder, `${String(n).padStart(4, '0')}_alter.sql`, `${alter};\n`);
    await call(process.execPath, [MOORING, 'migrate', folder, '--url', database.url]);
    held.push(heldLonger(await server.log(), alter));
  }
  return [
    {
      name: `lock held for our reads, ${tables.toLocaleString('en')} tables`,
      did: `mooring migrate of one ALTER TABLE: from its end to the arrival of COMMIT, by the server's log: what it changed is read, compared, and the snapshot stored; median of ${runs.long} migrations`,
      ours: median(held, 'ms'),
      limit: { kind: 'value', most: 50 },
    },
  ];
}

function heldLonger(log: string, alter: string): number {
  const all = log.split(ENTRY).flatMap(statementOf);
  // It may come in one message with what prepares the session.
  const at = all.findIndex(({ sql }) => sql.includes(alter));
  const altered = all[at];
  // The message that commits also inserts the history row, and is logged as one.
  const committed = all
    .slice(at + 1)
    .filter(({ pid }) => pid === altered?.pid)
    .find(({ sql }) => sql.includes('COMMIT'));
  if (altered === undefined || committed === undefined)
    throw new Error(`the server's log does not tell when this ended and was committed: ${alter}`);
  return Math.max(0, committed.began - altered.ended);
}

function statementOf(line: string): Logged[] {
  const [, time, pid, duration, sql] = ENDED.exec(line) ?? [];
  if (time === undefined || pid === undefined || sql === undefined) return [];
  const ended = Date.parse(`${time.replace(' ', 'T')}Z`);
  return [{ pid, began: ended - Number(duration), ended, sql }];
}
