import type { CatalogObject } from '../../../catalog/catalog.ts';
import { lastPart, textOf } from './text.ts';

/** Types whose values the server itself takes for each other in an assignment. */
const FAMILIES: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['text', 'character varying', 'character', 'name', '"char"'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['json', 'jsonb'],
  ['bit', 'bit varying'],
  ['inet', 'cidr'],
  ['time without time zone', 'time with time zone', 'interval'],
];

/** ` USING …` where the server would not find its way from one type to the other alone. `moved`: the type is another of that name. */
export function usingText(before: CatalogObject, after: CatalogObject, moved: boolean): string {
  const cast = castOf(before, after, lastPart(after.identity), moved);
  return cast === undefined ? '' : ` USING ${cast}`;
}

/** A value of the one type as one of the other; undefined: the server takes it as it is. */
export function castOf(
  before: CatalogObject,
  after: CatalogObject,
  value: string,
  moved: boolean,
): string | undefined {
  const [from, to] = [textOf(before, 'type') ?? '', textOf(after, 'type') ?? ''];
  const [a, b] = [parse(from), parse(to)];
  if (moved) return `${value}::text${'[]'.repeat(b.dimensions)}::${to}`;
  if (a.name === b.name && a.dimensions === b.dimensions) return undefined;
  if (a.dimensions === b.dimensions) {
    if (FAMILIES.some((family) => family.includes(a.name) && family.includes(b.name))) return undefined;
    if (isText(b.name)) return a.dimensions === 0 ? undefined : `${value}::${to}`;
    if (isText(a.name)) return `${value}::${to}`;
    if ((a.name === 'boolean' && b.name === 'integer') || (a.name === 'integer' && b.name === 'boolean'))
      return `${value}::${to}`;
    if (a.name === 'boolean' && isNumber(b.name)) return `${value}::integer::${to}`;
    if (isNumber(a.name) && b.name === 'boolean') return `${value} <> 0`;
    return `${value}::text${'[]'.repeat(a.dimensions)}::${to}`;
  }
  if (a.dimensions === 0) return `CASE WHEN ${value} IS NULL THEN NULL ELSE ARRAY[${value}]::${to} END`;
  if (b.dimensions === 0 && isText(b.name)) return `${value}::text`;
  return `${value}::text::${to}`;
}

function isText(type: string): boolean {
  return FAMILIES[1]?.includes(type) === true;
}

function isNumber(type: string): boolean {
  return FAMILIES[0]?.includes(type) === true;
}

/** `numeric(10,2)[]` → name without modifiers, and how many dimensions it is written with. */
function parse(type: string): { readonly name: string; readonly dimensions: number } {
  const array = /(\[\])+$/.exec(type)?.[0] ?? '';
  const element = type.slice(0, type.length - array.length);
  return { name: element.replace(/\s*\([^()]*\)/, ''), dimensions: array.length / 2 };
}
