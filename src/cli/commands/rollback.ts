import { MooringError } from '../../api/api.ts';
import { rollback as rollBack } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import { DIR, WRITES } from '../options.ts';
import { printRun } from '../print/run.ts';
import { progressIo } from '../progress.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const rollback: Command = {
  name: 'rollback',
  summary: "undo applied migrations, newest first, from the database's own record",
  args: [DIR],
  options: [
    { flags: '--to <id>', text: 'the migration that is to be the newest one; 0: before the first' },
    ...WRITES,
  ],
  exits:
    '0 undone or nothing to do, 2 failed (and all of it taken back), 3 held or refused: nothing was undone, 75 try again later',
  async run(given, io) {
    const to = text(given, 'to');
    if (to === undefined)
      throw new MooringError('usage', 'rollback: to which migration? --to is missing', {
        hint: 'mooring rollback --to ID --url …   (mooring history --url … lists them; 0: before the first)',
      });
    const request = await requestOf(
      given,
      io,
      given.args.DIR === undefined ? undefined : await loadDirectory(given),
    );
    const { progress, end } = progressIo(io);
    const report = await rollBack({ ...request, progress }, to).finally(end);
    return printRun(io, report, text(given, 'output'));
  },
};
