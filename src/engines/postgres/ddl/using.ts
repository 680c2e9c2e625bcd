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
  const [from, to] = [textOf(before, 'type') ?? '', textOf(after, 'type') ?? ''];
  const name = lastPart(after.identity);
  const [a, b] = [parse(from), parse(to)];
  if (moved) return ` USING ${name}::text${'[]'.repeat(b.dimensions)}::${to}`;
  if (a.name === b.name && a.dimensions === b.dimensions) return '';
  if (a.dimensions === b.dimensions) {
    if (FAMILIES.some((family) => family.includes(a.name) && family.includes(b.name))) return '';
    if (isText(b.name)) return a.dimensions === 0 ? '' : ` USING ${name}::${to}`;
    if (isText(a.name)) return ` USING ${name}::${to}`;
    if ((a.name === 'boolean' && b.name === 'integer') || (a.name === 'integer' && b.name === 'boolean'))
      return ` USING ${name}::${to}`;
    if (a.name === 'boolean' && isNumber(b.name)) return ` USING ${name}::integer::${to}`;
    if (isNumber(a.name) && b.name === 'boolean') return ` USING ${name} <> 0`;
    return ` USING ${name}::text${'[]'.repeat(a.dimensions)}::${to}`;
  }
  if (a.dimensions === 0) return ` USING CASE WHEN ${name} IS NULL THEN NULL ELSE ARRAY[${name}]::${to} END`;
  if (b.dimensions === 0 && isText(b.name)) return ` USING ${name}::text`;
  return ` USING ${name}::text::${to}`;
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
