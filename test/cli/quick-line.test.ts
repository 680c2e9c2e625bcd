import { describe, expect, test } from 'vitest';
import type { Command, Given } from '../../src/cli/command.ts';
import { runByCommander } from '../../src/cli/commander.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { readQuickly } from '../../src/cli/quick-line.ts';

/** What the real parser makes of a command line; undefined if it refuses it or prints help. */
async function byCommander(command: Command, argv: readonly string[]): Promise<Given | undefined> {
  let seen: Given | undefined;
  const listening: Command = {
    ...command,
    run: async (given) => {
      seen = given;
      return 0;
    },
  };
  const io = {
    env: {},
    signal: new AbortController().signal,
    isTerminal: false,
    now: () => new Date(0),
    out: () => {},
    err: () => {},
  };
  await runByCommander(argv, [listening], io).catch(() => undefined);
  return seen;
}

const WORDS = [
  'DIR',
  'x',
  '--url',
  'postgres://a@b/c',
  '--url=u',
  '--schema',
  's',
  '--schema=t',
  '--allow',
  'a,b',
  '-o',
  'json',
  '-ojson',
  'text',
  '--output',
  '--output=json',
  '--debug',
  '--check',
  '--target',
  'argocd',
  'flux',
  '--out',
  '--out=o',
  '--env',
  'prod',
  '--image',
  '-',
  '--',
  '--help',
  '-h',
  '--nope',
  '--ran',
  '--not-ran',
  '--version',
  '--check=1',
  '',
  '--pooler',
  'session',
];

/** A linear congruential generator: the same lines in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('what is read quickly is what commander would have read', () => {
  test.each(Object.keys(COMMANDS))('%s', async (name) => {
    const command = await COMMANDS[name]?.();
    if (command === undefined) expect.unreachable();
    const random = generator(name.length);
    let quick = 0;
    for (let round = 0; round < 300; round += 1) {
      const argv = [name, ...Array.from({ length: random(5) }, () => WORDS[random(WORDS.length)] ?? '')];
      const given = readQuickly(command, argv);
      if (given === undefined) continue;
      quick += 1;
      expect(given, argv.join(' ')).toEqual(await byCommander(command, argv));
    }
    expect(quick).toBeGreaterThan(3);
  });
});
