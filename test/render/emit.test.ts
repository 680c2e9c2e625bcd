import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { yamlDocument } from '../../src/render/render.ts';
import { NO_GO, NO_PYTHON, readByKubernetes, readByPython, YAML_JUDGES } from '../support/judges.ts';
import { testIf } from '../support/skip.ts';

type Tree = string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };

const READERS: readonly {
  readonly name: string;
  readonly there: boolean;
  readonly missing: string;
  readonly read: (yaml: string) => Promise<readonly unknown[]>;
}[] = [
  {
    name: 'js-yaml (1.2)',
    there: true,
    missing: '',
    read: async (yaml) => loadAll(yaml, { schema: CORE_SCHEMA }),
  },
  { ...YAML_JUDGES[0], missing: NO_PYTHON, read: readByPython },
  { ...YAML_JUDGES[1], missing: NO_GO, read: readByKubernetes },
];

/** What some reader of YAML takes for something else, breaks a line at, or does not let in as it is. */
const NASTY: readonly string[] = [
  ...['', ' ', '  ', '\t', '\n', '\n\n', ' \n', '\n ', '\t\n', '\r', '\r\n', '\n\r'],
  ...['y', 'Y', 'n', 'N', 'yes', 'No', 'on', 'OFF', 'true', 'False', 'null', 'NULL', '~', 'Null'],
  ...[
    '0',
    '-0',
    '+1',
    '007',
    '0o17',
    '0x1F',
    '0b11',
    '1_000',
    '12:34:56',
    '190:20:30',
    '1e3',
    '1.',
    '.5',
    '1.5e+3',
  ],
  ...['.inf', '-.INF', '.nan', '2026-01-02', '2026-01-02T03:04:05Z', '2026-01-02 03:04:05.1 +1', '=', '<<'],
  ...[
    '- a',
    '? a',
    ': a',
    'a: b',
    'a:',
    'a #b',
    '#a',
    '&a',
    '*a',
    '!a',
    '!!str a',
    '|',
    '>',
    '|2-',
    '%YAML 1.1',
    '@a',
    '`a',
  ],
  ...[
    '---',
    '--- a',
    '...',
    'a\n---\nb',
    'a\n...\nb\n',
    '{',
    '}',
    '[',
    ']',
    '{a: b}',
    '[a]',
    ',',
    '"',
    "'",
    '\\',
    '\\n',
    '"a"',
    "'a'",
  ],
  ...[
    'a ',
    ' a',
    'a\n',
    'a\n\n',
    'a\n\n\n',
    '\na',
    '\n\na\n',
    ' a\nb',
    'a\n b',
    '\ta\nb',
    'a\n\tb\n',
    'a \nb \n',
    'a\n \nb',
    'a\n   \n',
  ],
  ...[
    '  \n a\n',
    '\n  a\n',
    ' \n \n',
    'a\r\nb',
    'a\rb',
    'a\u0085b',
    'a\u2028b',
    'a\u2029b\nc',
    '\u0085\n',
    '\u2028\na',
  ],
  ...[
    '\uFEFF',
    '\uFEFFa\nb',
    'a\nb\uFEFF',
    'a\u0000b',
    'a\u0001b\n',
    '\u0007',
    '\u001b[31m',
    '\u007f',
    '\u0080\n',
    '\u009f',
    '\u00a0',
    '\u00a0\na',
  ],
  ...[
    '\ufffe',
    '\uffff\na',
    '\ufffd',
    '😀',
    '😀\nb\u{10ffff}',
    '\u{1f468}\u200d\u{1f469}',
    '\u202e',
    'é',
    '漢字\n',
    '\ue000',
  ],
  ...[
    'x'.repeat(5000),
    `${'x '.repeat(3000)}\n`,
    `${'a'.repeat(2000)}\n${' b'.repeat(2000)}`,
    '# a\n# b\n',
    '#a\n',
    '$(NAME)',
    '{{ .Values }}',
  ],
];

const KEYS: readonly string[] = [
  ...['a', 'apiVersion', 'mooring.dev/state', 'argocd.argoproj.io/sync-wave', 'a-b', 'A_B', 'x.sql'],
  ...[
    'y',
    'No',
    'on',
    'null',
    '~',
    '1',
    '1.5',
    '0x1',
    '1e3',
    '',
    ' ',
    'a b',
    'a:',
    '- a',
    '#',
    '<<',
    '=',
    '2026-01-02',
  ],
  ...[
    'é',
    'a\nb',
    'a"b',
    '\uFEFF',
    'k'.repeat(160),
    '__proto',
    '.inf',
    'a\tb',
    '?',
    '*',
    '&a',
    '!a',
    'inf',
    'nan',
    'e1',
  ],
];

