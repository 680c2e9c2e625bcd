import type { Command, Given, OptionSpec } from './command.ts';

interface Option extends OptionSpec {
  readonly short: string | undefined;
  readonly long: string;
  /** As `Given` has it. */
  readonly name: string;
  readonly takesValue: boolean;
}

/**
 * A command line that is as it should be, read without what a program for command lines costs: loading it takes longer
 * than rendering a schema directory. Undefined for anything else (help, an option that is not known, a word too many),
 * which is then for the real one.
 */
export function readQuickly(command: Command, argv: readonly string[]): Given | undefined {
  if (argv[0] !== command.name) return undefined;
  const known = [...command.options, { flags: '--debug', text: '' }].map(optionOf);
  const words: string[] = [];
  const options: Record<string, unknown> = {};
  for (const { name, fallback } of known) if (fallback !== undefined) options[name] = fallback;
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const [flag = '', inline] = word.startsWith('--') ? splitAtEquals(word) : [word];
    const option = known.find(({ long, short }) => flag === long || flag === short);
    if (option === undefined) return undefined;
    if (!option.takesValue) {
      if (inline !== undefined) return undefined;
      options[option.name] = true;
      continue;
    }
    const value = inline ?? argv[++at];
    if (value === undefined || (inline === undefined && value.startsWith('-'))) return undefined;
    if (option.choices !== undefined && !option.choices.includes(value)) return undefined;
    const before = options[option.name];
    options[option.name] = option.repeat === true ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  const fewest = command.args.filter(({ optional }) => optional !== true).length;
  if (words.length < fewest || words.length > command.args.length) return undefined;
  return { args: Object.fromEntries(command.args.map(({ name }, n) => [name, words[n]])), options };
}

function splitAtEquals(word: string): readonly [string, string?] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function optionOf(spec: OptionSpec): Option {
  const long = /--[-a-z]+/.exec(spec.flags)?.[0] ?? '';
  return {
    ...spec,
    long,
    short: /^-[a-zA-Z]/.exec(spec.flags)?.[0],
    name: long.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    takesValue: spec.flags.includes('<'),
  };
}
