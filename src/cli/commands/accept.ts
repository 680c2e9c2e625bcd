import { accept as acceptLive } from '../../drift/drift.ts';
import { type Command, text } from '../command.ts';
import { DIR, WRITES } from '../options.ts';
import { changeLines } from '../print/changes.ts';
import { printRun } from '../print/run.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const accept: Command = {
  name: 'accept',
  summary: 'take the live database as the new snapshot: drift becomes what we answer for',
  args: [DIR],
  options: WRITES,
  exits: '0 accepted or nothing to accept, 2 failed, 3 refused, 75 try again later',
  async run(given, io) {
    const request = await requestOf(
      given,
      io,
      given.args.DIR === undefined ? undefined : await loadDirectory(given),
    );
    const { run, changes } = await acceptLive(request);
    if (text(given, 'output') !== 'json') {
      if (changes.length > 0) io.out('accepted:');
      for (const line of changeLines(changes)) io.out(line);
    }
    return printRun(io, run, text(given, 'output'));
  },
};
