import { type ExitCode, envelope, exitOfRun, type RunReport } from '../../api/api.ts';
import type { Io } from '../io.ts';
import { printError } from './error.ts';

/** A run for people, or as JSON; returns what the process is to say. */
export function printRun(io: Io, report: RunReport, output: string | undefined): ExitCode {
  for (const note of report.notes) io.err(`note: ${note}`);
  if (output === 'json') io.out(JSON.stringify(envelope('Run', report)));
  else printText(io, report);
  if (report.error !== undefined) printError(io, report.error);
  return exitOfRun(report);
}

function printText(io: Io, report: RunReport): void {
  for (const { id, ms } of report.applied) io.out(`applied ${id} (${ms} ms)`);
  for (const { id, exact, differences } of report.undone) {
    io.out(`undone ${id}${exact ? '' : ' (not exact)'}`);
    for (const change of differences)
      io.out(
        `  ${change.object} ${change.change}${change.details.length === 0 ? '' : `: ${change.details.join('; ')}`}`,
      );
  }
  if (report.absorbed.length > 0)
    io.out(`absorbed (was drift, changed by this run): ${report.absorbed.join(', ')}`);
  if (report.result === 'nothing') io.out('nothing to do');
  for (const held of report.held) {
    io.err(`held[${held.reason}]: ${held.message}`);
    if (held.allow !== '') io.err(`hint: to do it all the same, add: ${held.allow}`);
    else io.err('hint: nothing was undone; what cannot be undone by its own undo needs a new migration');
  }
}
