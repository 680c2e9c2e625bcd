import { isList, isMap, type Json, type Path, textAt } from '../values.ts';

/**
 * How values are merged into each other, as kubectl and the API server do it: maps key by key, lists as a whole, but
 * in Kubernetes' own kinds some lists element by element, each told by a key.
 */

/**
 * What `live` becomes when `config` is applied to it: what `original` had and `config` has not goes, what only `live`
 * has stays. This is kubectl's three-way patch, and its comparison.
 */
export function threeWay(
  original: Json | undefined,
  config: Json,
  live: Json | undefined,
  typed: boolean,
  path: Path = [],
): Json {
  if (isMap(config) && isMap(live)) {
    const before = isMap(original) ? original : {};
    const merged: Record<string, Json> = { ...live };
    for (const key of Object.keys(before)) if (!Object.hasOwn(config, key)) delete merged[key];
    for (const [key, value] of Object.entries(config)) {
      if (value === null) delete merged[key];
      else merged[key] = threeWay(before[key], value, live[key], typed, [...path, key]);
    }
    return merged;
  }
  if (isList(config) && isList(live)) return mergeLists(original, config, live, typed, path);
  return withoutNulls(config);
}

function mergeLists(
  original: Json | undefined,
  config: readonly Json[],
  live: readonly Json[],
  typed: boolean,
  path: Path,
): Json {
  const key = mergeKey(path, typed);
  const [wanted, found] = key === undefined ? [] : [keyed(config, key), keyed(live, key)];
  if (key === undefined || wanted === undefined || found === undefined) return config;
  const before = (isList(original) ? keyed(original, key) : undefined) ?? new Map<string, Json>();
  const merged = [...wanted].map(([name, item]) =>
    threeWay(before.get(name), item, found.get(name), typed, [...path, name]),
  );
  const others = [...found].filter(([name]) => !wanted.has(name) && !before.has(name));
  return [...merged, ...others.map(([, item]) => item)];
}

/** `config` laid over `live`: what only `live` has stays. */
export function overlay(live: Json | undefined, config: Json, typed: boolean, path: Path = []): Json {
  return threeWay(undefined, config, live, typed, path);
}

/** Without keys whose value is null, at any depth: to the API server they are not there. */
export function withoutNulls<Value extends Json>(value: Value): Value {
  if (isList(value)) return value.map((item) => withoutNulls(item)) as unknown as Value;
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)])) as Value;
}

/** Every field that a value sets, as paths in text form; an element of a keyed list stands as `[key]`. */
export function fieldsOf(value: Json, typed: boolean, path: Path = []): ReadonlyMap<string, Json> {
  const fields = new Map<string, Json>();
  collect(value, typed, path, path, fields);
  return fields;
}

function collect(value: Json, typed: boolean, path: Path, names: Path, into: Map<string, Json>): void {
  const key = isList(value) ? mergeKey(path, typed) : undefined;
  const items = isList(value) && key !== undefined ? keyed(value, key) : undefined;
  if (isMap(value) && Object.keys(value).length > 0) {
    for (const [name, member] of Object.entries(value))
      collect(member, typed, [...path, name], [...names, name], into);
  } else if (items !== undefined && items.size > 0) {
    for (const [name, item] of items) collect(item, typed, [...path, name], [...names, `[${name}]`], into);
  } else into.set(JSON.stringify(names), value);
}

/** The value without a field that `fieldsOf` named; a map or an element that is empty then goes, too. */
export function withoutField(value: Json, field: string, typed: boolean): Json {
  return without(value, JSON.parse(field) as string[], typed, []) ?? {};
}

function without(value: Json, [name, ...rest]: Path, typed: boolean, path: Path): Json | undefined {
  if (name === undefined) return undefined;
  if (isList(value)) {
    const key = mergeKey(path, typed) ?? '';
    return value.flatMap((item) => {
      if (`[${textOf(item, key)}]` !== name) return [item];
      // Without its key it is no element any more.
      if (rest.length === 1 && rest[0] === key) return [];
      return [without(item, rest, typed, [...path, name.slice(1, -1)]) ?? []].flat();
    });
  }
  if (!isMap(value) || !Object.hasOwn(value, name)) return value;
  const left = without(value[name] ?? null, rest, typed, [...path, name]);
  const { [name]: _, ...others } = value;
  const members = left === undefined || isEmpty(left) ? others : { ...value, [name]: left };
  return Object.keys(members).length === 0 ? undefined : members;
}

function isEmpty(value: Json): boolean {
  return (isMap(value) && Object.keys(value).length === 0) || (isList(value) && value.length === 0);
}

function textOf(item: Json, key: string): string {
  return textAt(item, key) ?? String(isMap(item) ? (item[key] ?? '') : '');
}

/** By which key the elements of a list are told apart; undefined where the list is one value. */
function mergeKey(path: Path, typed: boolean): string | undefined {
  const name = path.at(-1) ?? '';
  if (name === 'ownerReferences') return 'uid';
  if (!typed) return undefined;
  if (name === 'ports') return path.includes('containers') ? 'containerPort' : 'port';
  return MERGE_KEYS[name];
}

const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
  conditions: 'type',
};

/** The elements by their keys; undefined unless each has one of its own. */
function keyed(list: readonly Json[], key: string): ReadonlyMap<string, Json> | undefined {
  const entries = list.map((item): [string, Json] => [String(isMap(item) ? (item[key] ?? '') : ''), item]);
  const map = new Map(entries);
  return map.size === list.length && !map.has('') ? map : undefined;
}
