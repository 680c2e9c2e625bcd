import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { baseline, migrate, resolve } from '../../src/runner/runner.ts';
import { countFault } from '../support/faults.ts';
import { type Database, type SharedPostgres, sharedPostgres, versions } from '../support/postgres-server.ts';
import {
  type Asked,
  caseDir,
  cli,
  type End,
  endOf,
  expectEnd,
  HERE,
  madeDir,
  migrated,
  nameOf,
  otherSession,
  readCase,
  SWEEP,
  sql,
  untilBlocked,
} from './support.ts';

/** Statements that run bare, and what makes them wait while they are half done. */
const STATEMENTS: readonly {
  readonly name: string;
  readonly sql: string;
  readonly blocker: string;
  /** What a person does who finds the statement half done, before saying that it ran. */
  readonly byHand?: string;
}[] = [
  {
    name: 'CREATE INDEX CONCURRENTLY',
    sql: 'CREATE INDEX CONCURRENTLY big_v ON big (v);',
    blocker: 'BEGIN; INSERT INTO big VALUES (1000, 1)',
  },
  {
    name: 'DROP INDEX CONCURRENTLY',
    sql: 'DROP INDEX CONCURRENTLY big_old;',
    blocker: 'BEGIN; SELECT count(*) FROM big',
  },
  {
    name: 'DETACH PARTITION CONCURRENTLY',
    sql: 'ALTER TABLE part DETACH PARTITION part_1 CONCURRENTLY;',
    blocker: 'BEGIN; SELECT count(*) FROM part',
  },
  {
    name: 'REINDEX CONCURRENTLY',
    sql: 'REINDEX TABLE CONCURRENTLY big;',
    blocker: 'BEGIN; INSERT INTO big VALUES (1000, 1)',
  },
  {
    name: 'VACUUM',
    sql: 'VACUUM big;',
    blocker: 'BEGIN; LOCK TABLE big IN SHARE UPDATE EXCLUSIVE MODE',
  },
  {
    name: 'CALL that commits',
    sql: 'CALL in_two();',
    blocker: 'SELECT pg_advisory_lock(7)',
    byHand:
      "INSERT INTO effect SELECT 'call, second half' WHERE NOT EXISTS (SELECT FROM effect WHERE what = 'call, second half')",
  },
];

const PROCEDURE = `CREATE OR REPLACE PROCEDURE in_two() LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO effect VALUES ('call, first half');
  COMMIT;
  PERFORM pg_advisory_xact_lock(7);
  INSERT INTO effect VALUES ('call, second half');
END $$`;

const tested = SWEEP ? versions() : versions().slice(-1);

describe.each(tested)('PostgreSQL %i: within a bare statement', (version) => {
  describe.each(STATEMENTS)('$name', ({ sql: text, blocker, byHand }) => {
    let server: SharedPostgres;
    let template: Database;
    let made: ReturnType<typeof madeDir>;
    let request: Awaited<ReturnType<typeof readCase>>;
    let end: End;

    beforeAll(async () => {
      made = madeDir('within', {
        '1_within.sql': `-- mooring: transaction=off\nINSERT INTO effect VALUES ('before');\n${text}\nINSERT INTO effect VALUES ('after');\n`,
      });
      request = await readCase(made.dir);
      server = await sharedPostgres(version);
      template = await server.createDatabase();
      await sql(template.url, readFileSync(join(caseDir('bare'), 'setup.sql'), 'utf8'));
      await sql(template.url, PROCEDURE);
      await baseline(await request(template.url), { version: '0', takeOver: false });
      const clean = await server.createDatabase(`TEMPLATE ${template.name}`);
      await migrated(await request(clean.url));
      end = await endOf(clean.url, version);
      await clean.drop();
    });
    afterAll(async () => {
      made?.done();
      await template?.drop();
    });

    const disturbed = (
      context: TestContext,
      work: (database: Database, blocking: Awaited<ReturnType<typeof otherSession>>) => Promise<Asked>,
    ) =>
      countFault(context, async () => {
        const database = await server.createDatabase(`TEMPLATE ${template.name}`);
        const blocking = await otherSession(database.url, blocker);
        try {
          const asked = await work(database, blocking);
          const report = await migrate(asked);
          if (byHand === undefined || nameOf(report) !== 'statement-in-doubt') {
            expect(['done', 'nothing'], JSON.stringify(report.error)).toContain(nameOf(report));
          } else {
            expect(report.error?.message).toContain('1_within.sql:3: statement 2');
            await sql(database.url, byHand);
            await resolve({ ...asked, owner: '' }, { id: '1', statement: 2, ran: true });
            await migrated(asked);
          }
          await expectEnd(asked, database.url, version, end);
        } finally {
          await blocking.end().catch(() => {});
          await database.drop();
        }
      });

    test('the process is killed and the server goes on: the next run waits for it by name', (context) =>
      disturbed(context, async (database, blocking) => {
        const { child, ended } = cli(['migrate', made.dir, '--url', database.url]);
        const pid = await untilBlocked(database.url);
        child.kill('SIGKILL');
        await ended;
        const next = await request(database.url);
        const running = migrate(next);
        await expect
          .poll(() => next.said.join('\n'), { timeout: 10_000 })
          .toMatch(new RegExp(`waiting for the lock of this database: held by pid ${pid} `));
        await blocking.end();
        const report = await running;
        expect(byHand === undefined ? ['done'] : ['statement-in-doubt']).toContain(nameOf(report));
        return next;
      }));

    test('its session is ended: the runner connects again and settles it', (context) =>
      disturbed(context, async (database, blocking) => {
        const asked = await request(database.url);
        const running = migrate(asked);
        const pid = await untilBlocked(database.url);
        await sql(database.url, `SELECT pg_terminate_backend(${pid})`);
        await expect.poll(() => asked.said.join('\n'), { timeout: 10_000 }).toContain('looking again');
        await blocking.end();
        const report = await running;
        expect(nameOf(report), JSON.stringify(report.error)).toBe(
          byHand === undefined ? 'done' : 'statement-in-doubt',
        );
        return asked;
      }));

    test('SIGTERM: it ends soon, says so, and leaves no lock', (context) =>
      disturbed(context, async (database, blocking) => {
        const { child, ended } = cli(['migrate', made.dir, '--url', database.url]);
        await untilBlocked(database.url);
        const began = Date.now();
        child.kill('SIGTERM');
        const { code, err } = await ended;
        expect({ code, soon: Date.now() - began < 8_000 }, err).toEqual({ code: 75, soon: true });
        expect(err).toMatch(
          /interrupted: migrations\/1_within\.sql:\d was under way and was cancelled|interrupted: the connection was lost/,
        );
        await expect
          .poll(() =>
            sql(
              database.url,
              `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid <> 0 AND ${HERE}`,
            ),
          )
          .toEqual(['0']);
        await blocking.end();
        return request(database.url);
      }));
  });
});
