import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CatalogScope, compareCatalogs } from '../../../src/catalog/catalog.ts';
import type { Session } from '../../../src/engines/engines.ts';
import { ROOT } from '../../support/cache.ts';
import { type MysqlServer, mysqlServers, startMysql } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { withScratch } from './with-scratch.ts';

// The same statements in a database, whose events run, and in a scratch one, whose events are there and do nothing. On
// servers of their own, for it is the server that runs events.
const FOLDER = join(ROOT, 'test/cases/events-mysql');
const SCOPE: CatalogScope = { schemas: 'all', ignore: [], include: [] };
const { there, missing } = mysqlServers();

for (const reason of missing) skipAloud(reason)(`events in scratch databases: ${reason}`, () => {});

describe.each(there)('$kind $version', (given) => {
  let server: MysqlServer;
  beforeAll(async () => {
    server = await startMysql({ ...given, settings: { 'event-scheduler': 'ON' } });
  }, 60_000);
  afterAll(async () => {
    await server?.remove();
  });
  const cases = readdirSync(FOLDER).filter(
    (name) => !/\.\w+\.sql$/.test(name) || name.endsWith(`.${given.kind}.sql`),
  );

  test.each(cases.sort())('%s', (name) =>
    withScratch({ ...given, server }, async ({ session, scratch, script }) => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      await script(session, name, text);
      await script(scratch, name, text);
      const { catalog: real } = await session.readCatalog(SCOPE);
      expect(compareCatalogs(real, (await scratch.readCatalog(SCOPE)).catalog)).toEqual([]);
      // Nor do those of a copy of the database.
      const twin = await session.twin(real);
      try {
        expect(compareCatalogs(real, (await twin.readCatalog(SCOPE)).catalog)).toEqual([]);
        const isAnyEnabled = [...real.objects.values()].some(
          ({ kind, properties }) => kind === 'event' && / ENABLE /.test(String(properties.source)),
        );
        if (isAnyEnabled) await sleep(1_500);
        expect([await hasRun(session), await hasRun(scratch), await hasRun(twin)]).toEqual([
          isAnyEnabled,
          false,
          false,
        ]);
      } finally {
        await twin.close();
      }
    }),
  );
});

async function hasRun(session: Session): Promise<boolean | 'unknown'> {
  return (await session.holdsData({ type: 'table', table: 'ticks', lock: false }, 1_000)).holds;
}
