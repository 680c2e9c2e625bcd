import { matchesGlob } from 'node:path';
import { expect, test } from 'vitest';
import { pathFits } from '../../src/definition/patterns.ts';

/** A linear congruential generator: the same patterns in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('a pattern fits what Node’s own matcher says that it fits', () => {
  const random = generator(5);
  const part = (letters: string, most: number): string =>
    Array.from({ length: 1 + random(most) }, () => letters[random(letters.length)]).join('');
  let fitting = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const path = Array.from({ length: 1 + random(4) }, () => part('ab', 3));
    // Two stars within a part, and `**` as the last, are where matchers differ in what they mean.
    const pattern = [
      ...Array.from({ length: random(4) }, () =>
        random(4) === 0 ? '**' : part('ab*', 3).replace(/\*+/g, '*'),
      ),
      part('ab*', 3).replace(/\*+/g, '*'),
    ];
    const ours = pathFits(pattern, path);
    if (ours) fitting += 1;
    expect(ours, `${pattern.join('/')} and ${path.join('/')}`).toBe(
      matchesGlob(path.join('/'), pattern.join('/')),
    );
  }
  expect(fitting).toBeGreaterThan(1000);
});

test('a pattern made to keep a matcher busy takes no time', () => {
  const started = performance.now();
  expect(pathFits([`${'*a'.repeat(100)}b`], ['a'.repeat(250)])).toBe(false);
  expect(
    pathFits([...Array(50).fill(['**', 'a']).flat(), 'b'] as string[], Array(200).fill('a') as string[]),
  ).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
