import { expect, test } from 'vitest';
import { overlay } from '../../src/catalog/catalog.ts';

const base = new Map(Array.from({ length: 5_000 }, (_, n) => [`key ${n}`, n]));

test('without changes it is the map itself', () => {
  expect(overlay(base, new Map())).toBe(base);
});

test('reads as a copy would, after any number of changes', () => {
  const copy = new Map(base);
  let layered: ReadonlyMap<string, number> = base;
  for (let round = 0; round < 40; round += 1) {
    const changes = new Map<string, number | undefined>([
      [`key ${round * 7}`, undefined],
      [`key ${round * 11}`, -round],
      [`new ${round}`, round],
      [`new ${round - 3}`, undefined],
      [`never ${round}`, undefined],
      ...Array.from({ length: 60 }, (_, n) => [`bulk ${round * 30 + n}`, n] as const),
    ]);
    layered = overlay(layered, changes);
    for (const [key, value] of changes) {
      if (value === undefined) copy.delete(key);
      else copy.set(key, value);
    }
    expect(layered.size).toBe(copy.size);
  }
  const sorted = (entries: Iterable<[string, number]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(sorted(layered)).toEqual(sorted(copy));
  expect([...layered.keys()].sort()).toEqual([...copy.keys()].sort());
  expect([...layered.values()].sort()).toEqual([...copy.values()].sort());
  for (const key of ['key 0', 'key 11', 'new 39', 'new 36', 'never 1', 'bulk 3']) {
    expect([layered.get(key), layered.has(key)]).toEqual([copy.get(key), copy.has(key)]);
  }
  const seen: string[] = [];
  layered.forEach((_, key) => {
    seen.push(key);
  });
  expect(seen).toHaveLength(copy.size);
});
