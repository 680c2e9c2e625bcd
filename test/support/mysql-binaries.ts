import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DebianRoot, fetchedRoot, fetchRoot } from './debian-root.ts';
import { SERVER_ACCOUNT } from './postgres-binaries.ts';

export type MysqlKind = 'mysql' | 'mariadb';

export interface MysqlBinaries {
  readonly kind: MysqlKind;
  readonly version: number;
  readonly root: DebianRoot;
  readonly server: readonly [string, ...string[]];
  /** The command-line client of the same version. */
  readonly client: readonly [string, ...string[]];
  /** mariadb-dump or mysqldump. */
  readonly dump: readonly [string, ...string[]];
  /** Where its messages and character sets lie, for `--lc-messages-dir` and `--character-sets-dir`. */
  readonly share: string;
}

/** Servers by the Debian suite that has them: a long-term MariaDB, a newer one, and MySQL, which Debian keeps in sid alone. */
const SERVERS = [
  {
    kind: 'mariadb',
    version: 10.11,
    suite: 'bookworm',
    packages: ['mariadb-server-core', 'mariadb-client-core', 'mariadb-client'],
  },
  {
    kind: 'mariadb',
    version: 11.8,
    suite: 'trixie',
    packages: ['mariadb-server-core', 'mariadb-client-core', 'mariadb-client'],
  },
  {
    kind: 'mysql',
    version: 9,
    suite: 'sid',
    packages: ['mysql-server-core', 'mysql-client-core', 'mysql-client'],
  },
] as const;

const nameOf = (kind: MysqlKind, version: number): string => `${kind}-${version}`;

/** Fetches what is not there yet; returns a sentence for each server that could not be had. */
export async function fetchServers(): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { kind, version, suite, packages } of SERVERS) {
    try {
      await fetchRoot(nameOf(kind, version), suite, packages);
    } catch (error) {
      failures.push(
        `${kind} ${version} could not be fetched from Debian ${suite}: ${String(error).split('\n')[0]}`,
      );
    }
  }
  return failures;
}

/** The servers that this machine can start, and sentences about those it cannot. */
export function installedServers(): {
  readonly there: readonly { kind: MysqlKind; version: number }[];
  readonly missing: readonly string[];
} {
  const there = SERVERS.filter(({ kind, version }) => fetchedRoot(nameOf(kind, version)) !== undefined);
  const missing = SERVERS.filter((server) => !there.includes(server));
  return {
    there: there.map(({ kind, version }) => ({ kind, version })),
    missing: missing.map(
      ({ kind, version }) =>
        `${kind} ${version} is not there: make setup fetches it, or give MOORING_TEST_${kind.toUpperCase()}_URL`,
    ),
  };
}

/** Throws when it was not fetched. */
export function mysqlBinaries(kind: MysqlKind, version: number): MysqlBinaries {
  const root = fetchedRoot(nameOf(kind, version));
  if (root === undefined) throw new Error(`${kind} ${version} is not there: make setup`);
  const mariadb = kind === 'mariadb';
  return {
    kind,
    version,
    root,
    server: root.command(mariadb ? 'usr/sbin/mariadbd' : 'usr/sbin/mysqld'),
    client: root.command(mariadb ? 'usr/bin/mariadb' : 'usr/bin/mysql'),
    dump: root.command(mariadb ? 'usr/bin/mariadb-dump' : 'usr/bin/mysqldump'),
    share: `${root.folder}/usr/share/${mariadb && version >= 11 ? 'mariadb' : 'mysql'}`,
  };
}

/** May the account that runs servers enter the folder? Below a private home it may not; then the server runs as root. */
export function accountFor(folder: string): { readonly uid?: number; readonly gid?: number } {
  if (SERVER_ACCOUNT.uid === undefined) return {};
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (!othersMayEnter(at)) return {};
  }
  return SERVER_ACCOUNT;
}

function othersMayEnter(folder: string): boolean {
  return (statSync(folder).mode & 0o001) !== 0;
}
