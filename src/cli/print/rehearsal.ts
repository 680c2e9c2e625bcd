import { EXIT, type ExitCode, envelope, type RehearsalReport } from '../../api/api.ts';
import type { RehearsalListener } from '../../rehearsal/rehearsal.ts';
import type { Io } from '../io.ts';

/** Tells it as it goes on; with JSON nothing, the report has it all. */
export function rehearsalListener(io: Io, output: string | undefined): RehearsalListener {
  const say = output === 'json' ? () => {} : (line: string) => io.out(line);
  return {
    begins: (from, to) => {
      const named = ({ name, says }: typeof from) => (says === '' ? name : `${name} (${says})`);
      say(`from ${named(from)}\nto   ${named(to)}`);
    },
    step: (name) => say(`${name}`),
    says: (line) => say(line.replace(/^/gm, '  ')),
  };
}

/** How it ended, or all of it as JSON; returns what the process is to say. */
export function printRehearsal(
  io: Io,
  report: RehearsalReport,
  output: string | undefined,
  dir: string,
): ExitCode {
  const { from, to, steps } = report;
  const failed = steps.find(({ ok }) => !ok);
  if (output === 'json') io.out(JSON.stringify(envelope('Rehearsal', report)));
  else if (failed === undefined) io.out(`${to} leads back to ${from}, and forward again`);
  else io.out(`not well: ${failed.name}`);
  if (failed === undefined) return EXIT.ok;
  io.err(`hint: mend what it names, and again: mooring rehearse ${dir} --from ${from}`);
  return EXIT.differences;
}
