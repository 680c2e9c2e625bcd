import type { SessionSettings } from '../engine.ts';
import type { Flavor } from './flavor.ts';
import { identifier, type Wire } from './wire.ts';

/** Where a session belongs. */
export interface Home {
  readonly flavor: Flavor;
  readonly database: string;
  /** The statement that takes the migrator's role. */
  readonly role: string;
}

/**
 * Known settings of a session. The sql_mode is the server's own default as its manual gives it, not what the server was
 * configured to: text is cut up by it, and routines keep it.
 */
export function knownSettings(settings: SessionSettings, home: Home): readonly string[] {
  return [
    `USE ${identifier(home.database)}`,
    home.role,
    'SET NAMES utf8mb4',
    'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    `SET SESSION ${[
      `sql_mode = '${home.flavor.sqlMode}'`,
      "time_zone = '+00:00'",
      'autocommit = 1',
      'foreign_key_checks = 1',
      'unique_checks = 1',
      'sql_notes = 1',
      'sql_safe_updates = 0',
      // A client that died without a word is noticed when it is silent for longer than this; a living one says that
      // it is alive every 8 s (wire.ts).
      'wait_timeout = 30',
      `lock_wait_timeout = ${lockSeconds(settings.lockTimeout)}`,
      `innodb_lock_wait_timeout = ${lockSeconds(settings.lockTimeout)}`,
      home.flavor.statementTimeout(settings.statementTimeout),
      'timestamp = DEFAULT',
    ].join(', ')}`,
  ];
}

/** Our own statements: the migrator's role and no time-outs, whatever a migration has set. */
export function ownSettings(home: Home): readonly string[] {
  return [
    home.role,
    `SET SESSION lock_wait_timeout = ${NO_LIMIT}, innodb_lock_wait_timeout = ${NO_LIMIT}, ${home.flavor.statementTimeout(0)}, sql_safe_updates = 0, timestamp = DEFAULT`,
  ];
}

export function lockTimeoutSql(ms: number): string {
  return `SET SESSION lock_wait_timeout = ${lockSeconds(ms)}, innodb_lock_wait_timeout = ${lockSeconds(ms)}`;
}

/** The longest lock_wait_timeout that the servers take: a year. */
const NO_LIMIT = 31_536_000;

/** Both time-outs count whole seconds; 0 would mean "do not wait" to MariaDB. */
function lockSeconds(ms: number): number {
  return ms === 0 ? NO_LIMIT : Math.max(1, Math.ceil(ms / 1000));
}

/**
 * Puts back what a migration may have left in the session. COM_RESET_CONNECTION and COM_CHANGE_USER would do it in one
 * go, but they release the locks of GET_LOCK, and this connection holds ours; so it is done by its parts: the open
 * transaction, LOCK TABLES, session variables that differ from `before`, user variables, and what `leftovers`
 * names. Not reached: temporary tables and prepared statements that a stored procedure made.
 */
export async function putBack(
  wire: Wire,
  before: ReadonlyMap<string, string>,
  leftovers: Iterable<string>,
  told = true,
): Promise<void> {
  await wire.queryAll(['ROLLBACK', 'UNLOCK TABLES']);
  wire.inTransaction = false;
  for (const sql of leftovers) await tolerant(wire, sql);
  // DDL leaves its session as it was.
  if (!told) return;
  for (const [name, value] of await sessionVariables(wire)) {
    if (before.get(name) !== value && !PASSING.has(name))
      await tolerant(wire, `SET SESSION ${identifier(name)} = DEFAULT`);
  }
  for (const name of await userVariables(wire)) await wire.query(`SET @${identifier(name)} = NULL`);
}

/** All variables with what they are for this session. */
export async function sessionVariables(wire: Wire): Promise<ReadonlyMap<string, string>> {
  const rows = await wire.query('SHOW SESSION VARIABLES');
  return new Map(rows.map((row) => [row.Variable_name ?? '', row.Value ?? '']));
}

/** Differ at each look. */
const PASSING = new Set([
  'timestamp',
  'last_insert_id',
  'identity',
  'insert_id',
  'rand_seed1',
  'rand_seed2',
  'error_count',
  'warning_count',
]);

/** Where the server does not list them (performance_schema is off), they stay. */
async function userVariables(wire: Wire): Promise<readonly string[]> {
  for (const sql of [
    `SELECT VARIABLE_NAME AS name FROM information_schema.USER_VARIABLES WHERE VARIABLE_VALUE IS NOT NULL`,
    `SELECT VARIABLE_NAME AS name FROM performance_schema.user_variables_by_thread v
     JOIN performance_schema.threads t USING (THREAD_ID) WHERE t.PROCESSLIST_ID = CONNECTION_ID() AND VARIABLE_VALUE IS NOT NULL`,
  ]) {
    try {
      return (await wire.query(sql)).map((row) => row.name ?? '').filter((name) => name !== '');
    } catch (error) {
      if (wire.lost) throw error;
    }
  }
  return [];
}

/** Variables of the server alone, and those that a session may only read, differ as well and cannot be put back. */
async function tolerant(wire: Wire, sql: string): Promise<void> {
  try {
    await wire.query(sql);
  } catch (error) {
    if (wire.lost) throw error;
  }
}