async function sameFor(
  trees: readonly { readonly [key: string]: Tree }[],
  read: (yaml: string) => Promise<readonly unknown[]>,
) {
  expect(await read(trees.map((tree) => yamlDocument(tree)).join(''))).toEqual(trees);
}

for (const { name, there, missing, read } of READERS) {
  describe(`what ${name} reads is what was written`, () => {
    const judged = testIf(there, missing);

    judged('nothing', () => sameFor([{ a: {} }], read));

    judged(`${NASTY.length} strings that readers stumble over, in every place that a string can have`, () =>
      sameFor(
        NASTY.map((text) => ({
          member: text,
          list: [text, text, [text, [text]]],
          deep: { er: { still: text, next: 'after' }, list: [{ first: text, second: text }, { only: text }] },
          last: text,
        })),
        read,
      ),
    );

    judged(`${KEYS.length} keys`, () =>
      sameFor(
        [
          Object.fromEntries(KEYS.map((key, n) => [key, n])),
          { in: [Object.fromEntries(KEYS.map((key) => [key, 'a\nb']))] },
        ],
        read,
      ),
    );

    judged('numbers, booleans, nothing, and what is empty', () =>
      sameFor(
        [
          { numbers: [0, 1, -1, 1.5, -0.25, 420, 2 ** 53 - 1, -(2 ** 53) + 1, 1e21, 1.5e300, 1e-7, 5e-324] },
          { others: [true, false, null, {}, [], [[]], [{}], { a: [] }, { a: {} }] },
        ],
        read,
      ),
    );

    const rounds = process.env.MOORING_SWEEP ? 40_000 : 4_000;
    judged(`${rounds} random trees`, () => {
      const random = generator(11);
      return sameFor(
        Array.from({ length: rounds }, () => ({ tree: randomTree(random, 3) })),
        read,
      );
    });
  });
}

test('bytes, as they have to stay', () => {
  expect(
    yamlDocument({
      word: 'y',
      on: 1,
      text: 'a\nb\n',
      none: undefined,
      indented: ' a\nb',
      list: [{ a: 'x', b: ['y'] }, [1, 2], {}],
      data: new Map<string, string | Uint8Array>([
        ['1_a.sql', 'SELECT 1;\n\n'],
        ['bytes', Buffer.from([255, 0])],
      ]),
      float: 1e21,
    }),
  ).toBe(`---
word: "y"
"on": 1
text: |
  a
  b
indented: |2-
   a
  b
list:
  - a: "x"
    b:
      - "y"
  - - 1
    - 2
  - {}
data:
  "1_a.sql": |+
    SELECT 1;

  bytes: "/wA="
float: 1.0e+21
`);
});

test('half of a surrogate pair and numbers that JSON does not have are faults of ours', () => {
  expect(() => yamlDocument({ a: '\ud800' })).toThrow(/half of a surrogate pair/);
  expect(() => yamlDocument({ a: Number.NaN })).toThrow(/cannot hold NaN/);
});

/** A linear congruential generator: the same trees in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** More of what matters in YAML than of letters. */
const CHARACTERS = [
  ...' \t\n\n\r\u0085\u2028\u2029\uFEFF\u0000\u0007\u007f\u00a0:#-?,[]{}&*!|>\'"%@`\\~=<.0123456789abcyn_\u00e9\u6f22😀',
];

function randomText(random: (below: number) => number): string {
  if (random(4) === 0) return NASTY[random(NASTY.length)] ?? '';
  // Mostly letters and line breaks, for then it is a literal block.
  const plain = random(2) === 0;
  return Array.from({ length: random(12) }, () =>
    plain ? ' \n ab#:-\t'[random(9)] : CHARACTERS[random(CHARACTERS.length)],
  ).join('');
}

function randomTree(random: (below: number) => number, depth: number): Tree {
  const kind = depth === 0 ? 0 : random(4);
  if (kind === 1) return Array.from({ length: random(4) }, () => randomTree(random, depth - 1));
  if (kind === 2) {
    return Object.fromEntries(
      Array.from({ length: random(4) }, () => [
        KEYS[random(KEYS.length)] ?? 'a',
        randomTree(random, depth - 1),
      ]),
    );
  }
  return kind === 3 && random(3) === 0 ? random(100_000) : randomText(random);
}
