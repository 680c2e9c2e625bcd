import { identifier, literal } from './wire.ts';

/** What GRANT ALL gives, in the order of the letters. */
export interface EveryRight {
  readonly database: readonly string[];
  readonly table: readonly string[];
  readonly routine: readonly string[];
}

const ON_TABLE =
  'ALTER,CREATE,CREATE VIEW,DELETE,DROP,INDEX,INSERT,REFERENCES,SELECT,SHOW VIEW,TRIGGER,UPDATE'.split(',');
const ON_ROUTINE = ['ALTER ROUTINE', 'EXECUTE'];
const ON_DATABASE = [
  ...ON_TABLE,
  ...ON_ROUTINE,
  'CREATE ROUTINE',
  'CREATE TEMPORARY TABLES',
  'EVENT',
  'LOCK TABLES',
];

/** What the two servers do differently, as data. */
export interface Flavor {
  readonly name: 'mysql' | 'mariadb';
  readonly label: string;
  /** Oldest version that we run on, `[major, minor]`. */
  readonly oldest: readonly [number, number];
  /** The default that the manual gives. */
  readonly sqlMode: string;
  /** The variable that limits how long a statement may run. */
  readonly limit: string;
  /** The statement that takes the roles again that CURRENT_ROLE() told of. */
  roleAgain(role: string | undefined): string;
  /** An assignment for SET SESSION. MySQL's limit holds for SELECT alone. */
  statementTimeout(ms: number): string;
  /** Defaults that no column may be added with. */
  readonly unsafeDefault: RegExp;
  /** What hides an index from the optimizer, and what shows it again. */
  readonly hiddenIndex: readonly [hidden: string, shown: string];
  /** A SELECT that may take so long; it ends as `cancelled`. */
  limited(select: string, ms: number): string;
  /** The statement that goes back to the roles that the session began with; `role` is what CURRENT_ROLE() said then. */
  firstRole(role: string | undefined): string;
  /** Settings under which SHOW CREATE says all there is, `name = value`. */
  readonly showAll: readonly string[];
  /** ROUTINE_TYPEs that are modelled. */
  readonly routineTypes: readonly string[];
  /** Catalogues of what is not, with the column that names the database. */
  readonly unmodelled: readonly { readonly kind: string; readonly from: string; readonly schema: string }[];
  /** Types of columns whose DEFAULT NULL SHOW CREATE leaves out. */
  readonly leavesNullUnsaid: RegExp;
  /** `minor`: of this major version. */
  everyRight(major: number, minor: number): EveryRight;
  /** Finds a role of that name; undefined: roles are accounts like others. */
  readonly role?: (name: string) => string;
  /** All accounts: User, Host, plugin, tls, limits, locked, role. */
  readonly accounts: string;
  /** Which roles they have: User, Host, Role, Role_host. */
  readonly accountRoles: string;
  /** Does VERSION() speak of this server? */
  isVersion(version: string): boolean;
}

/** What an account may use of the server in an hour, as CREATE USER says it; null where there is no limit. */
const LIMITS = `NULLIF(CONCAT_WS(' ',
  IF(max_questions > 0, CONCAT('MAX_QUERIES_PER_HOUR ', max_questions), NULL),
  IF(max_updates > 0, CONCAT('MAX_UPDATES_PER_HOUR ', max_updates), NULL),
  IF(max_connections > 0, CONCAT('MAX_CONNECTIONS_PER_HOUR ', max_connections), NULL),
  IF(max_user_connections > 0, CONCAT('MAX_USER_CONNECTIONS ', max_user_connections), NULL)), '')`;

