/** Order of the UTF-8 bytes. It is that of the UTF-16 units unless surrogates meet U+E000…U+FFFF. */
export function sortBytewise(texts: string[]): string[] {
  // A plain sort of strings is several times faster than one with a comparison, so the rest is looked for first.
  const sorted = texts.sort();
  if (!SURROGATE.test(sorted.join(''))) return sorted;
  return sorted.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The same order for two texts; negative, zero or positive. */
export function compareBytewise(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const SURROGATE = /[\ud800-\udfff]/;
