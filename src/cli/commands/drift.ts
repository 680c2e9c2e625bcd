import { EXIT, envelope, MooringError } from '../../api/api.ts';
import { readDrift } from '../../drift/drift.ts';
import { type Command, flag, text } from '../command.ts';
import { DIR, READS } from '../options.ts';
import { changeLines } from '../print/changes.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const drift: Command = {
  name: 'drift',
  summary: 'compare the live database with what was recorded',
  args: [DIR],
  options: [{ flags: '--revert', text: 'put back what drifted (not built yet: refused)' }, ...READS],
  exits: '0 no drift, 1 drift, 2 failed, 3 refused, 75 try again later',
  async run(given, io) {
    if (flag(given, 'revert')) {
      throw new MooringError(
        'not-supported',
        'drift --revert: plans from one catalog to another are not built yet',
        {
          hint: 'Put it back by hand as the output of mooring drift names it; or keep it: mooring accept --url …',
        },
      );
    }
    const loaded = given.args.DIR === undefined ? undefined : await loadDirectory(given);
    const report = await readDrift(await requestOf(given, io, loaded), loaded !== undefined);
    if (text(given, 'output') === 'json') io.out(JSON.stringify(envelope('Drift', report)));
    else {
      for (const line of changeLines(report.changes)) io.out(line);
      for (const id of report.ahead) io.out(`ahead: ${id} is applied and not in Git`);
      if (report.notRecorded.length > 0)
        io.out(
          `not yet recorded (no drift): ${report.notRecorded.slice(0, 10).join(', ')}${report.notRecorded.length > 10 ? ' …' : ''}`,
        );
      if (report.unmodelled.length > 0)
        io.out(`not modelled, so not compared: ${report.unmodelled.join(', ')}`);
      if (report.quiet !== undefined) io.err(`no verdict: ${report.quiet}`);
      else if (!report.drifted) io.out(`no drift since ${report.snapshot?.at}`);
      else if (report.changes.length === 0)
        io.err('hint: bring the files back into Git, or take it back: mooring rollback --to ID --url …');
      else
        io.err(
          'hint: to keep it: mooring accept --url …; to undo it, put the objects back by hand or by a migration',
        );
    }
    return report.drifted ? EXIT.differences : EXIT.ok;
  },
};
