import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { PlanRules } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';
import { columnName, nameIn, tableOf } from './text.ts';
import { isZeroDate, lenient } from './zero-dates.ts';

/** The statement that gives a table, a view or a column another name; undefined for what else has none. */
export function rename(flavor: Flavor): NonNullable<PlanRules['rename']> {
  const leniently = lenient(flavor);
  return (before, after, parts) => {
    const sql = sqlOf(before, after);
    if (sql === undefined) return undefined;
    return before.kind === 'column' && parts.some(isZeroDate) ? leniently({ sql }) : { sql };
  };
}

function sqlOf(before: CatalogObject, after: CatalogObject): string | undefined {
  if (before.kind === 'column')
    return `ALTER TABLE ${tableOf(before)} RENAME COLUMN ${columnName(before)} TO ${columnName(after)}`;
  if (before.kind === 'table' || before.kind === 'view')
    return `RENAME TABLE ${nameIn(before)} TO ${nameIn(after)}`;
  return undefined;
}
