import { describe, expect, test } from 'vitest';
import { VERSION } from '../../src/api/api.ts';
import { parseDefinition } from '../../src/definition/definition.ts';
import { engineOf } from '../../src/engines/engines.ts';
import { readMigrations } from '../../src/migrations/migrations.ts';
import { migrate, type RunRequest } from '../../src/runner/runner.ts';
import { targetOf } from '../engines/servers.ts';
import { mysqlServers, sharedMysql } from '../support/mysql-server.ts';
import { skipAloud } from '../support/skip.ts';

const { there, missing } = mysqlServers();
for (const reason of missing) skipAloud(reason)(`files that say what the schema is: ${reason}`, () => {});

describe.each(there)('$kind $version', ({ kind, version }) => {
  const request = async (url: string, scratch: string, text: string): Promise<RunRequest> => {
    const definition = parseDefinition(
      `apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: shop}\nspec:\n  engine: ${kind}\n  mode: declarative\n  connection: {urlFrom: {secretKeyRef: {name: db, key: url}}}\n`,
      { file: 'mooring.yaml' },
    );
    const files = [{ path: 'schema/all.sql', bytes: Buffer.from(text) }];
    return {
      engine: await engineOf(kind),
      target: { url, pooler: 'none', schemas: 'all', application: 'mooring test', runner: VERSION },
      scratch,
      definition,
      migrations: readMigrations(files, definition),
      bundle: '',
      owner: '/shop',
      allow: new Set(),
      deadline: Date.now() + 100_000,
      patience: 0,
      progress: () => {},
    };
  };

  test('are run by an account of their own, and belong to the one that migrates', async () => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const url = database.url.replace(/^mysql:/, `${kind}:`);
    const session = await (await engineOf(kind)).connect(targetOf(database.url));
    const admin = async (sql: string) => session.execute({ sql, line: 1, column: 1, endLine: 1 });
    await admin('ALTER DATABASE CHARACTER SET latin1');
    const name = `s${database.name.slice(-8)}`;
    await admin(`CREATE USER '${name}'@'%' IDENTIFIED BY 'scratch-Pass1'`);
    await admin(`GRANT ALL ON \`mooring\\_scratch\\_%\`.* TO '${name}'@'%'`);
    const scratch = new URL(url);
    [scratch.username, scratch.password, scratch.pathname] = [name, 'scratch-Pass1', '/information_schema'];
    const tables = 'CREATE TABLE t (id int PRIMARY KEY, n varchar(9));\n';
    const more = `${tables}CREATE VIEW v AS SELECT id FROM t;\nCREATE PROCEDURE p() SELECT 1;\n`;
    try {
      for (const text of [tables, more, `${more}CREATE TABLE u (id int);\n`]) {
        const report = await migrate(await request(url, scratch.href, text));
        expect([report.result, report.error?.message]).toEqual(['done', undefined]);
        const again = await migrate(await request(url, scratch.href, text));
        expect(again.result).toBe('nothing');
      }
      const { catalog } = await session.readCatalog({ schemas: 'all', ignore: [], include: [] });
      // The scratch database had the target's defaults.
      expect(catalog.objects.get('column t.n')?.properties.collation).toMatch(/^latin1/);
      for (const key of ['view v', 'procedure p'])
        expect(catalog.objects.get(key)?.properties.definer).toBe('`tester`@`%`');
    } finally {
      await admin(`DROP USER '${name}'@'%'`);
      await session.close();
      await database.drop();
    }
  });
});
