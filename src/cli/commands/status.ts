import { EXIT, envelope, type StatusReport } from '../../api/api.ts';
import { describeHolder, readStatus } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import type { Io } from '../io.ts';
import { DIR, READS } from '../options.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const status: Command = {
  name: 'status',
  summary: 'where a database stands; with DIR also what is pending',
  args: [DIR],
  options: READS,
  exits: '0 all is done, 1 something is pending, failed or in doubt, 2 failed, 75 try again later',
  async run(given, io) {
    const request = await requestOf(
      given,
      io,
      given.args.DIR === undefined ? undefined : await loadDirectory(given),
    );
    const report = await readStatus({ ...request, target: { ...request.target, readOnly: true } });
    if (text(given, 'output') === 'json') io.out(JSON.stringify(envelope('Status', report)));
    else print(io, report);
    return report.pending.length > 0 || report.failed !== null || report.inDoubt !== null
      ? EXIT.differences
      : EXIT.ok;
  },
};

function print(io: Io, report: StatusReport): void {
  const { head, applied, pending, failed, inDoubt, lock, claim, snapshot } = report;
  io.out(head === null ? 'nothing is applied' : `at ${head} (${applied} applied)`);
  if (pending.length > 0) io.out(`pending: ${pending.join(', ')}`);
  if (failed !== null) {
    io.out(
      `last run failed${failed.id === '' ? '' : ` at ${failed.id}`}, ${failed.at}: ${failed.error.message}`,
    );
    if (failed.error.hint !== undefined) io.out(`  ${failed.error.hint.replaceAll('\n', '\n  ')}`);
  }
  if (inDoubt !== null) {
    io.out(
      `statement ${inDoubt.statement} of migration ${inDoubt.id} (${inDoubt.file}:${inDoubt.line}) was begun, and that it ended well is not recorded: ${inDoubt.sql.split('\n')[0]}`,
    );
    io.out(
      lock === null
        ? '  mooring migrate settles it, or says what to look at'
        : '  the run that holds the lock may still be at it',
    );
  }
  if (lock !== null) io.out(`lock ${describeHolder(lock)}`);
  if (claim !== null)
    io.out(
      `claimed by ${claim.owner.replace(/^\//, '')} with ${claim.bundle.slice(0, 19) || 'no bundle'} at ${claim.at} (${claim.by})`,
    );
  if (snapshot !== null) io.out(`snapshot ${snapshot.fingerprint.slice(0, 15)}… of ${snapshot.at}`);
}
