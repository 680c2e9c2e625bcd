import type { Json } from '../api/api.ts';

export type { Json };
export type JsonMap = { readonly [key: string]: Json };
export type Path = readonly string[];

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** What stands at a path of keys; undefined where a part of it is missing. */
export function at(value: Json | undefined, ...path: Path): Json | undefined {
  let found = value;
  for (const key of path) {
    if (!isMap(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** The map at a path; an empty one where there is none. */
export function mapAt(value: Json | undefined, ...path: Path): JsonMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

/** The list at a path; an empty one where there is none. */
export function listAt(value: Json | undefined, ...path: Path): readonly Json[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

export function textAt(value: Json | undefined, ...path: Path): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: Json | undefined, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The texts in a list; what is no text is left out. */
export function textsAt(value: Json | undefined, ...path: Path): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === 'string');
}

/** A copy in which the path holds that value; maps on the way are made. `undefined` takes the key away. */
export function withAt(value: JsonMap, path: Path, to: Json | undefined): JsonMap {
  const [key, ...rest] = path;
  if (key === undefined) return isMap(to) ? to : {};
  const copy: Record<string, Json> = { ...value };
  if (rest.length > 0) copy[key] = withAt(mapAt(value, key), rest, to);
  else if (to === undefined) delete copy[key];
  else copy[key] = to;
  return copy;
}

/** Equal as JSON: the order of keys does not count. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, n) => same(item, b[n]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}

/** The paths below which two maps differ, each as deep as maps reach. */
export function differences(a: Json | undefined, b: Json | undefined, path: Path = []): readonly Path[] {
  if (same(a, b)) return [];
  if (!isMap(a) || !isMap(b)) return [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differences(a[key], b[key], [...path, key]));
}
