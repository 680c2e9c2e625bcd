import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../src/api/api.ts';
import { readDrift } from '../../src/drift/drift.ts';
import { baseline, migrate, rollback } from '../../src/runner/runner.ts';
import { countFault } from '../support/faults.ts';
import { sharedPostgres, versions } from '../support/postgres-server.ts';
import { startProxy } from '../support/wire-proxy.ts';
import {
  type Asked,
  cli,
  type End,
  endOf,
  expectEnd,
  FaultCase,
  forAll,
  HERE,
  madeDir,
  migrated,
  nameOf,
  otherSession,
  readCase,
  SWEEP,
  sql,
} from './support.ts';

const version = versions().at(-1) ?? 18;

const rollBack = (request: Asked) => rollback({ ...request, owner: '' }, '1');

/** A run, and what is done before. */
const RUNS: readonly {
  readonly name: string;
  readonly prepare: (request: Asked) => Promise<unknown>;
  readonly run: (request: Asked) => Promise<RunReport>;
}[] = [
  ...['transactional', 'journaled'].map((name) => ({
    name,
    prepare: (request: Asked) => baseline(request, { version: '0', takeOver: false }),
    run: migrate,
  })),
  { name: 'bare', prepare: async () => {}, run: migrate },
  ...['undo-transactional', 'undo-journaled'].map((name) => ({ name, prepare: migrated, run: rollBack })),
];

describe.each(RUNS)('foreign DDL during a run: $name', ({ name, prepare, run }) => {
  let at: FaultCase;
  let end: End;
  let queries: number;
  /** From the last look before a CALL to the look at what it did: what others do then cannot be told from its doing. */
  let untold: readonly [number, number];
  beforeAll(async () => {
    at = await FaultCase.open(name, version, async (url, open) => {
      await prepare(await open.request(url));
    });
    const clean = await at.database();
    const proxy = await startProxy({ target: clean.url, protocol: 'postgres' });
    expect(nameOf(await run(await at.request(proxy.url)))).toBe('done');
    queries = proxy.log.length;
    const call = proxy.log.findLast((query) => query.sql.startsWith('CALL'))?.n ?? queries;
    const looked = proxy.log.find((query) => query.n > call && query.sql.includes('mooring.journal'))?.n;
    const before = proxy.log.findLast((query) => query.n < call && query.sql.startsWith('WITH here'))?.n;
    untold = [before ?? call, looked ?? queries];
    await proxy.close();
    end = await endOf(clean.url, version);
    await clean.drop();
  });
  afterAll(() => at?.close());

  test('it stays drift, whenever it comes', { timeout: SWEEP ? 600_000 : 120_000 }, async (context) => {
    // The first queries connect and take the lock; what is there before the first look is drift already.
    const moments = Array.from({ length: queries }, (_, n) => n + 1).filter(
      (n) => (SWEEP || n % 17 === 4) && (n < untold[0] || n > untold[1]),
    );
    await forAll(
      moments,
      (n) => `${name}: DDL before query ${n} of ${queries}`,
      (n) =>
        countFault(context, async () => {
          const database = await at.database();
          const proxy = await startProxy({ target: database.url, protocol: 'postgres' });
          try {
            proxy.onQuery(async (_, at) => {
              if (at === n) await sql(database.url, 'CREATE TABLE theirs (id bigint PRIMARY KEY)');
              return 'pass' as const;
            });
            const report = await run(await at.request(proxy.url));
            expect(nameOf(report), JSON.stringify(report.error ?? report.held)).toBe('done');
            expect(report.absorbed).toEqual([]);
            const direct = await at.request(database.url);
            const drift = await readDrift(direct, false);
            expect(drift.changes.map(({ object, change }) => `${object} ${change}`)).toEqual([
              'table public.theirs added',
            ]);
            expect(nameOf(await run(direct))).toBe('nothing');
            await sql(database.url, 'DROP TABLE theirs');
            await expectEnd(direct, database.url, version, end);
          } finally {
            await proxy.close();
            await database.drop();
          }
        }),
    );
  });
});

