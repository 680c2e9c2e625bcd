import { expect, test } from 'vitest';
import { isDuration, parseDuration } from '../../src/api/api.ts';

test.each([
  ['0', 0],
  ['0s', 0],
  ['500ms', 500],
  ['2s', 2_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['596h', 2_145_600_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '1', '2 s', '-1s', '1.5s', '1d', '1S', '1h30m', 's', '597h', '9999999999s', '１s', '2s\n'])(
  '%j is none',
  (text) => {
    expect(isDuration(text)).toBe(false);
    expect(() => parseDuration(text)).toThrow('is no duration: expected a number with ms, s, m or h, or 0.');
  },
);
