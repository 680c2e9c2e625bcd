import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Catalog,
  type CatalogScope,
  catalogFingerprint,
  compareCatalogs,
} from '../../../../src/catalog/catalog.ts';
import { type Engine, engineOf, type Session } from '../../../../src/engines/engines.ts';
import { dumpOf, type PlannedStatement, planBetween } from '../../../../src/plan/plan.ts';
import { ROOT } from '../../../support/cache.ts';
import { mysqlServers, sharedMysql } from '../../../support/mysql-server.ts';
import { skipAloud } from '../../../support/skip.ts';
import { targetOf } from '../../servers.ts';

// The cases of the catalog, planned: there, back, and as a dump of each side into an empty database.
const FOLDER = join(ROOT, 'test/cases/catalog-changes-mysql');
const { there, missing } = mysqlServers();

for (const reason of missing) skipAloud(reason)(`plans of catalog changes: ${reason}`, () => {});

/** All of them on the newest server of each kind and in a sweep, else every third. */
function casesOn(server: (typeof there)[number]): readonly string[] {
  const all = readdirSync(FOLDER).sort();
  const newest = there.findLast(({ kind }) => kind === server.kind);
  if (process.env.MOORING_SWEEP !== undefined || server === newest) return all;
  const some = all.filter((_, at) => at % 3 === 0);
  process.stderr.write(
    `${server.kind} ${server.version}: ${some.length} of ${all.length} cases are planned; all with MOORING_SWEEP=1\n`,
  );
  return some;
}

describe.each(there)('$kind $version', (each) => {
  const { kind, version } = each;
  test.each(casesOn(each))('%s', async (name) => {
    const read = (path: string): string => readFileSync(join(FOLDER, name, path), 'utf8');
    const special = `expected.${kind}.json`;
    const { on = kind, include = [] } = JSON.parse(
      read(existsSync(join(FOLDER, name, special)) ? special : 'expected.json'),
    ) as { on?: string; include?: CatalogScope['include'] };
    if (on !== kind) return;
    const look = async (session: Session | undefined): Promise<Catalog> => {
      if (session === undefined) throw new Error('no session');
      return (await session.readCatalog({ schemas: 'all', ignore: [], include })).catalog;
    };
    const engine = await engineOf(kind);
    const rules = await engine.planRules?.();
    if (rules === undefined) throw new Error('no rules');
    const server = await sharedMysql(kind, version);
    const databases = await Promise.all([1, 2, 3, 4].map(() => server.createDatabase()));
    const open = () => Promise.all(databases.map(({ url }) => engine.connect(targetOf(url))));
    // What a script leaves in its session is none of the plan's business.
    const scripts = await open();
    for (const session of scripts.slice(0, 2)) await session.store.ensure();
    await script(engine, scripts[0], read('before.sql'));
    await script(engine, scripts[1], read('before.sql'));
    await script(engine, scripts[1], read('change.sql'));
    await Promise.all(scripts.map((session) => session.close()));
    const [one, two, three, four] = await open();
    try {
      const [before, after] = [await look(one), await look(two)];
      const forth = planBetween(before, after, rules);
      expect(forth.refused).toEqual([]);
      await apply(one, forth.statements);
      same(await look(one), after);
      const back = planBetween(after, before, rules);
      await apply(two, back.statements);
      same(await look(two), before);
      await apply(three, dumpOf(before, rules).statements);
      same(await look(three), before);
      await apply(four, dumpOf(after, rules).statements);
      same(await look(four), after);
    } finally {
      await Promise.all([one, two, three, four].map((session) => session?.close()));
      await Promise.all(databases.map((database) => database.drop()));
    }
  });
});

async function script(engine: Engine, session: Session | undefined, text: string): Promise<void> {
  for (const statement of engine.dialect.split({ file: 'case.sql', text })) await session?.execute(statement);
}

async function apply(session: Session | undefined, statements: readonly PlannedStatement[]): Promise<void> {
  for (const { sql } of statements) await session?.execute({ sql, line: 1, column: 1, endLine: 1 });
}

function same(reached: Catalog, wanted: Catalog): void {
  expect(compareCatalogs(reached, wanted)).toEqual([]);
  expect(catalogFingerprint(reached)).toBe(catalogFingerprint(wanted));
}
