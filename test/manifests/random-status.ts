import type { Question } from '../support/lua.ts';

const NOW = 1_790_000_000;

/** Objects whose spec and status have the right names and at each place the right, another, or no value; reproducible. */
export function randomObjects(count: number): readonly Question[] {
  const random = generator(20_260_921);
  return Array.from({ length: count }, () => ({
    now: NOW,
    object: {
      ...maybe(random, { spec: { bundle: { digest: text, head: text } } }),
      ...maybe(random, { status: STATUS }),
    },
  }));
}

type Random = () => number;
type Leaf = (random: Random) => unknown;
type Shape = Leaf | { readonly [key: string]: Shape } | readonly [Shape];

const pick = <T>(random: Random, values: readonly T[]): T | undefined =>
  values[Math.floor(random() * values.length)];

const text: Leaf = (random) => pick(random, ['', 'a', 'b', '7', 'Ready', 'failed', 'held', 'ünï\n"\\']);
const time: Leaf = (random) => pick(random, [NOW - 1, NOW, NOW + 1, 0, 1e300, -1, 0.5]);
const amount: Leaf = (random) => pick(random, [0, 0, 1, 2, 20, -1, 1e21]);
const condition: Shape = {
  type: (random) => pick(random, ['Ready', 'Stalled', 'Drifted', 'Reconciling', 'Migrated', 'Other']),
  status: (random) => pick(random, ['True', 'False', 'Unknown']),
  reason: text,
  message: text,
};

const STATUS: Shape = {
  conditions: [condition],
  bundle: { digest: text, awaited: { digest: text, until: time } },
  history: { count: amount, head: text, undoHashes: { a: text } },
  drift: { count: amount, changes: [{ object: text, change: text, details: [text] }] },
  held: [{ id: text, message: text, allow: text }],
  lastRun: {
    job: text,
    result: (random) => pick(random, ['done', 'nothing', 'failed', 'refused', 'held', 'superseded']),
    error: { message: text },
  },
  checkedAt: text,
  staleAfter: time,
  graceUntil: time,
};

/** Mostly the shape itself; now and then anything else, or nothing. */
function make(random: Random, shape: Shape): unknown {
  const luck = random();
  if (luck < 0.04)
    return pick(random, [null, true, false, 0, 'text', [], {}, [1, [2], null], { status: { status: 1 } }]);
  if (typeof shape === 'function') return shape(random);
  if (isList(shape)) return Array.from({ length: Math.floor(random() * 5) }, () => make(random, shape[0]));
  return maybe(random, shape);
}

function maybe(random: Random, shape: { readonly [key: string]: Shape }): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(shape)
      .filter(() => random() < 0.75)
      .map(([key, member]) => [key, make(random, member)]),
  );
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** mulberry32: the same numbers everywhere. */
function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
