import { MooringError } from './error.ts';

/**
 * A value as RFC 8785 (JCS) writes it, so that equal values have equal bytes: no white space, keys sorted by
 * UTF-16 code units, numbers as ECMAScript prints them. The caller encodes the text as UTF-8.
 *
 * Members that are `undefined` are left out, as in JSON. Throws `internal` for what JSON cannot say: NaN and the
 * infinities, lone surrogates, bigints, functions, `undefined` in a list, anything but plain objects and arrays.
 */
export function canonicalJson(value: unknown): string {
  // What is in order already, as most is, JSON.stringify writes in the same way, and faster.
  return isInOrder(value) ? JSON.stringify(value) : canonical(value);
}

/** Whether nothing has to be sorted, left out or refused. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'boolean';
  if (value === null) return true;
  if (Array.isArray(value)) {
    // A hole is none for `every`.
    for (let at = 0; at < value.length; at += 1) if (!isInOrder(value[at])) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return false;
  let last = '';
  for (const key in value) {
    if (key < last || !key.isWellFormed()) return false;
    if (!isInOrder((value as Readonly<Record<string, unknown>>)[key])) return false;
    last = key;
  }
  return true;
}

function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'number':
      if (!Number.isFinite(value)) throw refused(`the number ${value}`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
    default:
      throw refused(`a value of type ${typeof value}`);
  }
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw refused('a lone surrogate');
  // JSON.stringify escapes exactly what RFC 8785 §3.2.2.2 does, for well-formed text.
  return JSON.stringify(text);
}

function canonicalArray(values: readonly unknown[]): string {
  let text = '';
  for (let at = 0; at < values.length; at += 1) text += `${at === 0 ? '' : ','}${canonicalJson(values[at])}`;
  return `[${text}]`;
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refused('an object that is not plain');
  // The default sort compares UTF-16 code units, which is what RFC 8785 §3.2.3 asks for.
  const keys = sorted(Object.keys(value));
  let text = '';
  for (const key of keys) {
    const member: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${canonicalString(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Most keys are in order as they come, which is seen in less time than they are sorted. */
function sorted(keys: string[]): readonly string[] {
  for (let at = 1; at < keys.length; at += 1) if ((keys[at - 1] ?? '') > (keys[at] ?? '')) return keys.sort();
  return keys;
}

function refused(what: string): MooringError {
  return new MooringError('internal', `Canonical JSON cannot hold ${what}.`);
}
