import { Command as Commander, CommanderError, Option } from 'commander';
import { EXIT, type ExitCode, MooringError } from '../api/api.ts';
import type { Command, Given } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Io } from './io.ts';

/**
 * Reads a command line with all that belongs to it: help, defaults, what was probably meant. Loaded only where
 * `readQuickly` does not know what to make of one. Throws `usage`.
 */
export async function runByCommander(
  argv: readonly string[],
  commands: readonly Command[],
  io: Io,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = programOf(io);
  for (const command of commands) {
    addCommand(program, command, async (given) => {
      code = await command.run(given, io);
    });
  }
  if (argv.length === 0) {
    io.err(program.helpInformation());
    return EXIT.failed;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    throw usage(error, argv);
  }
}

function programOf(io: Io): Commander {
  return new Commander('mooring')
    .description('GitOps for database schemas: migrate, gate, roll back, find drift.')
    .enablePositionalOptions()
    .option('-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: (out) => io.out(out), writeErr: () => {}, outputError: () => {} })
    .showHelpAfterError(false);
}

function addCommand(program: Commander, command: Command, action: (given: Given) => Promise<void>): void {
  const sub = program
    .command(command.name, { hidden: command.hidden === true })
    .description(command.summary)
    .exitOverride();
  for (const { name, text, optional } of command.args)
    sub.argument(optional === true ? `[${name}]` : `<${name}>`, text);
  for (const spec of command.options) {
    const option = new Option(spec.flags, spec.text);
    if (spec.choices !== undefined) option.choices([...spec.choices]);
    if (spec.fallback !== undefined) option.default(spec.fallback);
    if (spec.repeat === true)
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    sub.addOption(option);
  }
  sub.option('--debug', 'show where an error came from');
  sub.addHelpText('after', `\nExit codes: ${command.exits}`);
  sub.action(async (...all: unknown[]) => {
    const values = all.slice(0, command.args.length) as (string | undefined)[];
    const args = Object.fromEntries(command.args.map(({ name }, n) => [name, values[n]]));
    await action({ args, options: sub.opts() });
  });
}

function usage(error: CommanderError, argv: readonly string[]): MooringError {
  const verb = argv.find((word) => word in COMMANDS);
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*?)\?\)/, '; did you mean $1?');
  return new MooringError('usage', message, {
    hint: `mooring ${verb === undefined ? '' : `${verb} `}--help`,
  });
}
