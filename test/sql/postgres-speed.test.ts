import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/sql/sql.ts';

const split = (text: string) => postgres.split({ file: 'f', text });

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

test('10,000 small statements take little', () => {
  const text = Array.from({ length: 10_000 }, (_, n) => `INSERT INTO t VALUES (${n}, 'name ${n}');\n`).join(
    '',
  );
  const times = Array.from({ length: 7 }, () => milliseconds(() => expect(split(text).length).toBe(10_000)));
  // 25 ms on an idle machine; others may be busy on this one.
  expect(Math.min(...times)).toBeLessThan(500);
});

// Each of these takes minutes, or the stack, where something is quadratic or recursive.
describe('grows with the size alone', () => {
  const N = 500_000;
  test.each<[string, () => string, number]>([
    ['one line', () => 'SELECT 1;'.repeat(N), N],
    ['open parentheses', () => `SELECT ${'('.repeat(N)}; SELECT 2`, 1],
    ['nested comments', () => `${'/*'.repeat(N)}${'*/'.repeat(N)}SELECT 1`, 1],
    ['stars', () => `/*${'*'.repeat(N)}/SELECT 1`, 1],
    ['operators', () => `SELECT ${'+'.repeat(N)}1`, 1],
    ['dollars', () => `SELECT ${'$a '.repeat(N)}`, 1],
    ['tags within a body', () => `SELECT $a$${'$b$'.repeat(N)}$a$`, 1],
    ['semicolons', () => ';'.repeat(N), 0],
    ['quotes', () => `SELECT ${"''".repeat(N)}`, 1],
    ['strings that might go on', () => `SELECT ${"E'a'\n--\n,".repeat(N)}1`, 1],
    ['carriage returns', () => '--\r'.repeat(N), 0],
    ['data', () => `COPY t FROM stdin;\n${'\\.x\n'.repeat(N)}\\.\n`, 1],
    ['settings', () => 'SET x=1;'.repeat(N / 10), N / 10],
    ['one long word', () => 'a'.repeat(N), 1],
  ])('%s', (_, text, count) => {
    const input = text();
    expect(milliseconds(() => expect(split(input).length).toBe(count))).toBeLessThan(20_000);
  });
});
