import type { CatalogObject } from '../../../catalog/catalog.ts';
import { lastPart, nameOn, parentName, schemaPrefix } from './text.ts';

const WORDS: Readonly<Record<string, string>> = {
  table: 'TABLE',
  view: 'VIEW',
  'materialized view': 'MATERIALIZED VIEW',
  index: 'INDEX',
  sequence: 'SEQUENCE',
  enum: 'TYPE',
  'composite type': 'TYPE',
  'range type': 'TYPE',
  domain: 'DOMAIN',
  schema: 'SCHEMA',
};

/** The statement that gives an object another name in its schema; undefined where there is none. */
export function rename(before: CatalogObject, after: CatalogObject): { readonly sql: string } | undefined {
  const sql = sqlOf(before, after);
  return sql === undefined ? undefined : { sql };
}

function sqlOf(before: CatalogObject, after: CatalogObject): string | undefined {
  if (before.kind === 'column')
    return `ALTER TABLE ${parentName(before)} RENAME COLUMN ${lastPart(before.identity)} TO ${lastPart(after.identity)}`;
  if (before.kind === 'constraint')
    return `ALTER TABLE ${parentName(before)} RENAME CONSTRAINT ${nameOn(before)} TO ${nameOn(after)}`;
  const word = WORDS[before.kind];
  if (word === undefined || schemaPrefix(before.identity) !== schemaPrefix(after.identity)) return undefined;
  return `ALTER ${word} ${before.identity} RENAME TO ${lastPart(after.identity)}`;
}
