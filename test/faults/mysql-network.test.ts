import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, resolve } from '../../src/runner/runner.ts';
import { countFault } from '../support/faults.ts';
import { type MysqlServer, startMysql } from '../support/mysql-server.ts';
import { skipAloud } from '../support/skip.ts';
import { onceOn, startProxy, type Verdict, type WireProxy } from '../support/wire-proxy.ts';
import { newestMysql } from './mysql-servers.ts';
import { MysqlFaultCase, mysqlEnd, mysqlSql, otherMysqlSession, untilMysqlBlocked } from './mysql-support.ts';
import { cli, type End, migrated, nameOf, outcomeOf } from './support.ts';

const { tested, missing } = newestMysql();
for (const reason of missing) skipAloud(reason)('the network', () => {});
const FOREIGN_KEYS = `SELECT CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'shelf'`;
const MENDED = `SET FOREIGN_KEY_CHECKS = 0;
  ALTER TABLE shelf ADD CONSTRAINT shelf_room FOREIGN KEY (room) REFERENCES room (id)`;
const APPLIED = ['1', '2', '3'];

describe.each(tested)('$kind $version', (server) => {
  let at: MysqlFaultCase;
  let end: End;
  beforeAll(async () => {
    at = await MysqlFaultCase.open('journaled', server);
    const clean = await at.database();
    await migrated(await at.request(clean.url));
    end = await at.endOf(clean.url);
    await clean.drop();
  }, 60_000);
  afterAll(() => at?.close());

  const behindProxy = async (work: (proxy: WireProxy, url: string) => Promise<void>): Promise<void> => {
    const database = await at.database();
    const proxy = await startProxy({ target: database.url, protocol: 'mysql' });
    try {
      await work(proxy, database.url);
      await proxy.close();
      const direct = await at.request(database.url);
      await migrated(direct);
      await at.expectEnd(direct, database.url, end);
    } finally {
      await proxy.close().catch(() => {});
      await database.drop();
    }
  };

  test.for<[string, RegExp, Verdict]>([
    ['the answer to an ALTER is swallowed', /^ALTER TABLE shelf/m, 'withhold'],
    ['an ALTER never arrives', /^ALTER TABLE shelf/m, 'blackhole'],
    ['an INSERT never arrives', /^INSERT INTO shelf/m, 'blackhole'],
    ['the answer to an INSERT is swallowed', /^INSERT INTO effect/m, 'withhold'],
  ])('%s, and nobody says so', { timeout: 60_000 }, ([, match, verdict], context) =>
    countFault(context, () =>
      behindProxy(async (proxy) => {
        proxy.onQuery(onceOn(match, verdict));
        const request = await at.request(proxy.url);
        const report = await migrate({
          ...request,
          target: { ...request.target, watch: { after: 300, every: 200, giveUp: 5_000 } },
        });
        expect(nameOf(report), JSON.stringify(report.error)).toBe('done');
        expect(report.applied.map(({ id }) => id)).toEqual(APPLIED);
        expect(request.said.join('\n')).toMatch(/the connection is dead|server ended the session/);
      }),
    ),
  );

  test(
    'a black hole for all: the run gives up by name, and the next one goes on',
    {
      timeout: 60_000,
    },
    (context) =>
      countFault(context, () =>
        behindProxy(async (proxy) => {
          proxy.onQuery((query) => {
            if (/^ALTER TABLE shelf/m.test(query.sql)) proxy.blackhole();
            return 'pass';
          });
          const request = await at.request(`${proxy.url}?connect_timeout=1`, {
            deadline: Date.now() + 3_000,
          });
          const name = await outcomeOf(() =>
            migrate({
              ...request,
              target: { ...request.target, watch: { after: 300, every: 200, giveUp: 1_500 } },
            }),
          );
          expect(name).toMatch(/^connection-(lost|failed)$/);
        }),
      ),
  );

  test('20 at once: all end well, each migration happens once', { timeout: 120_000 }, (context) =>
    countFault(context, () =>
      behindProxy(async (_, url) => {
        const processes = Array.from({ length: 3 }, () =>
          cli(['migrate', at.dir, '--url', url, '-o', 'json']),
        );
        const within = Array.from({ length: 17 }, async () => migrate(await at.request(url)));
        const reports = [
          ...(await Promise.all(within)),
          ...(await Promise.all(processes.map(async ({ ended }) => JSON.parse((await ended).out)))),
        ];
        for (const report of reports) expect(['done', 'nothing']).toContain(nameOf(report));
        expect(
          reports.flatMap((report) => report.applied.map(({ id }: { id: string }) => id)).sort(),
        ).toEqual(APPLIED);
      }),
    ),
  );

  describe('the server is killed', () => {
    let own: MysqlServer;
    beforeAll(async () => {
      own = await startMysql(server);
    }, 60_000);
    afterAll(() => own?.remove());

    test(
      'in the middle of an ALTER, and started again: the same run goes on',
      {
        timeout: 120_000,
      },
      (context) =>
        countFault(context, async () => {
          const made = await own.createDatabase();
          const url = made.url.replace(/^mysql:/, `${server.kind}:`);
          const proxy = await startProxy({ target: url, protocol: 'mysql' });
          proxy.onQuery(async (query) => {
            if (/^ALTER TABLE shelf/m.test(query.sql))
              await otherMysqlSession(url, 'START TRANSACTION; SELECT COUNT(*) FROM shelf').catch(() => {});
            return 'pass' as const;
          });
          const asked = await at.request(proxy.url);
          const running = migrate(asked);
          await untilMysqlBlocked(url, 'ALTER TABLE shelf');
          proxy.onQuery(undefined);
          await own.stop('immediate');
          await expect
            .poll(() => asked.said.join('\n'), { timeout: 20_000 })
            .toMatch(/looking again|trying again/);
          await own.start();
          const report = await running;
          await proxy.close();
          // Of this one the server itself does not come up whole: half of the ALTER is there. That is told, not passed over.
          const halved = (await mysqlSql(url, FOREIGN_KEYS)).length === 0;
          if (halved) {
            expect(report.error?.code).toBe('statement-in-doubt');
            expect(report.error?.message).toContain('has lost constraint `shelf_room`');
            await mysqlSql(url, MENDED);
            await resolve({ ...(await at.request(url)), owner: '' }, { id: '2', statement: 7, ran: true });
            await migrated(await at.request(url));
          } else expect(nameOf(report), JSON.stringify(report.error)).toBe('done');
          expect((await mysqlEnd(url)).contents).toBe(end.contents);
          await migrated(await at.request(url));
          await at.expectEnd(await at.request(url), url, end);
        }),
    );
  });
});
