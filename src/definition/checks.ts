import { isDuration, type Json, parseDuration } from '../api/api.ts';
import type { Path } from './positions.ts';
import type { Violation } from './validate.ts';
import { pathText } from './yaml.ts';

/** What a schema cannot say: of durations, how long they may be. Takes any value, valid or not. */
export function furtherChecks(raw: Json): readonly Violation[] {
  return DURATIONS.flatMap(({ path, atLeast }) => {
    const value = at(raw, path);
    if (typeof value === 'number' && value !== 0) return [];
    const text = typeof value === 'number' ? '0' : value;
    // What is not even written like a duration has been complained of.
    if (typeof text !== 'string' || !/^[0-9]+[a-z]*$/.test(text)) return [];
    if (!isDuration(text)) {
      return /^[0-9]+(ms|s|m|h)$/.test(text)
        ? [{ path, message: `${pathText(path)} is "${text}": expected at most 596h.` }]
        : [];
    }
    if (parseDuration(text) >= atLeast) return [];
    return [{ path, message: `${pathText(path)} is "${text}": expected at least ${atLeast / 1000}s.` }];
  });
}

const DURATIONS: readonly { readonly path: Path; readonly atLeast: number }[] = [
  { path: ['spec', 'locks', 'timeout'], atLeast: 0 },
  { path: ['spec', 'locks', 'final'], atLeast: 0 },
  { path: ['spec', 'job', 'deadline'], atLeast: 1000 },
  { path: ['spec', 'job', 'grace'], atLeast: 1000 },
];

function at(value: Json, path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as { readonly [key: string]: Json })[part];
  }
  return found;
}
