import { readFile } from 'node:fs/promises';
import { type EngineName, EXIT, MooringError } from '../../api/api.ts';
import { engineNames, engineOf } from '../../engines/engines.ts';
import { decodeSql } from '../../sql/sql.ts';
import { type Command, text } from '../command.ts';
import { OPTIONS } from '../options.ts';

export const split: Command = {
  name: 'split',
  summary: 'the statements of a file as a run would send them',
  args: [{ name: 'FILE', text: 'an SQL file' }],
  options: [
    { flags: '--engine <name>', text: 'whose SQL it is', choices: engineNames, fallback: 'postgres' },
    OPTIONS.output,
  ],
  exits: '0 split, 2 the file cannot be split',
  async run(given, io) {
    const file = given.args.FILE ?? '';
    const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
      throw new MooringError('file-not-found', `${file}: cannot be read: ${cause.message}`, {
        file,
        hint: 'Name a file.',
        cause,
      });
    });
    const engine = await engineOf(text(given, 'engine') as EngineName);
    const statements = engine.dialect.split({ file, text: decodeSql(bytes, file).text });
    if (text(given, 'output') === 'json') {
      io.out(
        JSON.stringify(
          statements.map(({ sql, line, endLine, data }) => ({
            sql,
            line,
            endLine,
            ...(data === undefined ? {} : { data }),
          })),
        ),
      );
    } else {
      for (const { sql, line, data } of statements)
        io.out(`-- line ${line}\n${sql};${data === undefined ? '' : `\n${data}\\.`}\n`);
    }
    return EXIT.ok;
  },
};
