import type { CatalogObject, Json } from '../../../catalog/catalog.ts';
import { identifier } from '../wire.ts';
import { literal } from './text.ts';

/** Options of a table as CREATE TABLE says them, or those that lead from `before` to `after`. */
export function optionTexts(before: CatalogObject | undefined, after: CatalogObject): readonly string[] {
  const texts: string[] = [];
  const [was, is] = [before?.properties ?? {}, after.properties];
  if (is.engine !== was.engine) texts.push(`ENGINE=${is.engine}`);
  if (is.collation !== was.collation) texts.push(`DEFAULT COLLATE=${is.collation}`);
  const [old, now] = [optionsOf(was.options), optionsOf(is.options)];
  for (const [name, value] of Object.entries(now))
    if (old[name] !== value) texts.push(optionText(name, value));
  for (const name of Object.keys(old)) if (!(name in now)) texts.push(`${name}=${UNSET[name] ?? 'DEFAULT'}`);
  if (is.comment !== was.comment) texts.push(`COMMENT=${literal(String(is.comment ?? ''))}`);
  return texts;
}

function optionsOf(value: Json | undefined): Readonly<Record<string, string>> {
  return (value ?? {}) as Readonly<Record<string, string>>;
}

function optionText(name: string, value: string): string {
  if (name === '') return value;
  return name === 'TABLESPACE' ? `TABLESPACE ${identifier(value)}` : `${name}=${value}`;
}

/** What takes an option back, where that is not DEFAULT. */
const UNSET: Readonly<Record<string, string>> = {
  KEY_BLOCK_SIZE: '0',
  MAX_ROWS: '0',
  MIN_ROWS: '0',
  AVG_ROW_LENGTH: '0',
  CHECKSUM: '0',
  DELAY_KEY_WRITE: '0',
  ENCRYPTION: "'N'",
  COMPRESSION: "''",
  ENGINE_ATTRIBUTE: "''",
  SECONDARY_ENGINE_ATTRIBUTE: "''",
  SECONDARY_ENGINE: 'NULL',
  CONNECTION: "''",
  AUTOEXTEND_SIZE: '0',
};
