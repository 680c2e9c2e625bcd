import { EXIT, type ExitCode, faultOfOurs, MooringError } from '../api/api.ts';
import { COMMANDS } from './commands.ts';
import { type Io, processIo } from './io.ts';
import { printError } from './print/error.ts';
import { readQuickly } from './quick-line.ts';

/** Runs one command line; every outcome is an exit code. Only the verb that was asked for is loaded. */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<ExitCode> {
  try {
    const verb = argv.find((word) => !word.startsWith('-'));
    const load = verb === undefined ? undefined : COMMANDS[verb];
    const command = await load?.();
    const given = command === undefined ? undefined : readQuickly(command, argv);
    if (command !== undefined && given !== undefined) return await command.run(given, io);
    const commands =
      command === undefined ? await Promise.all(Object.values(COMMANDS).map((each) => each())) : [command];
    const { runByCommander } = await import('./commander.ts');
    return await runByCommander(argv, commands, io);
  } catch (error) {
    return failed(error, argv, io);
  }
}

function failed(error: unknown, argv: readonly string[], io: Io): ExitCode {
  if (error instanceof MooringError) {
    printError(io, error, argv.includes('--debug'));
    return error.exitCode;
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  printError(io, faultOfOurs(cause), argv.includes('--debug'));
  return EXIT.failed;
}
