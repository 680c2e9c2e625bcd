import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CatalogScope, compareCatalogs } from '../../../src/catalog/catalog.ts';
import { engineOf } from '../../../src/engines/engines.ts';
import { ROOT } from '../../support/cache.ts';
import { mysqlServers } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';
import { withScratch } from './with-scratch.ts';

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

describe.each(there)('$kind $version', (server) => {
  const cases = readdirSync(FOLDER).filter(
    (name) => !/\.\w+\.sql$/.test(name) || name.endsWith(`.${server.kind}.sql`),
  );

  test.each(cases.sort())('%s', (name) =>
    withScratch(server, async ({ session, scratch, run, script }) => {
      for (const sql of ACCOUNTS) await run(sql);
      const text = readFileSync(join(FOLDER, name), 'utf8');
      await script(session, name, text);
      await script(scratch, name, text);
      const { catalog: real } = await session.readCatalog(SCOPE);
      const { catalog: believed } = await scratch.readCatalog(SCOPE);
      expect(compareCatalogs(real, believed)).toEqual([]);
      expect([...believed.objects.values()].some(({ kind }) => kind === 'grant')).toBe(/grant/i.test(text));
      for (const [key, { dependsOn }] of real.objects)
        expect(believed.objects.get(key)?.dependsOn ?? dependsOn).toEqual(dependsOn);
    }),
  );

  test.each([
    'GRANT SELECT ON *.* TO mooring_writer',
    'GRANT SELECT ON mysql.user TO mooring_writer',
    'GRANT mooring_role TO mooring_writer',
    'REVOKE ALL PRIVILEGES, GRANT OPTION FROM mooring_writer',
    'GRANT SELECT ON * TO CURRENT_USER',
  ])('refused in a scratch database: %s', (sql) =>
    withScratch(server, async ({ tryOut }) => {
      await expect(tryOut(sql)).rejects.toMatchObject({ code: 'scratch-refused' });
    }),
  );

  test('rights that nobody is told to look at', () =>
    withScratch(server, async ({ scratch, tryOut }) => {
      await tryOut('GRANT SELECT\n  ON * TO mooring_writer');
      await expect(scratch.readCatalog({ ...SCOPE, include: [] })).rejects.toMatchObject({
        code: 'scratch-refused',
        message: 'rights are given (GRANT SELECT ON * TO mooring_writer), and nobody is told to look at them',
        hint: 'Set spec.scope.include: [privileges], or take GRANT and REVOKE out of the files.',
      });
    }));

  test('accounts are told with owners: how they log in and what they are, no secret', () =>
    withScratch(server, async ({ kind, name, session, run }) => {
      const user = `u${name.slice(-8)}`;
      const account = `account \`${user}\`@\`%\``;
      await run(`CREATE USER ${user}@'%' IDENTIFIED BY 'Account-1-of-these'`);
      try {
        const { catalog: before } = await session.readCatalog(SCOPE);
        expect(before.objects.has(account)).toBe(false);
        await run(`GRANT SELECT ON * TO ${user}@'%'`);
        const { catalog: granted } = await session.readCatalog(SCOPE);
        await run(`ALTER USER ${user}@'%' WITH MAX_QUERIES_PER_HOUR 10 ACCOUNT LOCK`);
        await run('CREATE ROLE IF NOT EXISTS mooring_role');
        await run(`GRANT mooring_role TO ${user}@'%'`);
        const { catalog: locked } = await session.readCatalog(SCOPE);
        expect(compareCatalogs(granted, locked)).toMatchObject([
          {
            object: account,
            details: [
              'limits: none → MAX_QUERIES_PER_HOUR 10',
              'locked: none → true',
              `roles: none → ["\`mooring_role\`${kind === 'mysql' ? '@`%`' : ''}"]`,
            ],
          },
        ]);
        expect(JSON.stringify([...locked.objects.values()])).not.toMatch(
          /Account-1-of-these|\*[0-9A-F]{40}|authentication/,
        );
      } finally {
        await run(`DROP USER ${user}@'%'`);
      }
    }));

  test('an account that may not read who may do what is told so', () =>
    withScratch(server, async ({ kind, name, url, run }) => {
      const user = `v${name.slice(-8)}`;
      await run(`CREATE USER ${user}@'%' IDENTIFIED BY 'Account-1-of-these'`);
      try {
        await run(`GRANT ALL ON ${name}.* TO ${user}@'%'`);
        const theirs = new URL(url);
        [theirs.username, theirs.password] = [user, 'Account-1-of-these'];
        const session = await (await engineOf(kind)).connect(targetOf(theirs.href));
        await expect(session.readCatalog(SCOPE)).rejects.toMatchObject({
          code: 'privilege-missing',
          message: expect.stringMatching(
            new RegExp(`^who may do what in ${name} cannot be read by this account: .*denied`),
          ),
          hint: 'Let it read the privileges (GRANT SELECT ON mysql.* TO …), or take privileges and owners out of scope.include.',
        });
        await session.close();
      } finally {
        await run(`DROP USER ${user}@'%'`);
      }
    }));
});
