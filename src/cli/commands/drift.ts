import { EXIT, type ExitCode, envelope } from '../../api/api.ts';
import { readDrift, revert } from '../../drift/drift.ts';
import type { RunRequest } from '../../runner/runner.ts';
import { type Command, flag, type Given, text } from '../command.ts';
import type { Io } from '../io.ts';
import { DIR, WRITES } from '../options.ts';
import { changeLines } from '../print/changes.ts';
import { printRun } from '../print/run.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const drift: Command = {
  name: 'drift',
  summary: 'compare the live database with what was recorded',
  args: [DIR],
  options: [{ flags: '--revert', text: 'put back what drifted, by a plan that is proven first' }, ...WRITES],
  exits: '0 no drift, or put back; 1 drift, 2 failed, 3 refused or held, 75 try again later',
  async run(given, io) {
    const loaded = given.args.DIR === undefined ? undefined : await loadDirectory(given);
    const request = await requestOf(given, io, loaded);
    if (flag(given, 'revert')) return putBack(request, given, io);
    const report = await readDrift(request, loaded !== undefined);
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
      else io.err(`hint: to keep it: mooring accept --url …; ${toUndo(request)}`);
    }
    return report.drifted ? EXIT.differences : EXIT.ok;
  },
};

async function putBack(request: RunRequest, given: Given, io: Io): Promise<ExitCode> {
  const { run, changes } = await revert(request);
  if (text(given, 'output') !== 'json') {
    if (changes.length > 0) io.out('put back:');
    for (const line of changeLines(changes)) io.out(line);
  }
  return printRun(io, run, text(given, 'output'));
}

function toUndo({ engine }: RunRequest): string {
  return engine.planRules !== undefined
    ? 'to put it back: mooring drift --revert --url …'
    : 'to undo it, put the objects back by hand or by a migration';
}
