import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SHARED_DATA } from '../support/cache.ts';
import { mysqlServers, type SharedMysql, sharedMysql } from '../support/mysql-server.ts';
import { skipAloud, testIf } from '../support/skip.ts';
import { isMeantFor, type Judgement, judgeMysqlPair, type MysqlPair } from './judge-mysql-pair.ts';

// Schemas before and after, from another tool's tests: our plan leads from one to the other and back, says SHOW CREATE.
// By default every so many; MOORING_SWEEP=1 takes all.
const FILE = join(SHARED_DATA, 'pairs/mysql.jsonl');
const SWEEP = process.env.MOORING_SWEEP === '1';
const [START = 0, EVERY = 12] = (process.env.MOORING_TEST_PAIRS ?? (SWEEP ? '0/1' : '5/12'))
  .split('/')
  .map(Number);

const { there, missing } = mysqlServers();

for (const reason of missing) skipAloud(reason)(`schema pairs: ${reason}`, () => {});

describe.each(there)('$kind $version', ({ kind, version }) => {
  testIf(existsSync(FILE), `${FILE} is absent`)(
    'plans lead there and back',
    { timeout: 3_600_000 },
    async () => {
      const pairs = readFileSync(FILE, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as MysqlPair)
        .filter((pair, at) => at % EVERY === START && isMeantFor(pair, kind, String(version)));
      const results = await judgeAll(await sharedMysql(kind, version), pairs);
      const counts: Record<string, number> = {};
      for (const [, { verdict }] of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
      process.stderr.write(`schema pairs on ${kind} ${version}, there and back: ${JSON.stringify(counts)}\n`);
      const wrong = results.filter(([, { verdict }]) => verdict === 'wrong');
      expect(wrong.map(([pair, { detail }]) => `${pair.id}\n${detail}`)).toEqual([]);
      const valid = results.length - (counts['invalid input'] ?? 0);
      expect((counts.ok ?? 0) / valid).toBeGreaterThan(0.95);
    },
  );
});

// Changes of our own, each a file with both sides. By default every fourth; MOORING_SWEEP=1 takes all.
const OWN = join(import.meta.dirname, '../cases/plan-mysql');

describe.each(there)('$kind $version', ({ kind, version }) => {
  test('plans of our own cases lead there and back', { timeout: 3_600_000 }, async () => {
    const pairs = readdirSync(OWN)
      .sort()
      .filter((_, at) => SWEEP || at % 4 === 1)
      .map((name) => pairIn(name, readFileSync(join(OWN, name), 'utf8')))
      .filter((pair) => isMeantFor(pair, kind, String(version)));
    const results = await judgeAll(await sharedMysql(kind, version), pairs);
    const bad = results.filter(([, { verdict }]) => verdict !== 'ok');
    expect(bad.map(([pair, { verdict, detail }]) => `${pair.id}: ${verdict}\n${detail}`)).toEqual([]);
  });
});

/** `-- on: flavour`, with the oldest version where not all have it, `-- before`, `-- after`, each on a line of its own. */
function pairIn(id: string, text: string): MysqlPair {
  const [, flavor, min, before = '', after = ''] =
    /^(?:-- on: (\w+)(?: ([\d.]+))?\n)?-- before\n([\s\S]*?)-- after\n([\s\S]*)$/.exec(text) ?? [];
  return {
    id,
    before,
    after,
    meta: { ...(flavor === undefined ? {} : { flavor }), ...(min === undefined ? {} : { min }) },
  };
}

async function judgeAll(
  server: SharedMysql,
  pairs: readonly MysqlPair[],
): Promise<readonly (readonly [MysqlPair, Judgement])[]> {
  const results: [MysqlPair, Judgement][] = [];
  const queue = [...pairs];
  const worker = async (): Promise<void> => {
    for (let pair = queue.shift(); pair !== undefined; pair = queue.shift())
      for (const judgement of await judgeMysqlPair(server, pair)) results.push([pair, judgement]);
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}