export const MYSQL: Flavor = {
  name: 'mysql',
  label: 'MySQL',
  oldest: [8, 4],
  sqlMode:
    'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  limit: 'max_execution_time',
  roleAgain: (role) => `SET ROLE ${role ?? 'NONE'}`,
  statementTimeout: (ms) => `max_execution_time = ${ms}`,
  limited: (select, ms) => select.replace(/^SELECT/, `SELECT /*+ MAX_EXECUTION_TIME(${ms}) */`),
  firstRole: () => 'SET ROLE DEFAULT',
  showAll: [
    'sql_quote_show_create = 1',
    'show_create_table_verbosity = 0',
    'show_create_table_skip_secondary_engine = 0',
    'show_gipk_in_create_table_and_information_schema = 1',
  ],
  routineTypes: ['PROCEDURE', 'FUNCTION'],
  unmodelled: [],
  // Functions that "may return a different value on the replica" (MySQL manual, "Data Type Default Values").
  unsafeDefault:
    /\b(?:uuid|uuid_short|rand|random_bytes|sysdate|user|current_user|session_user|system_user|connection_id|found_rows|row_count|last_insert_id|version|sleep)\s*\(/i,
  hiddenIndex: ['INVISIBLE', 'VISIBLE'],
  leavesNullUnsaid: /^(?:tiny|medium|long)?(?:text|blob)\b/,
  everyRight: () => ({ database: ON_DATABASE, table: ON_TABLE, routine: ON_ROUTINE }),
  accounts: `SELECT User, Host, plugin, ssl_type AS tls, ${LIMITS} AS limits, account_locked AS locked, 'N' AS role
    FROM mysql.user ORDER BY User, Host`,
  accountRoles:
    'SELECT TO_USER AS User, TO_HOST AS Host, FROM_USER AS Role, FROM_HOST AS Role_host FROM mysql.role_edges',
  isVersion: (version) => !/mariadb/i.test(version),
};

export const MARIADB: Flavor = {
  name: 'mariadb',
  label: 'MariaDB',
  oldest: [10, 6],
  sqlMode: 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION',
  limit: 'max_statement_time',
  roleAgain: (role) => `SET ROLE ${role === undefined ? 'NONE' : identifier(role)}`,
  statementTimeout: (ms) => `max_statement_time = ${ms / 1000}`,
  showAll: ['sql_quote_show_create = 1', "old_mode = 'UTF8_IS_UTF8MB3'"],
  routineTypes: ['PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY'],
  unmodelled: [],
  unsafeDefault: /^(?!)/,
  hiddenIndex: ['IGNORED', 'NOT IGNORED'],
  leavesNullUnsaid: /^(?!)/,
  limited: (select, ms) => `SET STATEMENT max_statement_time = ${ms / 1000} FOR ${select}`,
  firstRole: (role) => `SET ROLE ${role === undefined ? 'NONE' : identifier(role)}`,
  everyRight: (major, minor) => {
    // "SHOW CREATE ROUTINE … from MariaDB 11.3" (MariaDB documentation, "GRANT").
    const show = major > 11 || (major === 11 && minor >= 3) ? ['SHOW CREATE ROUTINE'] : [];
    return {
      database: [...ON_DATABASE, 'DELETE HISTORY', ...show],
      table: [...ON_TABLE, 'DELETE HISTORY'],
      // Without it, although SHOW CREATE ROUTINE may be granted there (seen on 11.8).
      routine: ON_ROUTINE,
    };
  },
  role: (name) => `SELECT 1 FROM mysql.user WHERE User = ${literal(name)} AND is_role = 'Y'`,
  accounts: `SELECT u.User, u.Host, IF(u.is_role = 'Y', NULL, u.plugin) AS plugin, u.ssl_type AS tls, ${LIMITS} AS limits,
    IF(JSON_VALUE(g.Priv, '$.account_locked') IN ('1', 'true'), 'Y', 'N') AS locked, u.is_role AS role
    FROM mysql.user AS u JOIN mysql.global_priv AS g ON g.User = u.User AND g.Host = u.Host ORDER BY u.User, u.Host`,
  accountRoles: "SELECT User, Host, Role, '' AS Role_host FROM mysql.roles_mapping",
  isVersion: (version) => /mariadb/i.test(version),
};
