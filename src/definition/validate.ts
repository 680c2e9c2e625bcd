import type { Json, JsonSchema } from '../api/api.ts';
import { nearest } from './nearest.ts';
import type { Path } from './positions.ts';
import { pathText } from './yaml.ts';

export interface Violation {
  /** Ends with the key at fault, where there is one. */
  readonly path: Path;
  /** What was found and what was expected. */
  readonly message: string;
  readonly hint?: string;
}

/** Of one list or mapping. Nobody reads more, and each costs time. */
const MOST = 100;

/**
 * All that is wrong with a value, by the part of JSON Schema that `JsonSchema` names; of very many
 * problems the first ones.
 *
 * By our own hand because a general validator takes 100 ms to load and compile, which is longer than a run with nothing
 * to do; a test holds it against one.
 */
export function validate(schema: JsonSchema, value: Json): readonly Violation[] {
  return violations(schema, value, [], schema);
}

function violations(schema: JsonSchema, value: Json, path: Path, root: JsonSchema): readonly Violation[] {
  const wrong = (expected: string, hint = ''): readonly Violation[] => [
    {
      path,
      message: `${name(path)} is ${shown(value, schema)}: expected ${expected}.`,
      ...(hint === '' ? {} : { hint }),
    },
  ];

  if (schema.type !== undefined && !isOfType(value, schema.type)) {
    return wrong(schema['x-expected'] ?? typeName(schema, schema.type), typeHint(schema.type, value));
  }
  if (schema.const !== undefined && value !== schema.const) return wrong(JSON.stringify(schema.const));
  if (schema.enum !== undefined && !(typeof value === 'string' && schema.enum.includes(value))) {
    const meant = typeof value === 'string' ? nearest(value, schema.enum) : undefined;
    return wrong(
      `one of ${schema.enum.join(', ')}`,
      meant === undefined ? enumHint(schema.enum, value) : `Did you mean "${meant}"?`,
    );
  }
  if (schema.anyOf !== undefined && !schema.anyOf.some((branch) => fits(branch, value))) {
    return wrong(schema['x-expected'] ?? 'something else');
  }
  if (typeof value === 'string' && !textFits(schema, value))
    return wrong(schema['x-expected'] ?? 'a text that is not empty');
  if (typeof value === 'number' && !numberFits(schema, value)) {
    return wrong(`a number from ${schema.minimum ?? 'any'} to ${schema.maximum ?? 'any'}`);
  }
  if (Array.isArray(value)) return ofList(schema, value, path, root);
  if (isObject(value)) return ofObject(schema, value, path, root);
  return [];
}

function ofList(
  schema: JsonSchema,
  list: readonly Json[],
  path: Path,
  root: JsonSchema,
): readonly Violation[] {
  if (schema.minItems !== undefined && list.length < schema.minItems) {
    return [{ path, message: `${name(path)} is empty: expected at least one.` }];
  }
  const { items } = schema;
  if (items === undefined) return [];
  const found: Violation[] = [];
  for (const [index, item] of list.entries()) {
    if (found.length >= MOST) break;
    found.push(...violations(items, item, [...path, index], root));
  }
  return found;
}

