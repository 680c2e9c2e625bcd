import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/runner/runner.ts';
import { holdLock } from '../jobs/databases.ts';
import { countFault } from '../support/faults.ts';
import { hasPgbouncer, startPgbouncer } from '../support/pgbouncer.ts';
import { type PostgresServer, startPostgres, versions } from '../support/postgres-server.ts';
import { describeIf } from '../support/skip.ts';
import { onceOn, startProxy, type Verdict, type WireProxy } from '../support/wire-proxy.ts';
import { manyDir } from './many.ts';
import {
  caseDir,
  cli,
  type End,
  endOf,
  expectEnd,
  FaultCase,
  HERE,
  migrated,
  nameOf,
  otherSession,
  outcomeOf,
  readCase,
  sql,
  untilBlocked,
} from './support.ts';

const version = versions().at(-1) ?? 18;
const COMMIT = /INSERT INTO mooring\.history[^;]*'2'[\s\S]*COMMIT$/;

describe('the network', () => {
  let at: FaultCase;
  let end: End;
  beforeAll(async () => {
    at = await FaultCase.open('transactional', version);
    const clean = await at.database();
    await migrated(await at.request(clean.url));
    end = await endOf(clean.url, version);
    await clean.drop();
  });
  afterAll(() => at?.close());

  const behindProxy = async (work: (proxy: WireProxy, url: string) => Promise<void>): Promise<void> => {
    const database = await at.database();
    const proxy = await startProxy({ target: database.url, protocol: 'postgres' });
    try {
      await work(proxy, database.url);
      await proxy.close();
      const direct = await at.request(database.url);
      await migrated(direct);
      await expectEnd(direct, database.url, version, end);
    } finally {
      await proxy.close().catch(() => {});
      await database.drop();
    }
  };

  test('the answer to COMMIT is lost: the history is asked, and the migration is reported once', (context) =>
    countFault(context, () =>
      behindProxy(async (proxy) => {
        proxy.onQuery(onceOn(COMMIT, 'kill-after'));
        const report = await migrate(await at.request(proxy.url));
        expect(nameOf(report), JSON.stringify(report.error)).toBe('done');
        expect(report.applied.map(({ id }) => id)).toEqual(['1', '2', '3', 'R_count']);
        expect(proxy.log.filter((query) => query.sql.includes('CREATE TYPE state'))).toHaveLength(1);
      }),
    ));

  test.for<[string, RegExp, Verdict]>([
    ['COMMIT never arrives, and nobody says so', COMMIT, 'blackhole'],
    ['the answer to COMMIT never comes, and nobody says so', COMMIT, 'withhold'],
    ['a statement never arrives, and nobody says so', /CREATE TABLE orders/, 'blackhole'],
    ['the answer to a statement never comes, and nobody says so', /CREATE TABLE orders/, 'withhold'],
  ])('%s', ([, match, verdict], context) =>
    countFault(context, () =>
      behindProxy(async (proxy) => {
        proxy.onQuery(onceOn(match, verdict));
        const request = await at.request(proxy.url);
        const report = await migrate({
          ...request,
          target: { ...request.target, watch: { after: 300, every: 200, giveUp: 5_000 } },
        });
        expect(nameOf(report), JSON.stringify(report.error)).toBe('done');
        expect(report.applied.map(({ id }) => id)).toEqual(['1', '2', '3', 'R_count']);
        expect(request.said.join('\n')).toMatch(/the connection is dead|server ended the session/);
      }),
    ),
  );

  test('a black hole for all: the run gives up by name, and the next one goes on', (context) =>
    countFault(context, () =>
      behindProxy(async (proxy) => {
        proxy.onQuery(async (query) => {
          if (/CREATE TABLE orders/.test(query.sql)) proxy.blackhole();
          return 'pass' as const;
        });
        const request = await at.request(`${proxy.url}?connect_timeout=1`, { deadline: Date.now() + 2_000 });
        const name = await outcomeOf(() =>
          migrate({
            ...request,
            target: { ...request.target, watch: { after: 300, every: 200, giveUp: 1_500 } },
          }),
        );
        expect(name).toMatch(/^connection-(lost|failed)$/);
      }),
    ));

  test('SIGTERM in a black hole: it does not wait for an answer', (context) =>
    countFault(context, () =>
      behindProxy(async (proxy) => {
        proxy.onQuery((query) => {
          if (/CREATE TABLE orders/.test(query.sql)) proxy.blackhole();
          return 'pass' as const;
        });
        const { child, ended } = cli(['migrate', caseDir('transactional'), '--url', proxy.url]);
        await proxy.waitFor((query) => /CREATE TABLE orders/.test(query.sql));
        const began = Date.now();
        child.kill('SIGTERM');
        const { code, err } = await ended;
        expect({ code, soon: Date.now() - began < 9_000 }, err).toEqual({ code: 75, soon: true });
        expect(err).toContain('may still be rolling back');
      }),
    ));

  test('nobody is there: waited for, then named', async (context) =>
    countFault(context, async () => {
      const proxy = await startProxy({ target: at.url, protocol: 'postgres' });
      proxy.refuse();
      const request = await at.request(proxy.url, { patience: 800 });
      expect(await outcomeOf(() => migrate(request))).toBe('connection-failed');
      expect(request.said[0]).toMatch(/trying again for 1 s/);
      await proxy.close();
    }));

  test('SIGTERM while nobody is there: it says that nothing was done', async (context) =>
    countFault(context, async () => {
      const proxy = await startProxy({ target: at.url, protocol: 'postgres' });
      proxy.refuse();
      const request = await at.request(proxy.url);
      await expect(migrate({ ...request, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
        code: 'interrupted',
        message: 'interrupted: stopped while waiting for the database; nothing was done',
      });
      await proxy.close();
    }));

  test('SIGTERM while another has the lock: it says that nothing was done', async (context) =>
    countFault(context, async () => {
      const database = await at.database();
      const holder = await holdLock(database.url);
      const request = await at.request(database.url);
      await expect(migrate({ ...request, signal: AbortSignal.timeout(600) })).rejects.toMatchObject({
        code: 'interrupted',
        message: 'interrupted: stopped while waiting for the lock; nothing was done',
      });
      await holder.end();
      await database.drop();
    }));
});

describe('the server is stopped immediately', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ version });
  });
  afterAll(() => server?.remove());

  test.for(['transactional', 'journaled'])(
    'in the middle of a %s migration, and started again: the same run goes on',
    (name, context) =>
      countFault(context, async () => {
        const request = await readCase(caseDir(name));
        const clean = await server.createDatabase();
        await migrated(await request(clean.url));
        const end = await endOf(clean.url, version);
        const database = await server.createDatabase();
        const proxy = await startProxy({ target: database.url, protocol: 'postgres' });
        let blocking: Awaited<ReturnType<typeof otherSession>> | undefined;
        proxy.onQuery(async (query) => {
          if (blocking === undefined && /INSERT INTO effect VALUES \('(two|three)'\)/.test(query.sql))
            blocking = await otherSession(database.url, 'BEGIN; LOCK TABLE effect');
          return 'pass' as const;
        });
        const asked = await request(proxy.url);
        const running = migrate(asked);
        await untilBlocked(database.url);
        await server.stop('immediate');
        await expect
          .poll(() => asked.said.join('\n'), { timeout: 10_000 })
          .toMatch(/looking again|trying again/);
        await server.start();
        const report = await running;
        expect(nameOf(report), JSON.stringify(report.error)).toBe('done');
        await proxy.close();
        const direct = await request(database.url);
        await migrated(direct);
        await expectEnd(direct, database.url, version, end);
      }),
  );

  // What was answered and is not on the disk yet is gone, each migration with its history entry: it runs again.
  test('among many migrations, and started again: the same run goes on', (context) =>
    countFault(context, async () => {
      const many = manyDir();
      const request = await readCase(many.dir);
      const clean = await server.createDatabase();
      await migrated(await request(clean.url));
      const end = await endOf(clean.url, version);
      const database = await server.createDatabase();
      const proxy = await startProxy({ target: database.url, protocol: 'postgres' });
      let stopping: Promise<void> | undefined;
      proxy.onQuery(async (query) => {
        if (stopping === undefined && /\bt_61\b/.test(query.sql)) stopping = server.stop('immediate');
        await stopping;
        return 'pass' as const;
      });
      const asked = await request(proxy.url);
      const running = migrate(asked);
      await expect
        .poll(() => asked.said.join('\n'), { timeout: 30_000 })
        .toMatch(/looking again|trying again/);
      await server.start();
      const report = await running;
      expect(nameOf(report), JSON.stringify(report.error)).toBe('done');
      // Each once, whether it had to be done twice or not.
      expect(report.applied.map(({ id }) => Number(id))).toEqual(
        Array.from({ length: 104 }, (_, n) => n + 1),
      );
      await proxy.close();
      const direct = await request(database.url);
      await migrated(direct);
      await expectEnd(direct, database.url, version, end);
      many.done();
    }));
});

