import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engineOf } from '../../../src/engines/engines.ts';
import { beyondDatabase } from '../../../src/engines/mysql/beyond.ts';
import { mariadb, mysql } from '../../../src/sql/sql.ts';
import { ROOT } from '../../support/cache.ts';
import { mysqlServers, sharedMysql } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';
import { withScratch } from './with-scratch.ts';

const CASES = join(ROOT, 'test/cases/beyond-mysql');
const OTHERS = new Set(['shop', 'mysql']);

describe.each([mysql, mariadb])('$name', (dialect) => {
  const why = (sql: string) => beyondDatabase(dialect, sql, 'mooring_scratch_1', OTHERS);
  const statements = (file: string) =>
    dialect.split({ file, text: readFileSync(join(CASES, file), 'utf8') }).map(({ sql }) => sql);

  test.each(statements('within.sql'))('stays within: %s', (sql) => {
    expect(why(sql)).toBeUndefined();
  });

  test.each(statements('refused.sql'))('reaches beyond: %s', (sql) => {
    expect(why(sql)).toMatch(/\w/);
  });
});

const { there, missing } = mysqlServers();
for (const reason of missing) skipAloud(reason)(`scratch databases: ${reason}`, () => {});

describe.each(there)('$kind $version', ({ kind, version }) => {
  test('a scratch database keeps to itself', () =>
    withScratch({ kind, version }, async ({ name, session, tryOut }) => {
      await tryOut('CREATE TABLE t (user int)');
      for (const sql of [`CREATE TABLE ${name}.t (a int)`, `USE ${name}`, `DROP DATABASE ${name}`])
        await expect(tryOut(sql)).rejects.toMatchObject({ code: 'scratch-refused' });
      const { catalog } = await session.readCatalog({ schemas: 'all', ignore: [], include: [] });
      expect(catalog.objects.has('table t')).toBe(false);
    }));

  test('an account that sees nothing else may run text that is put together while it runs', async () => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const engine = await engineOf(kind);
    const session = await engine.connect(targetOf(database.url));
    const admin = async (sql: string) => session.execute({ sql, line: 1, column: 1, endLine: 1 });
    const account = `'s${database.name.slice(-8)}'@'%'`;
    await admin(`CREATE USER ${account} IDENTIFIED BY 'scratch-Pass1'`);
    const url = new URL(database.url);
    [url.username, url.password, url.pathname] = [
      `s${database.name.slice(-8)}`,
      'scratch-Pass1',
      '/information_schema',
    ];
    const dynamic = async (with_: string, sql: string): Promise<void> => {
      const own = await engine.connect(targetOf(with_));
      const scratch = await own.scratch();
      const run = (text: string) => scratch.execute({ sql: text, line: 1, column: 1, endLine: 1 });
      try {
        await run(`SET @text = '${sql}'`);
        await run('PREPARE s FROM @text');
        await run('EXECUTE s');
        await run('SELECT * FROM t');
      } finally {
        await scratch.close();
        await own.close();
      }
    };
    const create = 'CREATE TABLE t (id int)';
    try {
      await expect(dynamic(url.href, create)).rejects.toMatchObject({ code: 'privilege-missing' });
      await admin(`GRANT ALL ON \`mooring\\_scratch\\_%\`.* TO ${account}`);
      await dynamic(url.href, create);
      await expect(dynamic(url.href, `CREATE TABLE ${database.name}.t (id int)`)).rejects.toThrow(/denied/);
      await expect(dynamic(database.url, create)).rejects.toMatchObject({ code: 'scratch-refused' });
      // With a right on anything else, it is one that has to be watched.
      await admin(`GRANT SELECT ON ${database.name}.* TO ${account}`);
      await expect(dynamic(url.href, create)).rejects.toMatchObject({ code: 'scratch-refused' });
    } finally {
      await admin(`DROP USER ${account}`);
      await session.close();
      await database.drop();
    }
  });
});
