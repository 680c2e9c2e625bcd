import { EXIT, envelope } from '../../api/api.ts';
import { readHistoryReport } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import { DIR, READS } from '../options.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const history: Command = {
  name: 'history',
  summary: 'everything that was done to a database, oldest first',
  args: [DIR],
  options: READS,
  exits: '0 shown, 2 failed, 75 try again later',
  async run(given, io) {
    const request = await requestOf(
      given,
      io,
      given.args.DIR === undefined ? undefined : await loadDirectory(given),
    );
    const report = await readHistoryReport({ ...request, target: { ...request.target, readOnly: true } });
    if (text(given, 'output') === 'json') io.out(JSON.stringify(envelope('History', report)));
    else {
      for (const { seq, at, action, id, state, ms, by } of report.entries)
        io.out(
          `${String(seq).padStart(4)}  ${at}  ${action.padEnd(8)} ${state.padEnd(6)} ${id || '-'}  (${ms} ms, ${by})`,
        );
      if (report.entries.length === 0) io.out('no history');
    }
    return EXIT.ok;
  },
};