describeIf(hasPgbouncer(), 'pgbouncer could not be fetched')('a pooler', () => {
  let at: FaultCase;
  beforeAll(async () => {
    at = await FaultCase.open('transactional', version);
  });
  afterAll(() => at?.close());

  test('in transaction mode it is refused by name before any SET or lock', async (context) =>
    countFault(context, async () => {
      const database = await at.database();
      const proxy = await startProxy({ target: database.url, protocol: 'postgres' });
      await using pooler = await startPgbouncer({ url: proxy.url, mode: 'transaction' });
      expect(await outcomeOf(async () => migrate(await at.request(pooler.url)))).toBe('pooler-detected');
      expect(
        proxy.log.filter(
          ({ sql: text }) => /\bSET\b|advisory|mooring\./i.test(text) && !/^SET application_name=/.test(text),
        ),
      ).toEqual([]);
      expect(await sql(database.url, "SELECT to_regnamespace('mooring')")).toEqual(['null']);
      await proxy.close();
      await migrated(await at.request(database.url));
      await database.drop();
    }));

  test('in session mode it is allowed when the definition says so', async (context) =>
    countFault(context, async () => {
      const database = await at.database();
      await using pooler = await startPgbouncer({ url: database.url, mode: 'session' });
      const request = await at.request(pooler.url);
      expect(await outcomeOf(() => migrate(request))).toBe('pooler-detected');
      const report = await migrate({ ...request, target: { ...request.target, pooler: 'session' } });
      expect(nameOf(report), JSON.stringify(report.error)).toBe('done');
      await pooler.stop();
      await expect
        .poll(() =>
          sql(database.url, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND ${HERE}`),
        )
        .toEqual(['0']);
      const direct = await at.request(database.url);
      await expectEnd(direct, database.url, version, await endOf(database.url, version));
      await database.drop();
    }));
});
