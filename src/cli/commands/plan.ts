import { EXIT, envelope } from '../../api/api.ts';
import { approval } from '../../plan/plan.ts';
import { planPending } from '../../runner/runner.ts';
import { type Command, flag, text } from '../command.ts';
import { COUNT, DIR, OPTIONS, READS } from '../options.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'what a run would do now',
  args: [DIR],
  options: [...READS, COUNT, OPTIONS.scratch],
  exits: '0 nothing pending, 1 something pending, 2 failed, 3 a run would be refused, 75 try again later',
  async run(given, io) {
    const request = await requestOf(given, io, await loadDirectory(given));
    const report = await planPending(
      { ...request, target: { ...request.target, readOnly: true } },
      flag(given, 'count'),
    );
    if (text(given, 'output') === 'json') io.out(JSON.stringify(envelope('Plan', report)));
    else {
      for (const { id, phase, transactional, statements } of report.pending) {
        io.out(
          `${id}  ${phase}, ${statements.length} ${statements.length === 1 ? 'statement' : 'statements'}, ${transactional ? 'one transaction' : 'statement by statement'}`,
        );
        for (const { sql, line, hazards } of statements) {
          // Of a plan, which nobody has written, all is shown.
          if (line === 0) io.out(`  ${sql.replaceAll('\n', '\n  ')};`);
          else io.out(`  ${String(line).padStart(4)}  ${sql.split('\n')[0]?.slice(0, 100)}`);
          for (const { code, object, detail } of hazards)
            io.out(`        ${code}: ${object === '' ? '' : `${object}: `}${detail}`);
        }
      }
      if (report.undo.length > 0) io.out(`applied, and not in these files: ${report.undo.join(', ')}`);
      if (report.pending.length === 0) io.out('nothing pending');
    }
    const { refused, unapproved } = report;
    if (refused.length + unapproved.length > 0) {
      for (const { code, object } of refused)
        io.err(`refused by hazards.refuse: ${code}${object === '' ? '' : ` (${object})`}`);
      for (const { code, object } of unapproved)
        io.err(`nobody has approved: ${code}${object === '' ? '' : ` (${object})`}`);
      const what = unapproved.length > 0 ? 'this plan' : 'these migrations';
      io.err(`hint: to approve ${what}, below spec of mooring.yaml:\n${approval(report.digest)}`);
      return EXIT.refused;
    }
    return report.pending.length > 0 ? EXIT.differences : EXIT.ok;
  },
};
