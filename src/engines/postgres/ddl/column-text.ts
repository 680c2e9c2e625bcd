import type { Json } from '../../../catalog/catalog.ts';
import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { RuleContext } from '../../rules.ts';
import { foreignOptions } from './foreign-data.ts';
import { lastPart, mapOf, textOf } from './text.ts';

/** A column as CREATE TABLE and ADD COLUMN say it; one that is made in parts without its default. */
export function columnText(column: CatalogObject, context: RuleContext): string {
  const expression = context.apart(keyOf(column)) ? undefined : textOf(column, 'default');
  const compression = textOf(column, 'compression');
  return [
    lastPart(column.identity),
    typeText(column),
    foreignOptions(column, 'foreignOptions').trim(),
    compression === undefined ? '' : `COMPRESSION ${compression}`,
    expression === undefined ? '' : `DEFAULT ${expression}`,
    generatedText(column),
    identityText(column),
    notNullText(column),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

export function typeText(column: CatalogObject): string {
  const collation = textOf(column, 'collation');
  return `${textOf(column, 'type')}${collation === undefined ? '' : ` COLLATE ${collation}`}`;
}

export function generatedText(column: CatalogObject): string {
  const { expression, kind } = mapOf(column, 'generated');
  return expression === undefined ? '' : `GENERATED ALWAYS AS (${expression}) ${String(kind).toUpperCase()}`;
}

export function identityText(column: CatalogObject): string {
  const identity = textOf(column, 'identity');
  if (identity === undefined) return '';
  const sequence = mapOf(column, 'sequence');
  const named = sequence.name === undefined ? '' : `SEQUENCE NAME ${sequence.name} `;
  return `GENERATED ${identity.toUpperCase()} AS IDENTITY (${named}${sequenceOptions(sequence)})`;
}

function notNullText(column: CatalogObject): string {
  const { notNull, notNullName, notNullInherit, notNullValid } = column.properties;
  if (notNull !== true || notNullValid === false) return '';
  const name = typeof notNullName === 'string' ? `CONSTRAINT ${notNullName} ` : '';
  return `${name}NOT NULL${notNullInherit === false ? ' NO INHERIT' : ''}`;
}

/** All but name and type, each said. */
export function sequenceOptions(sequence: Readonly<Record<string, Json>>): string {
  const { start, increment, min, max, cache, cycle } = sequence;
  return `START WITH ${start} INCREMENT BY ${increment} MINVALUE ${min} MAXVALUE ${max} CACHE ${cache}${cycle === true ? ' CYCLE' : ''}`;
}
