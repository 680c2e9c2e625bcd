import { join } from 'node:path';
import type { BenchContext } from './bench-context.ts';
import { generateDirectory } from './directory.ts';
import type { Line } from './line.ts';
import { alternate, call, timeOf } from './measure.ts';
import { MOORING } from './programs.ts';

export async function nothingPending(context: BenchContext): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const count of context.quick ? [10] : [1000, 10]) lines.push(await withMigrations(context, count));
  return lines;
}

async function withMigrations(context: BenchContext, count: number): Promise<Line> {
  const { server, runs, selectOne } = context;
  const { folder } = await generateDirectory(join(context.folder, `applied-${count}`), count);
  const database = await server.createDatabase();
  const migrate = () => call(process.execPath, [MOORING, 'migrate', folder, '--url', database.url]);
  await migrate();
  const { ours, bare } = await alternate(runs.short, {
    ours: () => timeOf(migrate),
    bare: () => timeOf(() => call(process.execPath, [selectOne, database.url])),
  });
  await database.drop();
  return {
    name: `nothing pending, ${count.toLocaleString('en')} applied`,
    did: `mooring migrate of a directory of ${count} files, all applied before, and a bundled Node program that connects by pg and asks SELECT 1; whole processes, median of ${runs.short} alternating runs`,
    ours,
    other: { name: 'node + SELECT 1', ...bare },
    limit: { kind: 'times', most: 2.5 },
  };
}
