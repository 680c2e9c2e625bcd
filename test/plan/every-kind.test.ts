import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Catalog,
  type CatalogScope,
  catalogFingerprint,
  compareCatalogs,
} from '../../src/catalog/catalog.ts';
import { rules } from '../../src/engines/postgres/ddl/ddl.ts';
import { planBetween } from '../../src/plan/plan.ts';
import {
  databaseOfEveryKind,
  dropWithSubscriptions,
  paragraphs,
} from '../engines/postgres/catalog/every-kind.ts';
import { openReader, type Reader } from '../engines/postgres/catalog/reads.ts';
import { type Database, sharedPostgres, versions } from '../support/postgres-server.ts';
import { canDump, normaliseDump, rawPgDump } from '../support/tools.ts';

const ALL: CatalogScope = { schemas: 'all', ignore: [], include: ['privileges', 'owners'] };
const SWEEP = process.env.MOORING_SWEEP === '1';

/** All changes on all versions with MOORING_SWEEP=1; else some of them on the newest, said aloud. */
function takenBack(version: number): readonly string[] {
  const all = paragraphs('changes.sql', version).slice(1);
  if (SWEEP) return all;
  const some = version === versions().at(-1) ? all.filter((_, at) => at % 3 === 0) : [];
  process.stderr.write(
    `PostgreSQL ${version}: ${some.length} of ${all.length} changes by hand are taken back; all with MOORING_SWEEP=1\n`,
  );
  return some;
}

describe.each(versions())('PostgreSQL %i', (version) => {
  let database: Database;
  let reader: Reader;
  let wanted: Catalog;

  beforeAll(async () => {
    database = await databaseOfEveryKind(await sharedPostgres(version));
    reader = await openReader(database.url);
    await reader.run('SET allow_system_table_mods = on');
    wanted = await reader.read(ALL);
  }, 60_000);

  afterAll(async () => {
    await reader?.[Symbol.asyncDispose]();
    await database?.drop();
  });

  test('out of nothing comes the same, and goes again', { timeout: 120_000 }, async () => {
    const copy = await (await sharedPostgres(version)).createDatabase();
    try {
      await using other = await openReader(copy.url);
      const empty = await other.read(ALL);
      const there = planBetween(empty, wanted, rules);
      expect([there.refused, there.left]).toEqual([[], []]);
      await runAll(other, there.statements);
      const reached = await other.read(ALL);
      expect(compareCatalogs(reached, wanted)).toEqual([]);
      expect(catalogFingerprint(reached)).toBe(catalogFingerprint(wanted));
      if (canDump(version)) expect(await dumpOf(copy)).toEqual(await dumpOf(database));
      const back = planBetween(reached, empty, rules);
      expect([back.refused, back.left]).toEqual([[], []]);
      await runAll(other, back.statements);
      expect(compareCatalogs(await other.read(ALL), empty)).toEqual([]);
    } finally {
      await dropWithSubscriptions(copy);
    }
  });

  test.each(takenBack(version))('taken back: %s', async (paragraph) => {
    await reader.run('BEGIN');
    try {
      await reader.run(paragraph);
      const changed = await reader.read(ALL, { inTransaction: true });
      const { refused, left, statements } = planBetween(changed, wanted, rules);
      const told = [...refused.map(({ object, why }) => `${object}: ${why}`), ...left];
      expect(told).toEqual([...paragraph.matchAll(/^-- ! (.*)$/gm)].map(([, line]) => line));
      if (refused.length > 0) return;
      await runAll(reader, statements);
      const reached = await reader.read(ALL, { inTransaction: true });
      const unsaid = compareCatalogs(reached, wanted).filter(({ object, details }) => {
        const places = details.length > 0 && details.every((each) => each.startsWith('rank: '));
        return !left.some((line) => line.includes(places ? 'stand in the order' : object));
      });
      expect(unsaid).toEqual([]);
    } finally {
      await reader.run('ROLLBACK');
    }
  });
});

/** One by one, so that what fails is told with its statement. */
async function runAll(reader: Reader, statements: readonly { readonly sql: string }[]): Promise<void> {
  for (const { sql } of statements)
    await reader.run(sql).catch((cause) => {
      throw new Error(
        `${cause instanceof Error ? cause.message : cause}\n${sql}\nof\n${statements.map((one) => one.sql).join(';\n')}`,
        { cause },
      );
    });
}

/** The order of storage parameters and of a connection's words is no difference. */
async function dumpOf({ url }: Database): Promise<string> {
  return normaliseDump(await rawPgDump(url))
    .replace(/\bWITH \(([^()]*)\);$/gm, (_, list: string) => `WITH (${list.split(', ').sort().join(', ')});`)
    .replace(
      / CONNECTION '([^']*)'/g,
      (_, words: string) => ` CONNECTION '${words.split(' ').sort().join(' ')}'`,
    );
}
