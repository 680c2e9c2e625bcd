import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sharedPostgres, versions } from '../support/postgres-server.ts';
import { parseScript, runScript } from '../support/script.ts';
import { testIf } from '../support/skip.ts';
import { hasTool } from '../support/tools.ts';

const folder = join(import.meta.dirname, '../cases/scripts');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort();

/** `MOORING_UPDATE=1` writes what was printed as what is expected: read the difference before you commit it. */
const update = process.env.MOORING_UPDATE !== undefined;

for (const name of names) {
  testIf(hasTool('psql'), 'psql is not to be had')(`script ${name}`, async () => {
    const path = join(folder, name);
    const script = parseScript(readFileSync(path, 'utf8'));
    const server = await sharedPostgres(versions().at(-1) ?? 18);
    const database = await server.createDatabase();
    const printed = await runScript(script, database.url);
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
}
