import type { ErrorReport, MooringError } from '../../api/api.ts';
import { redact } from '../../api/api.ts';
import type { Io } from '../io.ts';

/** `error[code]: message`, the server's own words, the hint; with `debug` where it came from. */
export function printError(io: Pick<Io, 'err'>, error: MooringError | ErrorReport, debug = false): void {
  io.err(`error[${error.code}]: ${error.message}`);
  if (error.server?.detail !== undefined) io.err(`  detail: ${error.server.detail}`);
  if (error.server?.hint !== undefined) io.err(`  server's hint: ${error.server.hint}`);
  if ('problems' in error) {
    for (const problem of error.problems)
      if (!error.message.includes(problem.message)) io.err(`  ${problem.message}`);
  }
  for (const [n, line] of error.hint
    .split('\n')
    .filter((each) => each !== '')
    .entries()) {
    io.err(`${n === 0 ? 'hint: ' : '      '}${line}`);
  }
  if (debug && error instanceof Error) io.err(redact(stackOf(error)));
}

function stackOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by: ${stackOf(error.cause)}` : own;
}
