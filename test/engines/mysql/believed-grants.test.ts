import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CatalogScope, compareCatalogs } from '../../../src/catalog/catalog.ts';
import { engineOf } from '../../../src/engines/engines.ts';
import { ROOT } from '../../support/cache.ts';
import { mysqlServers, sharedMysql } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';

// The same statements in a database, where the server keeps what they give, and in a scratch one, where nobody gets it.
const FOLDER = join(ROOT, 'test/cases/grants-mysql');
const SCOPE: CatalogScope = { schemas: 'all', ignore: [], include: ['privileges', 'owners'] };
const { there, missing } = mysqlServers();

for (const reason of missing) skipAloud(reason)(`rights in scratch databases: ${reason}`, () => {});

const ACCOUNTS = [
  "CREATE USER IF NOT EXISTS mooring_writer@'%' IDENTIFIED BY 'Writer-1-of-these'",
  "CREATE USER IF NOT EXISTS 'mooring reader'@'10.0.%' IDENTIFIED BY 'Reader-1-of-these'",
  'CREATE ROLE IF NOT EXISTS mooring_role',
];

describe.each(there)('$kind $version', ({ kind, version }) => {
  const cases = readdirSync(FOLDER).filter(
    (name) => !/\.\w+\.sql$/.test(name) || name.endsWith(`.${kind}.sql`),
  );

  test.each(cases.sort())('%s', async (name) => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const engine = await engineOf(kind);
    const session = await engine.connect(targetOf(database.url));
    const scratch = await session.scratch();
    try {
      for (const sql of ACCOUNTS) await session.execute({ sql, line: 1, column: 1, endLine: 1 });
      const text = readFileSync(join(FOLDER, name), 'utf8');
      for (const statement of engine.dialect.split({ file: name, text })) {
        await session.execute(statement);
        await scratch.execute(statement);
      }
      const { catalog: real } = await session.readCatalog(SCOPE);
      const { catalog: believed } = await scratch.readCatalog(SCOPE);
      expect(compareCatalogs(real, believed)).toEqual([]);
      expect([...believed.objects.values()].some((object) => object.kind === 'grant')).toBe(
        /grant/i.test(text),
      );
      for (const [key, { dependsOn }] of real.objects)
        expect(believed.objects.get(key)?.dependsOn ?? dependsOn).toEqual(dependsOn);
    } finally {
      await scratch.close();
      await session.close();
      await database.drop();
    }
  });

  test.each([
    'GRANT SELECT ON *.* TO mooring_writer',
    'GRANT SELECT ON mysql.user TO mooring_writer',
    'GRANT mooring_role TO mooring_writer',
    'REVOKE ALL PRIVILEGES, GRANT OPTION FROM mooring_writer',
    'GRANT SELECT ON * TO CURRENT_USER',
  ])('refused in a scratch database: %s', async (sql) => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const session = await (await engineOf(kind)).connect(targetOf(database.url));
    const scratch = await session.scratch();
    try {
      await expect(scratch.execute({ sql, line: 1, column: 1, endLine: 1 })).rejects.toMatchObject({
        code: 'scratch-refused',
      });
    } finally {
      await scratch.close();
      await session.close();
      await database.drop();
    }
  });

  test('rights that nobody is told to look at', async () => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const session = await (await engineOf(kind)).connect(targetOf(database.url));
    const scratch = await session.scratch();
    try {
      await scratch.execute({ sql: 'GRANT SELECT ON * TO mooring_writer', line: 1, column: 1, endLine: 1 });
      await expect(scratch.readCatalog({ ...SCOPE, include: [] })).rejects.toMatchObject({
        code: 'scratch-refused',
        message: 'rights are given (`mooring_writer`@`%` on database), and nobody is told to look at them',
        hint: 'Set spec.scope.include: [privileges], or take GRANT and REVOKE out of the files.',
      });
    } finally {
      await scratch.close();
      await session.close();
      await database.drop();
    }
  });

  test('accounts are told with owners: how they log in and what they are, no secret', async () => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const session = await (await engineOf(kind)).connect(targetOf(database.url));
    const run = (sql: string) => session.execute({ sql, line: 1, column: 1, endLine: 1 });
    const user = `u${database.name.slice(-8)}`;
    try {
      await run(`CREATE USER ${user}@'%' IDENTIFIED BY 'Account-1-of-these'`);
      const { catalog: before } = await session.readCatalog(SCOPE);
      expect(before.objects.has(`account \`${user}\`@\`%\``)).toBe(false);
      await run(`GRANT SELECT ON * TO ${user}@'%'`);
      const { catalog: granted } = await session.readCatalog(SCOPE);
      await run(`ALTER USER ${user}@'%' WITH MAX_QUERIES_PER_HOUR 10 ACCOUNT LOCK`);
      await run('CREATE ROLE IF NOT EXISTS mooring_role');
      await run(`GRANT mooring_role TO ${user}@'%'`);
      const { catalog: locked } = await session.readCatalog(SCOPE);
      const [change] = compareCatalogs(granted, locked);
      expect(change?.object).toBe(`account \`${user}\`@\`%\``);
      expect(change?.details).toEqual([
        'limits: none → MAX_QUERIES_PER_HOUR 10',
        'locked: none → true',
        `roles: none → ["\`mooring_role\`${kind === 'mysql' ? '@`%`' : ''}"]`,
      ]);
      expect(JSON.stringify([...locked.objects.values()])).not.toMatch(
        /Account-1-of-these|\*[0-9A-F]{40}|authentication/,
      );
    } finally {
      await run(`DROP USER ${user}@'%'`);
      await session.close();
      await database.drop();
    }
  });

  test('an account that may not read who may do what is told so', async () => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const engine = await engineOf(kind);
    const session = await engine.connect(targetOf(database.url));
    const run = (sql: string) => session.execute({ sql, line: 1, column: 1, endLine: 1 });
    const user = `v${database.name.slice(-8)}`;
    try {
      await run(`CREATE USER ${user}@'%' IDENTIFIED BY 'Account-1-of-these'`);
      await run(`GRANT ALL ON ${database.name}.* TO ${user}@'%'`);
      const url = new URL(database.url);
      [url.username, url.password] = [user, 'Account-1-of-these'];
      const theirs = await engine.connect(targetOf(url.href));
      await expect(theirs.readCatalog(SCOPE)).rejects.toMatchObject({
        code: 'privilege-missing',
        hint: 'Let it read the privileges (GRANT SELECT ON mysql.* TO …), or take privileges and owners out of scope.include.',
      });
      await theirs.close();
    } finally {
      await run(`DROP USER ${user}@'%'`);
      await session.close();
      await database.drop();
    }
  });
});
