import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type CatalogScope, compareCatalogs } from '../../../src/catalog/catalog.ts';
import { engineOf } from '../../../src/engines/engines.ts';
import { ROOT } from '../../support/cache.ts';
import { mysqlServers, sharedMysql } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';

// The same statements in a database, whose events run, and in a scratch one, whose events are there and do nothing.
const FOLDER = join(ROOT, 'test/cases/events-mysql');
const SCOPE: CatalogScope = { schemas: 'all', ignore: [], include: [] };
const { there, missing } = mysqlServers();

for (const reason of missing) skipAloud(reason)(`events in scratch databases: ${reason}`, () => {});

describe.each(there)('$kind $version', ({ kind, version }) => {
  const cases = readdirSync(FOLDER).filter(
    (name) => !/\.\w+\.sql$/.test(name) || name.endsWith(`.${kind}.sql`),
  );

  test.each(cases.sort())('%s', async (name) => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const engine = await engineOf(kind);
    const session = await engine.connect(targetOf(database.url));
    const scratch = await session.scratch();
    const run = (sql: string) => session.execute({ sql, line: 1, column: 1, endLine: 1 });
    try {
      await run('SET GLOBAL event_scheduler = ON');
      const text = readFileSync(join(FOLDER, name), 'utf8');
      for (const statement of engine.dialect.split({ file: name, text })) {
        await session.execute(statement);
        await scratch.execute(statement);
      }
      const { catalog: real } = await session.readCatalog(SCOPE);
      const { catalog: shown } = await scratch.readCatalog(SCOPE);
      expect(compareCatalogs(real, shown)).toEqual([]);
      const isAnyEnabled = [...real.objects.values()].some(
        (object) => object.kind === 'event' && / ENABLE /.test(String(object.properties.source)),
      );
      await sleep(isAnyEnabled ? 1_200 : 0);
      const { holds } = await scratch.holdsData({ type: 'table', table: 'ticks', lock: false }, 1_000);
      expect(holds).toBe(false);
      // The twin of a database that has them does not run them, either.
      const twin = await session.twin(real);
      try {
        expect(compareCatalogs(real, (await twin.readCatalog(SCOPE)).catalog)).toEqual([]);
        await sleep(isAnyEnabled ? 1_200 : 0);
        expect((await twin.holdsData({ type: 'table', table: 'ticks', lock: false }, 1_000)).holds).toBe(
          false,
        );
      } finally {
        await twin.close();
      }
      // The server does run events meanwhile.
      if (isAnyEnabled && name !== 'dumped.sql')
        expect((await session.holdsData({ type: 'table', table: 'ticks', lock: false }, 1_000)).holds).toBe(
          true,
        );
    } finally {
      await run('SET GLOBAL event_scheduler = OFF');
      await scratch.close();
      await session.close();
      await database.drop();
    }
  });
});
