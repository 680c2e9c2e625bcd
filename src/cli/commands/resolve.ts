import { MooringError } from '../../api/api.ts';
import { resolve as resolveStatement } from '../../runner/runner.ts';
import { type Command, flag, text } from '../command.ts';
import { WRITES } from '../options.ts';
import { printRun } from '../print/run.ts';
import { requestOf } from '../request.ts';

export const resolve: Command = {
  name: 'resolve',
  summary: 'settle a statement in doubt: you have looked, and say whether it ran',
  args: [{ name: 'ID:N', text: 'migration and number of the statement, as the error named them' }],
  options: [
    { flags: '--ran', text: 'it has run' },
    { flags: '--not-ran', text: 'it has not run' },
    ...WRITES,
  ],
  exits: '0 written down, 2 failed, 3 refused, 75 try again later',
  async run(given, io) {
    const wanted = /^(.+):(\d+)$/.exec(given.args['ID:N'] ?? '');
    if (wanted === null)
      throw new MooringError(
        'usage',
        `resolve ${given.args['ID:N']}: expected a migration and a statement's number, as 7:3`,
        { hint: 'mooring resolve ID:N --ran --url …' },
      );
    if (flag(given, 'ran') === flag(given, 'notRan'))
      throw new MooringError('usage', 'resolve: say either --ran or --not-ran', {
        hint: `mooring resolve ${wanted[0]} --ran --url …`,
      });
    const request = await requestOf(given, io, undefined);
    const report = await resolveStatement(request, {
      id: wanted[1] ?? '',
      statement: Number(wanted[2]),
      ran: flag(given, 'ran'),
    });
    return printRun(io, report, text(given, 'output'));
  },
};
