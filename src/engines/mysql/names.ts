import { createHash } from 'node:crypto';
import { identifier, literal } from './wire.ts';

/** Our tables stand beside the data, their names qualified: a migration's USE does not lead our statements astray. */
export type OurTable = 'meta' | 'claim' | 'history' | 'journal' | 'snapshot' | 'object';

export const tableOf = (database: string, table: OurTable): string =>
  `${identifier(database)}.mooring_${table}`;

/** GET_LOCK's names belong to the whole server and have at most 64 characters: the database's name, hashed. */
export function lockName(database: string, namesIgnoreCase: boolean): string {
  const name = namesIgnoreCase ? database.toLowerCase() : database;
  return `mooring.${createHash('sha256').update(name).digest('hex').slice(0, 40)}`;
}

/** The servers' own databases, for `IN (…)`. */
export const SYSTEM = ['mysql', 'sys', 'performance_schema', 'information_schema'].map(literal).join(', ');
