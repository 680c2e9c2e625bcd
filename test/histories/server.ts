import { readFile } from 'node:fs/promises';
import type { EngineName } from '../../src/api/api.ts';
import type { MysqlKind } from '../support/mysql-binaries.ts';
import { batchClient, dumpOf, sharedMysql } from '../support/mysql-server.ts';
import { sharedPostgres } from '../support/postgres-server.ts';
import { pgDump, psql, rawPgDump } from '../support/tools.ts';

export interface HistoryDatabase {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

/** A server that histories run on, and its own tools, which judge. */
export interface HistoryServer {
  /** `PostgreSQL 18`. */
  readonly label: string;
  readonly engine: EngineName;
  /** `psql`, `mariadb`. */
  readonly client: string;
  createDatabase(): Promise<HistoryDatabase>;
  /** Another database with all that is in this one, our tables included. */
  copy(database: HistoryDatabase): Promise<HistoryDatabase>;
  /** Has the server's client run files as they are. */
  run(url: string, files: readonly string[]): Promise<unknown>;
  /** What its own tool says of a database, without our tables; equal for equal databases. */
  dump(url: string): Promise<string>;
  /** The same as it can be run, and with rows. */
  rawDump(url: string): Promise<string>;
}

export function postgresServer(version: number): HistoryServer {
  const server = () => sharedPostgres(version);
  return {
    label: `PostgreSQL ${version}`,
    engine: 'postgres',
    client: 'psql',
    createDatabase: async () => (await server()).createDatabase(),
    copy: async ({ name }) => (await server()).createDatabase(`TEMPLATE ${name}`),
    run: (url, files) => psql(url, { files: [...files] }),
    dump: (url) => pgDump(url),
    rawDump: (url) => rawPgDump(url, ['--exclude-schema=mooring']),
  };
}

export function mysqlServer(kind: MysqlKind, version: number): HistoryServer {
  const at = { kind, version };
  const createDatabase = async (): Promise<HistoryDatabase> => {
    const made = await (await sharedMysql(kind, version)).createDatabase();
    return { ...made, url: made.url.replace(/^mysql:/, `${kind}:`) };
  };
  return {
    label: `${kind === 'mysql' ? 'MySQL' : 'MariaDB'} ${version}`,
    engine: kind,
    client: kind,
    createDatabase,
    copy: async ({ url }) => {
      const copy = await createDatabase();
      await batchClient(at, copy.url, await dumpOf(at, url, ['--hex-blob']));
      return copy;
    },
    run: async (url, files) => {
      for (const file of files) {
        const text = await readFile(file, 'utf8');
        // The client cuts up a routine's body where no DELIMITER holds it together: then the server is let cut the file.
        const whole = /^create procedure/im.test(text) && !/^delimiter/im.test(text);
        await batchClient(at, url, text, whole ? ['--delimiter=$$never$$'] : []);
      }
    },
    dump: async (url) => normalise(await dumpOf(at, url, ourTables(url))),
    rawDump: (url) => dumpOf(at, url, ourTables(url)),
  };
}

function ourTables(url: string): readonly string[] {
  const database = new URL(url).pathname.slice(1);
  return ['meta', 'claim', 'history', 'journal', 'snapshot', 'object'].map(
    (table) => `--ignore-table=${database}.mooring_${table}`,
  );
}

/** Without the database's own name, the clock, and what the server counts by itself. */
function normalise(dump: string): string {
  return (
    dump
      .split('\n')
      .filter((line) => !/^(--|\s*$)/.test(line))
      .join('\n')
      .replace(/ AUTO_INCREMENT=\d+/g, '')
      // MySQL remembers whether a column's character set was spelled out beside its collation.
      .replace(/ CHARACTER SET (\w+)(?= COLLATE \1_)/g, '')
      .replace(/\bt_[0-9a-f]{12}\b/g, 'DATABASE')
  );
}
