/**
 * A map with changes laid over it, undefined for what is gone: it costs as much as the changes, where a copy would cost
 * as much as the map, and reads like one. Neither argument may change afterwards.
 */
export function overlay<K, V>(
  base: ReadonlyMap<K, V>,
  changes: ReadonlyMap<K, V | undefined>,
): ReadonlyMap<K, V> {
  if (changes.size === 0) return base;
  // One layer only, so that looking something up takes two steps at most, however many changes came one after another.
  const layered =
    base instanceof Overlay ? (base as Overlay<K, V>).with(changes) : new Overlay(base, changes);
  return layered.isThick ? new Map(layered) : layered;
}

/** With more changes than this share of the map, a copy is the better choice. */
const THICK = 1 / 4;
/** A copy of so few is made at once. */
const SMALL = 1_000;

class Overlay<K, V> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #base: ReadonlyMap<K, V>;
  readonly #changes: ReadonlyMap<K, V | undefined>;

  constructor(base: ReadonlyMap<K, V>, changes: ReadonlyMap<K, V | undefined>) {
    this.#base = base;
    this.#changes = changes;
    let size = base.size;
    for (const [key, value] of changes) size += (value === undefined ? 0 : 1) - (base.has(key) ? 1 : 0);
    this.size = size;
  }

  get isThick(): boolean {
    return this.#base.size < SMALL || this.#changes.size > this.#base.size * THICK;
  }

  with(changes: ReadonlyMap<K, V | undefined>): Overlay<K, V> {
    return new Overlay(this.#base, new Map([...this.#changes, ...changes]));
  }

  get(key: K): V | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  has(key: K): boolean {
    return this.#changes.has(key) ? this.#changes.get(key) !== undefined : this.#base.has(key);
  }

  *entries(): MapIterator<[K, V]> {
    for (const entry of this.#base) if (!this.#changes.has(entry[0])) yield entry;
    for (const [key, value] of this.#changes) if (value !== undefined) yield [key, value];
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }
}
