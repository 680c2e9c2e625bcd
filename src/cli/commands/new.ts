import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { EXIT, MooringError } from '../../api/api.ts';
import { theDefinition } from '../../definition/definition.ts';
import { nextMigrationName, readTree } from '../../migrations/migrations.ts';
import { type Command, text } from '../command.ts';

export const newMigration: Command = {
  name: 'new',
  summary: 'write the next migration and its undo',
  args: [{ name: 'DESCRIPTION', text: 'a few words' }],
  options: [{ flags: '--dir <dir>', text: 'the schema directory', fallback: '.' }],
  exits: '0 written, 2 failed',
  async run(given, io) {
    const dir = text(given, 'dir') ?? '.';
    const { found, paths } = await existing(dir);
    const names = nextMigrationName(paths, given.args.DESCRIPTION ?? '', io.now());
    const folder = join(found.dir, found.definition.spec.migrations.path);
    for (const [name, content] of [
      [
        names.migration,
        '-- What this migration does, as SQL. One transaction, unless: -- mooring: transaction=off\n',
      ],
      [
        names.undo,
        '-- What takes it back. Delete this file if nothing does, and say so above: -- mooring: irreversible\n',
      ],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, content, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
        throw new MooringError('file-unreadable', `${path}: cannot be written: ${cause.message}`, {
          file: path,
          hint: 'Is the folder there, and may you write to it?',
          cause,
        });
      });
      io.out(path);
    }
    return EXIT.ok;
  },
};

async function existing(dir: string) {
  const found = await theDefinition(dir);
  const { mode, desired } = found.definition.spec;
  if (mode === 'declarative')
    throw new MooringError(
      'usage',
      `new: ${found.file} says spec.mode: declarative, so there are no migrations`,
      {
        file: found.file,
        hint: `Edit the files that say what the schema is: ${desired.join(', ')}. See what that leads to: mooring plan ${found.dir} --url …`,
      },
    );
  const files = await readTree(found.dir, found.definition);
  return { found, paths: files.map((file) => posix.basename(file.path)) };
}
