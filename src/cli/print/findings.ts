import { EXIT, type ExitCode, envelope, type Finding } from '../../api/api.ts';
import type { Io } from '../io.ts';

/** Findings for people (`file:line: severity[code]: message`), or as JSON. Information alone is no finding for the exit code. */
export function printFindings(
  io: Io,
  findings: readonly Finding[],
  output: string | undefined,
  well: string,
): ExitCode {
  if (output === 'json') io.out(JSON.stringify(envelope('Findings', { findings })));
  else {
    for (const { file, line, severity, code, message, hint } of findings) {
      io.out(`${file}:${line}: ${severity}[${code}]: ${message}`);
      if (hint !== '') io.out(`    ${hint}`);
    }
    if (findings.every((finding) => finding.severity === 'info')) io.out(well);
  }
  if (findings.some((finding) => finding.severity === 'error')) return EXIT.failed;
  return findings.some((finding) => finding.severity === 'warning') ? EXIT.differences : EXIT.ok;
}
