import { expect, test } from 'vitest';
import { changeLines } from '../../src/cli/print/changes.ts';

const change = (details: readonly string[]) => [
  { object: 'view public.v', kind: 'view', change: 'changed' as const, details },
];

test('nothing is no line', () => {
  expect(changeLines([])).toEqual([]);
});

test('a value of one line is said on one line', () => {
  expect(changeLines(change(['comment: none → new']))).toEqual([
    '~ view public.v',
    '    comment: none → new',
  ]);
});

test('of texts with several lines those that differ are shown, with two around them', () => {
  const body = (line: string): string =>
    ['one', 'two', 'three', 'four', line, 'six', 'seven', 'eight'].join('\n');
  expect(changeLines(change([`definition: ${body('5')} → ${body('five')}`]))).toEqual([
    '~ view public.v',
    '    definition:',
    '        …',
    '        three',
    '        four',
    '      - 5',
    '      + five',
    '        six',
    '        seven',
    '        …',
  ]);
});
