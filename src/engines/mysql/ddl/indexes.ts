import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, KindRules } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';
import { identifier } from '../wire.ts';
import { indexPart, literal, nameIn, textOf } from './text.ts';

/** Indexes: part of CREATE TABLE, or of one ALTER TABLE. */
export function indexes(_flavor: Flavor): KindRules {
  return {
    weight: 50,
    create: () => ({ parts: [] }),
    drop: () => [],
    alter: alterIndex,
    madeByParent: () => true,
    changedByParent: () => true,
  };
}

/** An index that differs in more than whether it is seen is made again. One that it needs may change beneath it. */
function alterIndex({ changed }: Alteration): Alter | undefined {
  return [...changed].every((name) => name === 'invisible') ? { statements: [] } : undefined;
}

/** As CREATE TABLE says it, and ALTER TABLE after ADD. */
export function indexText(index: CatalogObject, flavor: Flavor): string {
  const { properties } = index;
  const type = textOf(index, 'type');
  const parts = (properties.columns as readonly string[]).map(indexPart).join(', ');
  const kind =
    type === 'primary key'
      ? 'PRIMARY'
      : (type?.toUpperCase() ?? (properties.unique === true ? 'UNIQUE' : ''));
  return [
    kind,
    'KEY',
    type === 'primary key' ? '' : nameIn(index),
    `(${parts})`,
    properties.using === undefined ? '' : `USING ${properties.using}`,
    properties.keyBlockSize === undefined ? '' : `KEY_BLOCK_SIZE=${properties.keyBlockSize}`,
    properties.parser === undefined ? '' : `WITH PARSER ${identifier(String(properties.parser))}`,
    properties.comment === undefined ? '' : `COMMENT ${literal(String(properties.comment))}`,
    properties.options === undefined ? '' : String(properties.options),
    properties.invisible === true ? flavor.hiddenIndex[0] : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

export function dropIndexText(index: CatalogObject): string {
  return textOf(index, 'type') === 'primary key' ? 'DROP PRIMARY KEY' : `DROP KEY ${nameIn(index)}`;
}

export function isIndex(object: CatalogObject): boolean {
  return object.kind === 'index';
}
