import { identifier } from './wire.ts';

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
  /** The statement that goes back to the roles that the session began with; `role` is what CURRENT_ROLE() said then. */
  firstRole(role: string | undefined): string;
  /** Does VERSION() speak of this server? */
  isVersion(version: string): boolean;
}

export const MYSQL: Flavor = {
  name: 'mysql',
  label: 'MySQL',
  oldest: [8, 4],
  sqlMode:
    'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  limit: 'max_execution_time',
  roleAgain: (role) => `SET ROLE ${role ?? 'NONE'}`,
  statementTimeout: (ms) => `max_execution_time = ${ms}`,
  firstRole: () => 'SET ROLE DEFAULT',
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
  firstRole: (role) => `SET ROLE ${role === undefined ? 'NONE' : identifier(role)}`,
  isVersion: (version) => /mariadb/i.test(version),
};
