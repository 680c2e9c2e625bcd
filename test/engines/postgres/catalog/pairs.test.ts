import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Change } from '../../../../src/api/api.ts';
import { type Catalog, catalogFingerprint, compareCatalogs } from '../../../../src/catalog/catalog.ts';
import { SHARED_DATA } from '../../../support/cache.ts';
import { sharedPostgres } from '../../../support/postgres-server.ts';
import { testIf } from '../../../support/skip.ts';
import { canDump, normaliseDump, rawPgDump } from '../../../support/tools.ts';
import { openReader } from './reads.ts';

const FILE = join(SHARED_DATA, 'pairs/postgres.jsonl');
const VERSION = 15;
const why = !existsSync(FILE)
  ? `${FILE} is absent`
  : canDump(VERSION)
    ? undefined
    : `no pg_dump that reads PostgreSQL ${VERSION}`;
// Every twentieth by default; MOORING_TEST_PAIRS=0/1 takes all, 1/4 every fourth from the second on.
const [START = 0, EVERY = 20] = (process.env.MOORING_TEST_PAIRS ?? '0/20').split('/').map(Number);

const ARGS = ['--schema-only', '--no-owner', '--no-privileges'];

interface Pair {
  readonly src: string;
  readonly id: string;
  readonly before: string;
  readonly after: string;
}

interface Side {
  readonly dump: string;
  readonly catalog: Catalog;
  readonly restored: Catalog;
}

testIf(why === undefined, why ?? '')(
  'pg_dump and fingerprints agree on what differs, and a restored dump is the same',
  { timeout: 900_000 },
  async () => {
    const pairs = readFileSync(FILE, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Pair)
      .filter((_, at) => at % EVERY === START);
    const server = await sharedPostgres(VERSION);
    const sides = new Map<string, Side | undefined>();
    const counts = { compared: 0, differ: 0, notLoaded: 0, unmodelled: 0, unstable: 0 };
    const wrong: string[] = [];
    const blame = (text: string): void => {
      wrong.push(text);
      process.stderr.write(`${text}\n`);
    };

    const load = async (sql: string): Promise<Side | undefined> => {
      const [database, copy] = [await server.createDatabase(), await server.createDatabase()];
      try {
        await using one = await openReader(database.url);
        await one.run(sql);
        const dump = plain(await rawPgDump(database.url, ARGS));
        await using two = await openReader(copy.url);
        // A dump says nothing of `public` as initdb makes it.
        await two.run(dump.includes('CREATE SCHEMA public;') ? `DROP SCHEMA public; ${dump}` : dump);
        if (!(await one.query(`SELECT FROM pg_namespace WHERE nspname = 'public'`)).length)
          await two.run('DROP SCHEMA public');
        const [catalog, restored] = [await one.read(), await two.read()];
        // Some texts read back otherwise than the server spelled them (ANY over an array of varchar); a dump then
        // differs from the dump of what it made, so nothing can be asked of us.
        const stable =
          catalogFingerprint(catalog) === catalogFingerprint(restored) ||
          normaliseDump(plain(await rawPgDump(copy.url, ARGS))) === normaliseDump(dump);
        if (!stable) counts.unstable += 1;
        return { dump: normaliseDump(dump), catalog, restored: stable ? restored : catalog };
      } catch {
        return undefined;
      } finally {
        await database.drop();
        await copy.drop();
      }
    };
    const side = async (sql: string): Promise<Side | undefined> => {
      if (!sides.has(sql)) sides.set(sql, await load(sql));
      return sides.get(sql);
    };

    const judge = async (pair: Pair): Promise<void> => {
      const [before, after] = [await side(pair.before), await side(pair.after)];
      const name = `${pair.src} ${pair.id}`;
      for (const one of [before, after]) {
        if (one === undefined) continue;
        const changes = told(compareCatalogs(one.catalog, one.restored));
        if (changes.length > 0) {
          blame(`${name}: a restored dump differs: ${JSON.stringify(changes)}`);
        }
      }
      if (before === undefined || after === undefined) {
        counts.notLoaded += 1;
        return;
      }
      const changes = compareCatalogs(before.catalog, after.catalog);
      const same = catalogFingerprint(before.catalog) === catalogFingerprint(after.catalog);
      if (same !== (changes.length === 0))
        blame(`${name}: fingerprints ${same ? 'same' : 'differ'}, changes ${JSON.stringify(changes)}`);
      counts.compared += 1;
      if (before.dump !== after.dump) counts.differ += 1;
      if ((told(changes).length === 0) === (before.dump === after.dump)) return;
      if (same && (before.catalog.unmodelled.length > 0 || after.catalog.unmodelled.length > 0))
        counts.unmodelled += 1;
      else blame(`${name}: dumps ${same ? 'differ' : 'are equal'}, changes ${JSON.stringify(changes)}`);
    };

    const queue = [...pairs];
    const worker = async (): Promise<void> => {
      for (let pair = queue.shift(); pair !== undefined; pair = queue.shift()) await judge(pair);
    };
    await Promise.all([worker(), worker(), worker()]);
    process.stderr.write(`schema pairs: ${JSON.stringify(counts)}\n`);
    expect(wrong).toEqual([]);
    expect(counts.compared).toBeGreaterThan(pairs.length * 0.6);
  },
);

/** Without the lines that only psql understands. */
function plain(dump: string): string {
  return dump.replace(/^\\.*$/gm, '');
}

/** What a dump can tell: it leaves the versions of extensions to the server that it is restored on. */
function told(changes: readonly Change[]): readonly Change[] {
  return changes.filter(
    ({ kind, details }) =>
      kind !== 'extension' || !details.every((line) => line.startsWith('version: ')) || details.length === 0,
  );
}
