import type { CatalogObject } from '../../../catalog/catalog.ts';
import { namesOf, unspelled } from '../catalog/catalog.ts';
import { identifier } from '../wire.ts';

/** The first name of an identity, as in SQL: of an index, a constraint, a trigger, or the table itself. */
export function nameIn({ identity }: CatalogObject): string {
  return identifier(namesOf(identity)[0] ?? '');
}

/** A column's own name, as in SQL. */
export function columnName({ identity }: CatalogObject): string {
  return identifier(namesOf(identity).at(-1) ?? '');
}

/** The table that it is part of, as in SQL. */
export function tableOf({ parent = '' }: CatalogObject): string {
  return sqlName(parent.slice('table '.length));
}

/** A spelled name as in SQL; of another database with that one's name. */
export function sqlName(spelled: string): string {
  return namesOf(spelled).map(identifier).join('.');
}

export function sqlList(spelled: unknown): string {
  return (spelled as readonly string[]).map(sqlName).join(', ');
}

export function textOf({ properties }: CatalogObject, name: string): string | undefined {
  const value = properties[name];
  return typeof value === 'string' ? value : undefined;
}

/** A string literal under the sql_mode that plans run under. */
export function literal(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
  return `'${escaped.replaceAll('\0', '\\0').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\x1a', '\\Z')}'`;
}

/** A part of an index: a column with its prefix and direction, or an expression. */
export function indexPart(part: string): string {
  if (part.startsWith('(')) return part;
  const [, name = '', rest = ''] = /^(`(?:[^`]|``)*`|[^\s(]+)(.*)$/s.exec(part) ?? [];
  return `${identifier(unspelled(name))}${rest}`;
}

/** A table's columns in their order. */
export function columnsOf(children: readonly CatalogObject[]): readonly CatalogObject[] {
  return children
    .filter(({ kind }) => kind === 'column')
    .sort((a, b) => Number(a.properties.rank) - Number(b.properties.rank));
}
