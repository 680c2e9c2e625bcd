import { expect, test } from 'vitest';
import { brokenClaims } from './claims.ts';

const LINES = [
  { second: 0, text: 'operation started: sync to A' },
  { second: 2, text: 'Sync 0: Job/prepare created' },
  { second: 3, text: 'pod of Job/prepare started' },
  { second: 9, text: 'operation ended: Succeeded' },
];

/** A check that cannot fail checks nothing. */
test.each([
  [
    'all holds',
    ['sync to A', '[2..2] Job/prepare created', '1x pod of', 'operation…Succeeded'],
    ['Failed'],
    0,
  ],
  ['it does not come', ['sync to B'], [], 1],
  ['it comes, but before', ['Job/prepare created', 'sync to A'], [], 1],
  ['one line does not serve two claims', ['pod of', 'pod of'], [], 1],
  ['it comes too late', ['pod of Job/prepare started', '[0..5] operation ended'], [], 1],
  ['it comes too early', ['pod of Job/prepare started', '[7..9] operation ended'], [], 1],
  ['parts in the other order', ['Succeeded…operation'], [], 1],
  ['too often', ['0x pod of'], [], 1],
  ['too seldom', ['2x pod of'], [], 1],
  ['it must never come', [], ['Job/prepare created'], 1],
])('%s', (_, shows, never, broken) => {
  expect(brokenClaims(LINES, shows, never)).toHaveLength(broken);
});
