import { migrate as migrateDatabase } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import { DIR, OPTIONS, WRITES } from '../options.ts';
import { printRun } from '../print/run.ts';
import { progressIo } from '../progress.ts';
import { runRequest } from '../request.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'apply what is pending; never undoes',
  args: [DIR],
  options: [...WRITES, OPTIONS.scratch],
  exits: '0 applied or nothing to do, 2 failed, 3 refused, 75 try again later (server, lock)',
  async run(given, io) {
    const request = await runRequest(given, io);
    const { progress, end } = progressIo(io);
    const report = await migrateDatabase({ ...request, progress }).finally(end);
    return printRun(io, report, text(given, 'output'));
  },
};
