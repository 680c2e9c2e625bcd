import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { SHARED_DATA } from '../support/cache.ts';
import { installedVersions } from '../support/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { testIf } from '../support/skip.ts';
import { canDump } from '../support/tools.ts';
import { type Judgement, judgePair, type Pair } from './judge-pair.ts';

// Schemas before and after, from other tools' tests: our plan leads from one to the other and back, says pg_dump.
// By default every so many, on the version that pg_dump reads; MOORING_SWEEP=1 takes all on all versions.
const FILE = join(SHARED_DATA, 'pairs/postgres.jsonl');
const SWEEP = process.env.MOORING_SWEEP === '1';
const [START = 0, EVERY = 20] = (process.env.MOORING_TEST_PAIRS ?? (SWEEP ? '0/1' : '7/30'))
  .split('/')
  .map(Number);
const VERSIONS = SWEEP
  ? installedVersions()
  : [15].filter((version) => installedVersions().includes(version));

/** Settings for a server that nobody will miss. */
const FAST = { synchronous_commit: 'off', autovacuum: 'off', wal_level: 'minimal', max_wal_senders: 0 };

describe.each(VERSIONS)('PostgreSQL %i', (version) => {
  testIf(existsSync(FILE), `${FILE} is absent`)(
    'plans lead there and back',
    { timeout: 3_600_000 },
    async () => {
      const pairs = readFileSync(FILE, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Pair)
        .filter((_, at) => at % EVERY === START);
      await using server = await startPostgres({ version, settings: FAST });
      const results = await judgeAll(server, pairs);
      process.stderr.write(`${table(results, version)}\n`);
      const count = (verdict: string): number =>
        results.filter(([, { verdict: is }]) => is === verdict).length;
      const wrong = results.filter(([, { verdict }]) => verdict === 'wrong');
      expect(wrong.map(([pair, { detail }]) => `${pair.src} ${pair.id}\n${detail}`)).toEqual([]);
      const valid = results.length - count('invalid input');
      expect((count('ok') + count('left')) / valid).toBeGreaterThan(EVERY === 1 ? 0.97 : 0.9);
    },
  );
});

async function judgeAll(
  server: PostgresServer,
  pairs: readonly Pair[],
): Promise<readonly (readonly [Pair, Judgement])[]> {
  const results: [Pair, Judgement][] = [];
  const queue = [...pairs];
  const worker = async (): Promise<void> => {
    for (let pair = queue.shift(); pair !== undefined; pair = queue.shift())
      for (const judgement of await judgePair(server, pair, {
        dump: canDump(server.version),
        roundTrip: true,
        online: true,
      }))
        results.push([pair, judgement]);
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}

/** Counts per source. */
function table(results: readonly (readonly [Pair, Judgement])[], version: number): string {
  const counts: Record<string, Record<string, number>> = {};
  for (const [{ src }, { verdict }] of results) {
    counts[src] = { ...counts[src], [verdict]: (counts[src]?.[verdict] ?? 0) + 1 };
  }
  return `schema pairs on PostgreSQL ${version}, there and back: ${JSON.stringify(counts)}`;
}