describe('locks of others', () => {
  test('a transaction that keeps a table: tried again, until it is to be had', (context) =>
    locked(context, '', async (request, url) => {
      const blocking = await otherSession(url, 'BEGIN; LOCK TABLE base');
      const asked = await request(url);
      const running = migrate(asked);
      await expect
        .poll(() => asked.said.join('\n'), { timeout: 10_000 })
        .toMatch(/not to be had in time \(attempt 1\)/);
      expect(asked.said.join('\n')).toMatch(/open transactions: pid \d+ \(postgres, somebody else\)/);
      await blocking.end();
      expect(nameOf(await running)).toBe('done');
    }));

  test.for(['on', 'off'])(
    'transaction=%s: when the patience ends, the holder is named, and nothing is half',
    (mode, context) =>
      locked(
        context,
        mode === 'off' ? '-- mooring: transaction=off\n' : '',
        async (request, url) => {
          const blocking = await otherSession(url, 'BEGIN; LOCK TABLE base');
          const report = await migrate(await request(url));
          expect([report.result, nameOf(report)], JSON.stringify(report.error)).toEqual([
            'failed',
            'lock-timeout',
          ]);
          expect(report.error?.message).toMatch(/pid \d+ \(postgres, somebody else\), idle in transaction/);
          expect(await sql(url, 'SELECT count(*) FROM effect')).toEqual([mode === 'off' ? '1' : '0']);
          await blocking.end();
        },
        'final: 900ms',
      ),
  );

  async function locked(
    context: Parameters<typeof countFault>[0],
    head: string,
    work: (request: Awaited<ReturnType<typeof readCase>>, url: string) => Promise<void>,
    final = 'final: 30s',
  ): Promise<void> {
    await countFault(context, async () => {
      const made = madeDir(
        'locked',
        {
          '1_locked.sql': `${head}INSERT INTO effect VALUES ('first');\nALTER TABLE base ADD COLUMN note text;\nINSERT INTO effect VALUES ('last');\n`,
        },
        `  locks: {timeout: 300ms, ${final}}\n`,
      );
      const server = await sharedPostgres(version);
      const template = await server.createDatabase();
      const request = await readCase(made.dir);
      await sql(template.url, 'CREATE TABLE base (id bigint PRIMARY KEY); CREATE TABLE effect (what text)');
      await baseline(await request(template.url), { version: '0', takeOver: false });
      const clean = await server.createDatabase(`TEMPLATE ${template.name}`);
      const database = await server.createDatabase(`TEMPLATE ${template.name}`);
      try {
        await migrated(await request(clean.url));
        await work(request, database.url);
        const direct = await request(database.url);
        await migrated(direct);
        await expectEnd(direct, database.url, version, await endOf(clean.url, version));
      } finally {
        made.done();
        for (const each of [template, clean, database]) await each.drop();
      }
    });
  }
});

describe('signals', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    '%s in the middle of a transactional migration: nothing of it is left',
    (signal, context) =>
      countFault(context, async () => {
        const made = madeDir('slow', {
          '1_slow.sql':
            'CREATE TABLE half (id bigint);\nSELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM slow) THEN 60 ELSE 0 END);\nCREATE TABLE whole (id bigint);\n',
        });
        const server = await sharedPostgres(version);
        const database = await server.createDatabase();
        try {
          const request = await readCase(made.dir);
          await sql(database.url, 'CREATE TABLE slow ()');
          await baseline(await request(database.url), { version: '0', takeOver: false });
          await sql(database.url, 'CREATE TABLE IF NOT EXISTS slow (); INSERT INTO slow DEFAULT VALUES');
          const { child, ended } = cli(['migrate', made.dir, '--url', database.url]);
          await expect
            .poll(
              () =>
                sql(
                  database.url,
                  "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%' AND state = 'active'",
                ),
              { timeout: 15_000 },
            )
            .toEqual(['1']);
          const began = Date.now();
          child.kill(signal);
          const { code, err } = await ended;
          expect({ code, soon: Date.now() - began < 5_000 }, err).toEqual({ code: 75, soon: true });
          expect(err).toContain(
            'interrupted: migrations/1_slow.sql was under way; its transaction was rolled back, nothing of it is left',
          );
          // The server may take a moment to notice that its client has gone.
          await expect
            .poll(() =>
              sql(
                database.url,
                `SELECT to_regclass('half'), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND ${HERE})`,
              ),
            )
            .toEqual(['null|0']);
          await sql(database.url, 'DELETE FROM slow');
          const direct = await request(database.url);
          await migrated(direct);
          await expectEnd(direct, database.url, version, await endOf(database.url, version));
        } finally {
          made.done();
          await database.drop();
        }
      }),
  );
});

describe('a long transaction beside CREATE INDEX CONCURRENTLY', () => {
  test('is named to the user, and the build goes on when it ends', { timeout: 90_000 }, (context) =>
    countFault(context, async () => {
      const made = madeDir('beside', {
        '1_beside.sql': 'CREATE INDEX CONCURRENTLY base_note ON base (note);',
      });
      const server = await sharedPostgres(version);
      const database = await server.createDatabase();
      try {
        const request = await readCase(made.dir);
        await sql(database.url, 'CREATE TABLE base (id bigint PRIMARY KEY, note text)');
        await baseline(await request(database.url), { version: '0', takeOver: false });
        const blocking = await otherSession(database.url, "BEGIN; INSERT INTO base VALUES (1, 'theirs')");
        await sleep(31_500);
        const asked = await request(database.url);
        const running = migrate(asked);
        await expect
          .poll(() => asked.said.join('\n'), { timeout: 10_000 })
          .toMatch(
            /1_beside\.sql:1 may have to wait for pid \d+ \(postgres, somebody else\), idle in transaction, in a transaction for 3\d s: .* — to end it: SELECT pg_terminate_backend\(\d+\);/,
          );
        await blocking.query('COMMIT');
        await blocking.end();
        expect(nameOf(await running)).toBe('done');
        await expectEnd(asked, database.url, version, await endOf(database.url, version));
      } finally {
        made.done();
        await database.drop();
      }
    }),
  );
});
