import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { holds, type Line, ratio } from './line.ts';

/** Writes bench/results.json: the lines, and what one must know to compare them with others. */
export async function writeResults(
  lines: readonly Line[],
  load: number,
  servers: readonly string[],
): Promise<void> {
  const results = {
    date: new Date().toISOString(),
    node: process.version,
    servers,
    cpus: availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    loadBefore: rounded(load),
    loadAfter: rounded(loadavg()[0] ?? 0),
    lines: lines.map((line) => ({
      ...line,
      ...(line.limit === undefined || line.leftOut !== undefined ? {} : { holds: holds(line) }),
      ...(ratio(line) === undefined ? {} : { ratio: ratio(line) }),
    })),
  };
  const text = JSON.stringify(results, (_, value) => (typeof value === 'number' ? rounded(value) : value), 2);
  await writeFile(join(import.meta.dirname, 'results.json'), `${text}\n`);
}

/** `PostgreSQL 15.18`. */
export async function serverVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  return `PostgreSQL ${rows[0]?.server_version}`;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
