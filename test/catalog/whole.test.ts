import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fingerprintOfAll, WholeFingerprint } from '../../src/catalog/catalog.ts';

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

function whole(fingerprints: ReadonlyMap<string, string>): string {
  const after = WholeFingerprint.of(fingerprints).fingerprint;
  expect(after).toBe(fingerprintOfAll(fingerprints));
  return after;
}

test('nothing', () => {
  expect(whole(new Map())).toBe(hex(''));
});

test('nothing changed: the same', () => {
  const fingerprints = new Map([['table a', hex('1')]]);
  const before = WholeFingerprint.of(fingerprints);
  expect(before.after(fingerprints, new Map([['table a', hex('1')]]))).toBe(before);
  expect(before.after(fingerprints, new Map([['table b', undefined]]))).toBe(before);
});

// Names that a sort by UTF-16 units would put elsewhere, and one with a line break.
const ODD = ['table \u{1f600}', 'table \uffee', 'table a\nb', 'table a', 'table a b', 'table é'];

test.each([
  ['one object of many', 10_000, 1],
  ['the first objects ever', 0, 5],
  ['a handful', 3_000, 40],
  ['more than there were', 100, 4_000],
])('%s: as if all had been hashed', (_, size, edits) => {
  const now = new Map(
    [...Array.from({ length: size }, (_, n) => `column public.t${(n * 7919) % 10_007}.c`)].map((key) => [
      key,
      hex(key),
    ]),
  );
  let kept = WholeFingerprint.of(now);
  for (let round = 0; round < 6; round += 1) {
    const changes = new Map<string, string | undefined>();
    for (let n = 0; n < edits; n += 1) {
      const key = `column public.t${(n * 104_729 + round * 31) % 12_000}.c`;
      changes.set(key, n % 3 === 2 ? undefined : hex(`${key} ${round}`));
    }
    const odd = ODD[round] ?? '';
    changes.set(odd, hex(odd));
    if (round > 2) changes.set(ODD[round - 2] ?? '', undefined);
    kept = kept.after(now, changes);
    for (const [key, fingerprint] of changes) {
      if (fingerprint === undefined) now.delete(key);
      else now.set(key, fingerprint);
    }
    expect(kept.fingerprint).toBe(whole(now));
  }
  const none = kept.after(now, new Map([...now.keys()].map((key) => [key, undefined])));
  expect(none.fingerprint).toBe(hex(''));
});
