import type { EngineName } from '../../src/api/api.ts';
import type { Target } from '../../src/engines/engines.ts';
import { mysqlServers, sharedMysql } from '../support/mysql-server.ts';
import { sharedPostgres, versions } from '../support/postgres-server.ts';

/** What the suite needs of a database, whatever its server. */
export interface AnyDatabase {
  readonly name: string;
  readonly url: string;
  /** As an account with a password. */
  readonly guardedUrl: string;
  drop(): Promise<void>;
}

/** One server under test, and what its SQL looks like where engines differ. */
export interface Candidate {
  readonly name: string;
  readonly engine: EngineName;
  createDatabase(): Promise<AnyDatabase>;
  readonly sql: {
    /** Changes a session setting that outlives the statement, and the query that tells it as `value`. */
    readonly change: string;
    readonly tell: string;
    readonly changed: string;
    readonly sleep: string;
    readonly kill: (pid: number) => string;
    readonly syntaxError: string;
    /** As the server numbers it. */
    readonly syntaxErrorCode: string;
    readonly temporary: string;
    /** Drops the UNIQUE over `customers.name`. */
    readonly dropKey: string;
    readonly userAs: string;
  };
}

const POSTGRES: Candidate['sql'] = {
  change: "SET work_mem = '77MB'",
  tell: "SELECT current_setting('work_mem') AS value",
  changed: '77MB',
  sleep: 'SELECT pg_sleep(30)',
  kill: (pid) => `SELECT pg_terminate_backend(${pid})`,
  syntaxError: 'SELECT 1,\n  2 FORM t',
  syntaxErrorCode: '42601',
  temporary: 'CREATE TEMPORARY TABLE leftover (a int)',
  dropKey: 'ALTER TABLE customers DROP CONSTRAINT customers_name_key;',
  userAs: 'SELECT session_user AS value',
};

const MYSQL: Candidate['sql'] = {
  change:
    "SET SESSION sql_mode = 'ANSI_QUOTES', time_zone = '+05:00', group_concat_max_len = 7777, @left = 3",
  tell: "SELECT CONCAT_WS('|', @@sql_mode LIKE '%ANSI_QUOTES%', @@time_zone, @@group_concat_max_len, @left) AS value",
  changed: '1|+05:00|7777|3',
  sleep: 'SELECT SLEEP(30)',
  kill: (pid) => `KILL ${pid}`,
  syntaxError: 'SELECT 1,\n  2 FORM t x',
  syntaxErrorCode: '1064',
  temporary: 'CREATE TEMPORARY TABLE leftover (a int)',
  dropKey: 'ALTER TABLE customers DROP KEY name;',
  userAs: 'SELECT CURRENT_USER() AS value',
};

/** Every server at hand; those that are missing are named in `missing`. */
export function candidates(): { readonly there: readonly Candidate[]; readonly missing: readonly string[] } {
  const mysql = mysqlServers();
  const postgres = versions().map(
    (version): Candidate => ({
      name: `PostgreSQL ${version}`,
      engine: 'postgres',
      createDatabase: async () => (await sharedPostgres(version)).createDatabase(),
      sql: POSTGRES,
    }),
  );
  const others = mysql.there.map(
    ({ kind, version }): Candidate => ({
      name: `${kind === 'mysql' ? 'MySQL' : 'MariaDB'} ${version === 0 ? 'by URL' : version}`,
      engine: kind,
      createDatabase: async () => (await sharedMysql(kind, version)).createDatabase(),
      sql: MYSQL,
    }),
  );
  return { there: [...postgres, ...others], missing: mysql.missing };
}

export function targetOf(url: string, more: Partial<Target> = {}): Target {
  return { url, pooler: 'none', schemas: 'all', application: 'mooring test', runner: '0.0.0-test', ...more };
}
