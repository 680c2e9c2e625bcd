import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { migrate, resolve } from '../../src/runner/runner.ts';
import { countFault } from '../support/faults.ts';
import { skipAloud } from '../support/skip.ts';
import { newestMysql } from './mysql-servers.ts';
import { MysqlFaultCase, mysqlSql, otherMysqlSession, untilMysqlBlocked } from './mysql-support.ts';
import { type Asked, cli, type End, madeDir, migrated, nameOf } from './support.ts';

const { tested, missing } = newestMysql();
for (const reason of missing) skipAloud(reason)('within a statement', () => {});

/** Statements that commit by themselves, and what makes them wait while they are at work. */
const STATEMENTS: readonly {
  readonly name: string;
  readonly sql: string;
  /** How what waits begins, where it is not the statement itself. */
  readonly within?: string;
  readonly blocker: string;
  /** What a person does who finds the statement half done, before saying that it ran. */
  readonly byHand?: string;
}[] = [
  {
    name: 'ALTER TABLE by copy, its copy made',
    sql: 'ALTER TABLE big ADD COLUMN w int, ALGORITHM=COPY;',
    blocker: 'START TRANSACTION; SELECT COUNT(*) FROM big',
  },
  {
    name: 'ALTER TABLE in place, its index built',
    sql: 'ALTER TABLE big ADD INDEX big_v (v), ALGORITHM=INPLACE, LOCK=NONE;',
    blocker: 'START TRANSACTION; INSERT INTO big VALUES (1000, 1)',
  },
  {
    name: 'DROP of two tables',
    sql: 'DROP TABLE gone_a, gone_b;',
    blocker: 'START TRANSACTION; SELECT COUNT(*) FROM gone_b',
  },
  {
    name: 'CALL that commits',
    sql: 'CALL in_two();',
    within: 'UPDATE big',
    blocker: 'START TRANSACTION; SELECT * FROM big WHERE id = 1 FOR UPDATE',
    byHand:
      "INSERT INTO effect (what) SELECT 'second half' WHERE NOT EXISTS (SELECT 1 FROM effect WHERE what = 'second half'); UPDATE big SET v = 9 WHERE id = 1",
  },
];

const SETUP = `CREATE TABLE effect (id int AUTO_INCREMENT PRIMARY KEY, what varchar(40));
CREATE TABLE big (id int PRIMARY KEY, v int);
INSERT INTO big VALUES (1, 1), (2, 2), (3, 3);
CREATE TABLE gone_a (a int);
CREATE TABLE gone_b (a int);
CREATE PROCEDURE in_two() BEGIN
  INSERT INTO effect (what) VALUES ('first half');
  COMMIT;
  UPDATE big SET v = 9 WHERE id = 1;
  INSERT INTO effect (what) VALUES ('second half');
END;`;

describe.each(tested)('$kind $version: within a statement', (server) => {
  describe.each(STATEMENTS)('$name', ({ sql, within = sql.slice(0, -1), blocker, byHand }) => {
    let made: ReturnType<typeof madeDir>;
    let at: MysqlFaultCase;
    let end: End;

    beforeAll(async () => {
      made = madeDir(
        'within',
        {
          '1_within.sql': `INSERT INTO effect (what) VALUES ('before');\n${sql}\nINSERT INTO effect (what) VALUES ('after');\n`,
        },
        '',
        server.kind,
        { 'setup.sql': SETUP },
      );
      at = await MysqlFaultCase.open(made.dir, server);
      const clean = await at.database();
      await migrated(await at.request(clean.url));
      end = await at.endOf(clean.url);
      await clean.drop();
    }, 60_000);
    afterAll(() => {
      at?.close();
      made?.done();
    });

    const disturbed = (
      context: TestContext,
      work: (
        database: { readonly url: string },
        blocking: Awaited<ReturnType<typeof otherMysqlSession>>,
      ) => Promise<Asked>,
    ) =>
      countFault(context, async () => {
        const database = await at.database();
        const blocking = await otherMysqlSession(database.url, blocker);
        try {
          const asked = await work(database, blocking);
          const report = await migrate(asked);
          if (byHand === undefined || nameOf(report) !== 'statement-in-doubt') {
            expect(['done', 'nothing'], JSON.stringify(report.error)).toContain(nameOf(report));
          } else {
            expect(report.error?.message).toContain('1_within.sql:2: statement 2');
            await mysqlSql(database.url, byHand);
            await resolve({ ...asked, owner: '' }, { id: '1', statement: 2, ran: true });
            await migrated(asked);
          }
          await at.expectEnd(asked, database.url, end);
        } finally {
          blocking.destroy();
          await database.drop();
        }
      });

    test(
      'the process is killed and the server goes on: the next run waits for it by name',
      {
        timeout: 60_000,
      },
      (context) =>
        disturbed(context, async (database, blocking) => {
          const { child, ended } = cli(['migrate', made.dir, '--url', database.url]);
          const pid = await untilMysqlBlocked(database.url, within);
          child.kill('SIGKILL');
          await ended;
          const next = await at.request(database.url);
          const running = migrate(next);
          await expect
            .poll(() => next.said.join('\n'), { timeout: 20_000 })
            // A server that has noticed that nobody listens any more has ended the statement, and the lock with it.
            .toMatch(new RegExp(`waiting for the lock of this database: held by pid ${pid} |applying `));
          await blocking.query('ROLLBACK');
          const report = await running;
          expect(byHand === undefined ? ['done'] : ['statement-in-doubt']).toContain(nameOf(report));
          return next;
        }),
    );

    test(
      'its session is ended: the runner connects again and settles it',
      {
        timeout: 60_000,
      },
      (context) =>
        disturbed(context, async (database, blocking) => {
          const asked = await at.request(database.url);
          const running = migrate(asked);
          const pid = await untilMysqlBlocked(database.url, within);
          await mysqlSql(database.url, `KILL ${pid}`);
          await expect.poll(() => asked.said.join('\n'), { timeout: 20_000 }).toContain('looking again');
          await blocking.query('ROLLBACK');
          const report = await running;
          expect(nameOf(report), JSON.stringify(report.error)).toBe(
            byHand === undefined ? 'done' : 'statement-in-doubt',
          );
          return asked;
        }),
    );

    test('SIGTERM: it ends soon, says so, and leaves no lock', { timeout: 60_000 }, (context) =>
      disturbed(context, async (database, blocking) => {
        const { child, ended } = cli(['migrate', made.dir, '--url', database.url]);
        await untilMysqlBlocked(database.url, within);
        const began = Date.now();
        child.kill('SIGTERM');
        const { code, err } = await ended;
        expect({ code, soon: Date.now() - began < 8_000 }, err).toEqual({ code: 75, soon: true });
        expect(err).toMatch(
          /interrupted: migrations\/1_within\.sql:2 was under way and was cancelled|interrupted: the connection was lost/,
        );
        await blocking.query('ROLLBACK');
        return at.request(database.url);
      }),
    );
  });
});
