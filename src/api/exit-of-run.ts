import { ERROR_CODES } from './error-codes.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { RunReport } from './report.ts';

/** What a process says of a run by its exit code, at the command line and in a Job alike. */
export function exitOfRun(report: RunReport): ExitCode {
  switch (report.result) {
    case 'done':
    case 'nothing':
      return EXIT.ok;
    case 'failed':
      return report.error === undefined ? EXIT.failed : ERROR_CODES[report.error.code].exit;
    case 'refused':
    case 'held':
    case 'superseded':
      return EXIT.refused;
  }
}
