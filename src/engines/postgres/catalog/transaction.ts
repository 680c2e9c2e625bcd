import { type ArrayQuery, queryAll } from './reading.ts';

/**
 * Does the work under settings that make the server spell everything one way, whatever the session has set, and puts
 * all of it back. In a transaction that is already open it stays within a savepoint, so that neither the settings nor
 * the locks that deparsing takes, nor a failure, outlive it.
 */
export async function underReadSettings<T>(
  query: ArrayQuery,
  inTransaction: boolean,
  work: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    await queryAll(query, [inTransaction ? 'SAVEPOINT mooring_read' : BEGIN, SETTINGS]);
    result = await work();
  } catch (error) {
    await end(query, inTransaction).catch(() => {});
    throw error;
  }
  await end(query, inTransaction);
  return result;
}

async function end(query: ArrayQuery, inTransaction: boolean): Promise<void> {
  if (!inTransaction) {
    await query('ROLLBACK');
    return;
  }
  await queryAll(query, ['ROLLBACK TO SAVEPOINT mooring_read', 'RELEASE SAVEPOINT mooring_read']);
}

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY';

/** Everything that the text of an expression, a constant in it, or a name depends on; and no long wait for a lock. */
const SETTINGS = `SELECT ${Object.entries({
  search_path: '',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmlbinary: 'base64',
  lock_timeout: '1s',
  statement_timeout: '0',
  // Compiling costs more than it saves on queries that are each run once.
  jit: 'off',
})
  .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
  .join(', ')}`;
