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
  test('a scratch database keeps to itself', async () => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const session = await (await engineOf(kind)).connect(targetOf(database.url));
    const scratch = await session.scratch();
    const run = (sql: string) => scratch.execute({ sql, line: 1, column: 1, endLine: 1 });
    try {
      await run('CREATE TABLE t (user int)');
      await expect(run(`CREATE TABLE ${database.name}.t (a int)`)).rejects.toMatchObject({
        code: 'scratch-refused',
      });
      await expect(run(`USE ${database.name}`)).rejects.toMatchObject({ code: 'scratch-refused' });
      await expect(run(`DROP DATABASE ${database.name}`)).rejects.toMatchObject({ code: 'scratch-refused' });
      expect(
        (await session.readCatalog({ schemas: 'all', ignore: [], include: [] })).catalog.objects.has(
          'table t',
        ),
      ).toBe(false);
    } finally {
      await scratch.close();
      await session.close();
      await database.drop();
    }
  });
});
