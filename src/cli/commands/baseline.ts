import { MooringError } from '../../api/api.ts';
import { baseline as adopt } from '../../runner/runner.ts';
import { type Command, flag, text } from '../command.ts';
import { DIR, WRITES } from '../options.ts';
import { printRun } from '../print/run.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const baseline: Command = {
  name: 'baseline',
  summary: 'adopt an existing database as it stands; changes nothing in it',
  args: [DIR],
  options: [
    {
      flags: '--version <id>',
      text: 'migrations up to this one count as applied; 0: none; default: all of DIR',
    },
    { flags: '--take-over', text: 'the history of another DatabaseSchema becomes ours' },
    {
      flags: '--from-history',
      text: "take the version from another tool's history table (not built yet: refused)",
    },
    ...WRITES,
  ],
  exits: '0 adopted, 2 failed, 3 refused, 75 try again later',
  async run(given, io) {
    if (flag(given, 'fromHistory')) {
      throw new MooringError(
        'not-supported',
        "--from-history: other tools' history tables are not read yet",
        {
          hint: 'Look up the newest version in that table, and say it: mooring baseline DIR --version V --url …',
        },
      );
    }
    const request = await requestOf(
      given,
      io,
      given.args.DIR === undefined ? undefined : await loadDirectory(given),
    );
    const version = text(given, 'version');
    // Without a definition the history has no owner yet: the first definition that migrates becomes it.
    const report = await adopt(
      { ...request, owner: request.owner === '' ? '/' : request.owner },
      {
        ...(version === undefined ? {} : { version }),
        takeOver: flag(given, 'takeOver'),
      },
    );
    return printRun(io, report, text(given, 'output'));
  },
};
