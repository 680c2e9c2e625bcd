import { expect, test } from 'vitest';
import { plainStatement } from '../../src/sql/postgres/plain.ts';
import { walk } from '../../src/sql/postgres/walk.ts';

const PIECES = [
  ...[
    'a',
    'create',
    'Begin',
    'end',
    'E',
    'e',
    'n',
    'U&',
    'x',
    '_1',
    'b$1',
    'ä',
    'naïve',
    '😀',
    'copy',
    'from',
  ],
  ...[
    "'",
    "'a'",
    "''",
    '"',
    '"b"',
    '$$',
    '$t$',
    '$1',
    '\\',
    "\\'",
    '/*',
    '*/',
    '--',
    '\n',
    '\r\n',
    '\t',
    ' ',
  ],
  ...[
    '1',
    '.5',
    '1.',
    '1e',
    '1e5',
    '0x',
    '..',
    '.',
    ',',
    ';',
    ';;',
    '(',
    ')',
    '::',
    ':=',
    '+',
    '-',
    '=',
    '&',
    '@',
  ],
];

/** What plain statements are made of, and what they are not. */
const PLAIN_PIECES = [
  ...[
    'SELECT',
    ' a',
    ' b_1 ',
    '.c',
    '(',
    ')',
    ')(',
    '()',
    ' = 1',
    '2.5',
    ' -',
    '- ',
    ' / ',
    '::text',
    '[1]',
    ', ',
  ],
  ...[
    "'a'",
    "''",
    "'('",
    "E'b'",
    '"d"',
    '"',
    "'",
    '-- c\n',
    '--',
    '/*',
    '*/',
    ';',
    '; ',
    '\n',
    '\r\n',
    '\f',
    '\u00a0',
  ],
  ...['ä', '$1', '$$', '\\', '<>', ' * ', ' BEGIN', ' ATOMIC', ' FROM', ' stdin', ' COPY'],
];

/** Statements as they end, and how the walk ends; with a look at each token, or without. */
function walked(text: string, looks: boolean): unknown {
  const statements: number[][] = [];
  const visitor = { statement: (start: number, end: number) => statements.push([start, end]) };
  try {
    walk({ file: 'f.sql', text }, looks ? { ...visitor, token: () => {} } : visitor);
  } catch (error) {
    return [statements, error instanceof Error ? error.message : error];
  }
  return statements;
}

/** A sequence that is the same at every run. */
function* numbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (state * 48271) % 2147483647;
    yield state;
  }
}

test('words that are passed over many at once end as those that are looked at', () => {
  const random = numbers();
  const next = (below: number): number => Number(random.next().value) % below;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + next(14) }, () => PIECES[next(PIECES.length)]).join('');
    expect([text, walked(text, false)]).toEqual([text, walked(text, true)]);
  }
});

test('a text longer than what is passed over at once', () => {
  const text = `SELECT ${'a.b, '.repeat(100_000)}c; SELECT 1`;
  expect(walked(text, false)).toEqual(walked(text, true));
});

test('a text of one plain statement ends as one whose tokens are looked at', () => {
  const random = numbers();
  const next = (below: number): number => Number(random.next().value) % below;
  let plain = 0;
  for (let round = 0; round < 50_000; round++) {
    const text = Array.from({ length: 1 + next(9) }, () => PLAIN_PIECES[next(PLAIN_PIECES.length)]).join('');
    if (plainStatement(text) !== undefined) plain += 1;
    expect([text, walked(text, false)]).toEqual([text, walked(text, true)]);
  }
  expect(plain).toBeGreaterThan(2_000);
});

test.each([
  ['white space', ' '.repeat(19_000)],
  ['strings', "'a' ".repeat(4_700)],
  ['comments', '-- a\n'.repeat(3_900)],
  ['parentheses', '('.repeat(9_000) + ')'.repeat(9_000)],
])('what is almost plain is no work: %s', (_, much) => {
  for (const text of [`${much}SELECT 1 $`, `SELECT ${much} $`, `SELECT ${much} ; ${much} $`]) {
    const started = process.cpuUsage().user;
    expect(plainStatement(text)).toBeUndefined();
    expect(process.cpuUsage().user - started).toBeLessThan(1_000_000);
  }
});
