import type { CatalogObject } from '../../../catalog/catalog.ts';
import { sqlName } from './text.ts';

/** Periods of a table as CREATE TABLE says them (MariaDB). */
export function periodsOf(table: CatalogObject): readonly string[] {
  const periods = (table.properties.periods ?? []) as readonly string[];
  return periods.map(periodText);
}

const NAMES = /`(?:[^`]|``)*`|[^`,\s]+/g;

/** `p s, e` → PERIOD FOR `p` (`s`, `e`) */
export function periodText(period: string): string {
  const [, name = '', columns = ''] = /^(`(?:[^`]|``)*`|\S+) (.*)$/s.exec(period) ?? [];
  return `PERIOD FOR ${name === 'SYSTEM_TIME' ? name : sqlName(name)} (${(columns.match(NAMES) ?? []).map(sqlName).join(', ')})`;
}
