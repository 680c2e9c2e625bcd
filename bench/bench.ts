import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installedVersions } from '../test/support/postgres-binaries.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { canDump } from '../test/support/tools.ts';
import type { BenchContext } from './bench-context.ts';
import { catalogue, perTable } from './catalogue.ts';
import { gate } from './gate.ts';
import { FEW_INDEXES, largeDatabase } from './large-database.ts';
import { holds, type Line } from './line.ts';
import { locks } from './locks.ts';
import { mysqlCatalogue } from './mysql-catalogue.ts';
import { nothingPending } from './nothing-pending.ts';
import { peerPlan } from './peer-plan.ts';
import { plans } from './plans.ts';
import { bundleSelectOne } from './programs.ts';
import { render } from './render.ts';
import { serverVersion, writeResults } from './results.ts';
import { splitting } from './splitting.ts';
import { tableOf } from './table.ts';
import { thousand } from './thousand.ts';
import { thousandMariadb } from './thousand-mariadb.ts';
import { version } from './version.ts';

/** Topics by the name that asks for one alone: `node bench/bench.ts locks`. */
const TOPICS: Readonly<Record<string, (context: BenchContext) => Promise<readonly Line[]>>> = {
  version,
  nothing: nothingPending,
  gate,
  render,
  thousand,
  mariadb: thousandMariadb,
  catalogue,
  plans,
  peerPlan,
  large,
  mysql: mysqlCatalogue,
  splitting,
};

/** What is measured in a database of very many tables; making it takes longer than all else. */
async function large(context: BenchContext): Promise<readonly Line[]> {
  const tables = context.quick ? 1000 : 20_000;
  const database = await largeDatabase(context.server, tables, FEW_INDEXES);
  const lines = [
    ...(await perTable(context, { database, tables })),
    ...(await locks(context, { database, tables })),
  ];
  await database.drop();
  return lines;
}

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false } },
  });
  const { quick } = values;
  const [load = 0] = loadavg();
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  // The newest server that the pg_dump of this machine can read, so that both read the same one.
  const major = installedVersions().findLast(canDump) ?? installedVersions().at(-1) ?? 18;
  await using server = await startPostgres({
    version: major,
    fsync: true,
    settings: { log_line_prefix: '%m [%p] ', log_timezone: 'UTC' },
  });
  try {
    const context: BenchContext = {
      server,
      folder,
      selectOne: await bundleSelectOne(folder),
      quick,
      runs: quick ? { short: 3, middle: 1, long: 1 } : { short: 11, middle: 5, long: 3 },
    };
    const lines: Line[] = [];
    for (const [name, topic] of Object.entries(TOPICS)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      const started = performance.now();
      lines.push(...(await topic(context)));
      process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    }
    process.stdout.write(`${tableOf(lines)}\n`);
    // What is committed is a whole run.
    if (!quick && positionals.length === 0)
      await writeResults(lines, load, [await serverVersion(server.url)]);
    return lines.every((line) => line.leftOut !== undefined || holds(line));
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (!(await main())) process.exitCode = 1;