function ofObject(
  schema: JsonSchema,
  object: { readonly [key: string]: Json },
  path: Path,
  root: JsonSchema,
): readonly Violation[] {
  const keys = Object.keys(object);
  const found: Violation[] = [];
  for (const key of keys) {
    if (found.length >= MOST) break;
    const at = [...path, key];
    const known = own(schema.properties, key);
    const rule = known ?? schema.additionalProperties;
    if (rule === false) found.push(unknownKey(schema, key, at, root));
    else if (rule !== undefined) found.push(...violations(rule, object[key] ?? null, at, root));
  }
  // Which alternative was meant cannot be told while there are unknown keys: one complaint is enough.
  const countFits =
    keys.length >= (schema.minProperties ?? 0) &&
    keys.length <= (schema.maxProperties ?? Number.POSITIVE_INFINITY);
  const branches = schema.oneOf?.filter((branch) => fits(branch, object)).length ?? 1;
  if (found.length === 0 && (!countFits || branches !== 1)) {
    const has = keys.length === 0 ? 'is empty' : `has ${keys.join(', ')}`;
    found.push({
      path,
      message: `${name(path)} ${has}: expected ${schema['x-expected'] ?? 'something else'}.`,
    });
  }
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(object, key)) continue;
    const rule = own(schema.properties, key);
    const like = rule?.const ?? rule?.enum?.join(' | ') ?? '…';
    found.push({
      path,
      message: `${name([...path, key])} is missing${rule?.description === undefined ? '' : `: ${rule.description.replace(/\.$/, '')}`}.`,
      hint: `Add \`${key}: ${like}\`${path.length === 0 ? '' : ` below \`${pathText(path)}\``}.`,
    });
  }
  return found;
}

function unknownKey(schema: JsonSchema, key: string, at: Path, root: JsonSchema): Violation {
  const known = Object.keys(schema.properties ?? {});
  const meant = nearest(key, known);
  const elsewhere = placesOf(root, key, []).filter((place) => place !== pathText(at));
  const message = `${name(at)} is not a key that we know: expected one of ${known.join(', ')}.`;
  if (elsewhere.length > 0 && elsewhere.length <= 3) {
    return {
      path: at,
      message,
      hint: `Did you mean ${elsewhere.map((place) => `"${place}"`).join(' or ')}?`,
    };
  }
  if (meant !== undefined) return { path: at, message, hint: `Did you mean "${meant}"?` };
  return { path: at, message };
}

function placesOf(schema: JsonSchema, key: string, path: Path): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    ...(name === key ? [pathText([...path, name])] : []),
    ...placesOf(member, key, [...path, name]),
  ]);
}

/** Whether a value is as a branch says, which only choose and so need no words. */
function fits(schema: JsonSchema, value: Json): boolean {
  if (schema.not !== undefined && fits(schema.not, value)) return false;
  if (schema.anyOf !== undefined && !schema.anyOf.some((branch) => fits(branch, value))) return false;
  if (isObject(value) && schema.required?.some((key) => !Object.hasOwn(value, key)) === true) return false;
  return violations({ ...schema, required: [] }, value, [], schema).length === 0;
}

function textFits(schema: JsonSchema, text: string): boolean {
  const length = [...text].length;
  return (
    length >= (schema.minLength ?? 0) &&
    length <= (schema.maxLength ?? Number.POSITIVE_INFINITY) &&
    (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(text))
  );
}

function numberFits(schema: JsonSchema, number: number): boolean {
  return (
    number >= (schema.minimum ?? Number.NEGATIVE_INFINITY) &&
    number <= (schema.maximum ?? Number.POSITIVE_INFINITY)
  );
}

function isOfType(value: Json, type: NonNullable<JsonSchema['type']>): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

const TYPE_NAMES: Readonly<Record<NonNullable<JsonSchema['type']>, string>> = {
  object: 'keys and values',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
};

function typeName(schema: JsonSchema, type: NonNullable<JsonSchema['type']>): string {
  const keys = schema.additionalProperties === false ? Object.keys(schema.properties ?? {}) : [];
  return type === 'object' && keys.length > 0
    ? `${TYPE_NAMES.object} (${keys.join(', ')})`
    : TYPE_NAMES[type];
}

function name(path: Path): string {
  return path.length === 0 ? 'The file' : pathText(path);
}

/** A text where keys were expected may be a password in the wrong place, so only its type is told. */
function shown(value: Json, schema: JsonSchema): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'made of keys and values';
  if (schema.type === 'object') return `a ${typeof value === 'string' ? 'text' : typeof value}`;
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…"`;
}

function typeHint(type: JsonSchema['type'], value: Json): string {
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `Put it in quotes: "${value}".`;
  }
  if (type === 'boolean' && typeof value === 'string' && /^(yes|no|on|off)$/i.test(value)) {
    return `Write ${/^(yes|on)$/i.test(value) ? 'true' : 'false'}: in YAML 1.2 "${value}" is a word.`;
  }
  if (type === 'array' && typeof value === 'string') return `Write [${JSON.stringify(value)}].`;
  return '';
}

/** Tools that read YAML 1.1 turn `on` into `true` when they write a file anew. */
function enumHint(values: readonly string[], value: Json): string {
  return typeof value === 'boolean' && values.includes('on')
    ? `Write "${value ? 'on' : 'off'}", in quotes.`
    : '';
}
