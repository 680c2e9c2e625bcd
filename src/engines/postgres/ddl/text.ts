import type { CatalogObject, Json } from '../../../catalog/catalog.ts';

/** A string constant, with standard_conforming_strings on. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A dollar-quoted string whose tag does not occur in it. */
export function dollarQuoted(text: string): string {
  let tag = '$$';
  for (let n = 0; text.includes(tag.slice(0, -1)) || (n === 0 && text.endsWith('$')); n += 1)
    tag = n === 0 ? '$body$' : `$body${n}$`;
  return `${tag}${text}${tag}`;
}

/** A property that is text, if it is there. */
export function textOf(object: CatalogObject, name: string): string | undefined {
  const value = object.properties[name];
  return typeof value === 'string' ? value : undefined;
}

export function listOf(object: CatalogObject, name: string): readonly string[] {
  const value = object.properties[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function mapOf(object: CatalogObject, name: string): Readonly<Record<string, Json>> {
  const value = object.properties[name];
  return isMap(value) ? value : {};
}

function isMap(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `table public.orders` → `public.orders`; kinds may have several words. */
export function parentName(object: CatalogObject): string {
  const { parent = '', identity } = object;
  const kind = RELATION_KINDS.find((each) => parent.startsWith(`${each} `));
  return kind === undefined ? identity : parent.slice(kind.length + 1);
}

const RELATION_KINDS = ['table', 'foreign table', 'materialized view', 'view'];

/** The last part of a dotted name, quoted as it is. */
export function lastPart(identity: string): string {
  if (!identity.includes('"')) return identity.slice(identity.lastIndexOf('.') + 1);
  return /(?:"(?:[^"]|"")*"|[^."])+$/u.exec(identity)?.[0] ?? identity;
}

/** Its schema, quoted as it is, with the dot. */
export function schemaPrefix(identity: string): string {
  return /^(?:"(?:[^"]|"")*"|[^\s."(])+\./u.exec(identity)?.[0] ?? '';
}

/** The name in `<name> on <relation>`. */
export function nameOn(object: CatalogObject): string {
  return object.identity.slice(0, object.identity.length - parentName(object).length - ' on '.length);
}

/** `name=value` as a relation's options are kept → `name='value'`. */
export function optionText(option: string): string {
  const at = option.indexOf('=');
  return at < 0 ? option : `${option.slice(0, at)}=${quoted(option.slice(at + 1))}`;
}

export function optionName(option: string): string {
  const at = option.indexOf('=');
  return at < 0 ? option : option.slice(0, at);
}

/** ` WITH (…)`, or nothing. */
export function withOptions(options: readonly string[]): string {
  return options.length === 0 ? '' : ` WITH (${options.map(optionText).join(', ')})`;
}

/** SET and RESET that lead from one list of options to another. */
export function optionChanges(before: readonly string[], after: readonly string[]): readonly string[] {
  const set = after.filter((option) => !before.includes(option));
  const names = new Set(after.map(optionName));
  const reset = before.map(optionName).filter((name) => !names.has(name));
  return [
    ...(reset.length === 0 ? [] : [`RESET (${reset.join(', ')})`]),
    ...(set.length === 0 ? [] : [`SET (${set.map(optionText).join(', ')})`]),
  ];
}

/** The words of an expression that may be names, quoted ones as they are; strings are passed over. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    text.replace(/'(?:[^']|'')*'/g, ' ').match(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [],
  );
}
