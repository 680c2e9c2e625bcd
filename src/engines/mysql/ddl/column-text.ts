import type { CatalogObject } from '../../../catalog/catalog.ts';
import { columnName, literal, textOf } from './text.ts';

/** A column as CREATE TABLE and ALTER TABLE say it; `table`: the one that it will stand in. */
export function columnText(column: CatalogObject, table: CatalogObject): string {
  const { properties } = column;
  const type = textOf(column, 'type') ?? '';
  const generated = properties.generated as
    | { readonly kind: string; readonly expression?: string }
    | undefined;
  const collation = textOf(column, 'collation');
  return [
    columnName(column),
    type,
    properties.compressed === true ? 'COMPRESSED' : '',
    collation === undefined || (collation === table.properties.collation && properties.collationSaid !== true)
      ? ''
      : `CHARACTER SET ${charsetOf(collation)} COLLATE ${collation}`,
    generated === undefined ? '' : generatedText(generated),
    properties.notNull === true
      ? 'NOT NULL'
      : type.startsWith('timestamp') && generated === undefined
        ? 'NULL'
        : '',
    properties.srid === undefined ? '' : `SRID ${properties.srid}`,
    part(column, 'storage', 'STORAGE'),
    part(column, 'columnFormat', 'COLUMN_FORMAT'),
    part(column, 'default', 'DEFAULT'),
    part(column, 'onUpdate', 'ON UPDATE'),
    properties.autoIncrement === true ? 'AUTO_INCREMENT' : '',
    properties.invisible === true ? 'INVISIBLE' : '',
    properties.systemVersioning === false ? 'WITHOUT SYSTEM VERSIONING' : '',
    part(column, 'attributes', ''),
    properties.comment === undefined ? '' : `COMMENT ${literal(String(properties.comment))}`,
    properties.check === undefined ? '' : `CHECK (${properties.check})`,
  ]
    .filter((word) => word !== '')
    .join(' ');
}

/** Collations are named after their character set, but for that of bytes. */
function charsetOf(collation: string): string {
  return collation.split('_')[0] ?? collation;
}

function generatedText({
  kind,
  expression,
}: {
  readonly kind: string;
  readonly expression?: string;
}): string {
  if (expression === undefined) return `GENERATED ALWAYS AS ${kind.toUpperCase()}`;
  return `GENERATED ALWAYS AS (${expression}) ${kind.toUpperCase()}`.trim();
}

function part(column: CatalogObject, property: string, words: string): string {
  const value = textOf(column, property);
  return value === undefined ? '' : `${words} ${value}`.trim();
}
