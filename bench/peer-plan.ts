import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from '../test/support/cache.ts';
import type { Database } from '../test/support/postgres-server.ts';
import type { BenchContext } from './bench-context.ts';
import { ask, largeDatabase } from './large-database.ts';
import type { Line, Measure } from './line.ts';
import { call, callNode, median } from './measure.ts';
import { MOORING } from './programs.ts';

const PG_DELTA = { name: 'pg-delta', package: '@supabase/pg-delta', version: '1.0.0-alpha.34' } as const;

/** The plan from one large live database to another: both read, compared and put in order by a process of each tool. */
export async function peerPlan(context: BenchContext): Promise<readonly Line[]> {
  const tables = context.quick ? 100 : 2000;
  const changes = tables / 2;
  const from = await largeDatabase(context.server, tables);
  const to = await largeDatabase(context.server, tables);
  try {
    await change(to, changes);
    const count = (number: number): string => number.toLocaleString('en');
    const line = {
      name: `plan of ${count(changes)} changes in a database of ${count(tables)} tables`,
      did: `from one database to another, the whole process: mooring diff, and ${PG_DELTA.package} ${PG_DELTA.version} plan (pgdelta); ${context.runs.long} alternating runs; for information`,
    };
    const peer = await fetchPgDelta();
    const tasks = {
      // It says by its exit code that there are differences.
      ours: () => callNode([MOORING, 'diff', '--from', from.url, '--to', to.url, '-o', 'sql'], [1]),
      theirs: () =>
        'why' in peer
          ? Promise.resolve({ ms: Number.NaN, peak: Number.NaN })
          : callNode([peer.program, 'plan', '--source', from.url, '--desired', to.url]),
    };
    const ours: Ended[] = [];
    const theirs: Ended[] = [];
    try {
      for (let run = 0; run < context.runs.long; run += 1) {
        ours.push(await tasks.ours());
        theirs.push(await tasks.theirs());
      }
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error);
      return [{ ...line, ours: secondsOf(ours), leftOut: `it failed: ${why.slice(0, 300)}` }];
    }
    if ('why' in peer) return [{ ...line, ours: secondsOf(ours), leftOut: peer.why }];
    const peak = (all: readonly Ended[]): Measure =>
      median(
        all.map((each) => each.peak),
        'MiB',
      );
    return [
      { ...line, ours: secondsOf(ours), other: { name: PG_DELTA.name, ...secondsOf(theirs) } },
      {
        ...line,
        name: `${line.name}, memory`,
        ours: peak(ours),
        other: { name: PG_DELTA.name, ...peak(theirs) },
      },
    ];
  } finally {
    await from.drop();
    await to.drop();
  }
}

type Ended = Pick<Awaited<ReturnType<typeof callNode>>, 'ms' | 'peak'>;

/** A quarter each: columns added, dropped, made of another type, and made NOT NULL. */
async function change({ url }: Database, count: number): Promise<void> {
  const actions = [
    'ADD COLUMN more integer',
    'DROP COLUMN data',
    'ALTER COLUMN state TYPE bigint',
    'ALTER COLUMN tags SET NOT NULL',
  ];
  const statements = Array.from(
    { length: count },
    (_, n) => `ALTER TABLE table_${String(n).padStart(5, '0')} ${actions[n % 4]}`,
  );
  await ask(url, ...statements);
}

function secondsOf(all: readonly Ended[]): Measure {
  return median(
    all.map(({ ms }) => ms / 1000),
    's',
  );
}

/** From npm, once, into the cache: it is no dependency of ours. */
async function fetchPgDelta(): Promise<{ readonly program: string } | { readonly why: string }> {
  const folder = join(CACHE, `bench-pg-delta-${PG_DELTA.version}`);
  const program = join(folder, 'node_modules', PG_DELTA.package, 'dist/cli/main.js');
  if (existsSync(program)) return { program };
  const fresh = `${folder}.${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    const what = `${PG_DELTA.package}@${PG_DELTA.version}`;
    await call('npm', ['install', '--prefix', fresh, '--no-audit', '--no-fund', '--ignore-scripts', what]);
    await rename(fresh, folder);
    return { program };
  } catch {
    await rm(fresh, { recursive: true, force: true });
    return { why: 'it could not be fetched from npm' };
  }
}
