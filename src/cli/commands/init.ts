import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { EXIT, MooringError } from '../../api/api.ts';
import { type Command, text } from '../command.ts';

export const init: Command = {
  name: 'init',
  summary: 'a first schema directory',
  args: [{ name: 'DIR', text: 'where', optional: true }],
  options: [
    {
      flags: '--engine <name>',
      text: 'whose SQL it is',
      choices: ['postgres', 'mysql', 'mariadb'],
      fallback: 'postgres',
    },
    { flags: '--name <name>', text: 'of the DatabaseSchema; default: from the folder' },
    { flags: '--from <url>', text: 'take it from a live database (not built yet: refused)' },
  ],
  exits: '0 written, 2 failed',
  async run(given, io) {
    if (text(given, 'from') !== undefined) {
      throw new MooringError(
        'not-supported',
        'init --from: writing a live database as SQL is not built yet',
        {
          hint: 'mooring init, then: pg_dump --schema-only > migrations/1_initial.sql, and mooring baseline DIR --version 1 --url …',
        },
      );
    }
    const dir = given.args.DIR ?? '.';
    const file = join(dir, 'mooring.yaml');
    if (await exists(file))
      throw new MooringError('usage', `${file} is there already`, {
        file,
        hint: 'mooring new DESCRIPTION writes the next migration.',
      });
    const name = text(given, 'name') ?? nameFrom(dir);
    await mkdir(join(dir, 'migrations'), { recursive: true });
    await writeFile(file, definitionText(name, text(given, 'engine') ?? 'postgres'), { flag: 'wx' });
    await writeFile(join(dir, 'migrations', '.gitkeep'), '');
    io.out(file);
    io.err(`hint: mooring new "first tables" --dir ${dir}`);
    return EXIT.ok;
  },
};

function nameFrom(dir: string): string {
  const name = basename(resolve(dir))
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 35);
  return name === '' ? 'schema' : name;
}

function definitionText(name: string, engine: string): string {
  return `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata:
  name: ${name}
spec:
  engine: ${engine}
  connection:
    # The Secret, in the application's namespace, that holds the database's URL.
    urlFrom: {secretKeyRef: {name: ${name}-db, key: url}}
`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
