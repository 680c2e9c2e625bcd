import type { ExitCode } from '../api/api.ts';
import type { Io } from './io.ts';

/** What the command line gave: positional arguments by name, options by their long names in camel case. */
export interface Given {
  readonly args: Readonly<Record<string, string | undefined>>;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface OptionSpec {
  /** As commander takes it: `-o, --output <format>`. */
  readonly flags: string;
  readonly text: string;
  readonly choices?: readonly string[];
  readonly fallback?: string;
  /** May be given several times. */
  readonly repeat?: boolean;
}

/** One verb: what it takes, what it does, and what its exit codes mean. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** `DIR`, `[DIR]`, with one line each. */
  readonly args: readonly { readonly name: string; readonly text: string; readonly optional?: boolean }[];
  readonly options: readonly OptionSpec[];
  /** What we call ourselves, and nobody else: in no help. */
  readonly hidden?: true;
  /** Ends the help text. */
  readonly exits: string;
  run(given: Given, io: Io): Promise<ExitCode>;
}

export function text(given: Given, name: string): string | undefined {
  const value = given.options[name];
  return typeof value === 'string' ? value : undefined;
}

export function flag(given: Given, name: string): boolean {
  return given.options[name] === true;
}

export function list(given: Given, name: string): readonly string[] {
  const value = given.options[name];
  return Array.isArray(value)
    ? (value as string[]).flatMap((each) => each.split(',')).filter((each) => each !== '')
    : [];
}
