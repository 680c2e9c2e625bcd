import type { CatalogObject } from '../../../catalog/catalog.ts';
import { columnName, nameIn, tableOf } from './text.ts';

/** The statement that gives a table, a view or a column another name; undefined for what else has none. */
export function rename(before: CatalogObject, after: CatalogObject): string | undefined {
  if (before.kind === 'column')
    return `ALTER TABLE ${tableOf(before)} RENAME COLUMN ${columnName(before)} TO ${columnName(after)}`;
  if (before.kind === 'table' || before.kind === 'view')
    return `RENAME TABLE ${nameIn(before)} TO ${nameIn(after)}`;
  return undefined;
}
