import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batchClient, mysqlServers, sharedMysql } from '../support/mysql-server.ts';
import { parseScript, runScript } from '../support/script.ts';
import { skipAloud } from '../support/skip.ts';

const folder = join(import.meta.dirname, '../cases/scripts-mysql');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort();
const { there, missing } = mysqlServers();
for (const reason of missing) skipAloud(reason)('scripts', () => {});

/** `MOORING_UPDATE=1` writes what was printed as what is expected: read the difference before you commit it. */
const update = process.env.MOORING_UPDATE !== undefined;

describe.each(there)('$kind $version', (server) => {
  // `NAME.<flavour>.txt`: of that one alone.
  const meant = names.filter((name) => !/\.\w+\.txt$/.test(name) || name.endsWith(`.${server.kind}.txt`));
  test.each(meant)('script %s', async (name) => {
    const path = join(folder, name);
    const script = parseScript(readFileSync(path, 'utf8'));
    const database = await (await sharedMysql(server.kind, server.version)).createDatabase();
    const url = database.url.replace(/^mysql:/, `${server.kind}:`);
    const client = {
      engine: server.kind,
      client: 'mysql',
      run: (at: string, sql: string) => batchClient(server, at, sql, ['--skip-column-names']),
    };
    const printed = await runScript(script, url, client);
    const got = script.commands
      .map(({ line }, n) => `$ ${line}\n${printed[n] === '' ? '' : `${printed[n]}\n`}`)
      .join('');
    if (update) writeFileSync(path, `${script.head}${got}${script.files}`);
    else
      expect(got).toBe(
        script.commands
          .map(({ line, expected }) => `$ ${line}\n${expected === '' ? '' : `${expected}\n`}`)
          .join(''),
      );
    await database.drop();
  });
});
