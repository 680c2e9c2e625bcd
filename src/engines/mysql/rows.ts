import type { OurTable } from './names.ts';
import { identifier, literal, type Row, type Wire } from './wire.ts';

/** Where our rows are: a connection, and the full names of our tables. */
export interface Place {
  readonly wire: Wire;
  readonly table: (name: OurTable) => string;
}

/** Date and time as ISO 8601 UTC with milliseconds, whatever the session's settings. */
export const iso = (column: string): string =>
  `CONCAT(LEFT(DATE_FORMAT(${column}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')`;

export const STAMPS = `${iso('`at`')} AS at_iso`;

/** The fields that every row of ours has. */
export function stampedOf(row: Row) {
  return {
    seq: Number(row.seq),
    at: row.at_iso ?? '',
    by: row.by ?? '',
    key: row.key ?? '',
    owner: row.owner ?? '',
    runner: row.runner ?? '',
  };
}

/** Under LOCK TABLES a table that is named twice is locked twice. */
export const EARLIER = 'mooring_earlier';

type Value = string | number | boolean | null | undefined;

/**
 * The server adds its clock and the account, and the number is ours to give: one that AUTO_INCREMENT gave would be what
 * LAST_INSERT_ID() tells the migration's next statement. Nobody else adds rows meanwhile, for we hold the lock.
 */
export function insertSql<Column extends string>(
  table: string,
  columns: readonly Column[],
  values: { readonly [name in Column]?: Value },
): string {
  const names = ['seq', ...columns.map(identifier), '`at`', '`by`'].join(', ');
  const given = columns.map((column) => literal(values[column])).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT COALESCE(MAX(seq), 0) + 1, ${given}, UTC_TIMESTAMP(3), CURRENT_USER() FROM ${table} AS ${EARLIER}`;
}

/** `{name: value}`, or nothing where the column is NULL. */
export function optional<Name extends string>(
  name: Name,
  value: string | null | undefined,
): { readonly [name in Name]?: string } {
  return (value == null ? {} : { [name]: value }) as { readonly [name in Name]?: string };
}
