import { mysqlServers, startMysql } from '../test/support/mysql-server.ts';
import { installedVersions } from '../test/support/postgres-binaries.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { canDump } from '../test/support/tools.ts';
import { MysqlWitness } from './mysql-witness.ts';
import { PostgresWitness } from './postgres-witness.ts';
import type { Witness } from './witness.ts';

const ENGINES = ['postgres', 'mariadb', 'mysql'] as const;

/** A server of its own, on which it is all told. */
export interface Ground extends AsyncDisposable {
  readonly engine: (typeof ENGINES)[number];
  /** `MariaDB 11.8`. */
  readonly label: string;
  /** The URL of a new database, as Mooring takes it. */
  database(): Promise<string>;
  witness(url: string): Promise<Witness>;
}

/** There is no such server here. */
export class NoGround extends Error {}

/** Starts the newest server of an engine that this machine has. Throws `NoGround`. */
export async function openGround(name: string): Promise<Ground> {
  const engine = ENGINES.find((each) => each === name);
  if (engine === undefined) throw new NoGround(`no demo on ${name}: ENGINE is ${ENGINES.join(', ')}`);
  return engine === 'postgres' ? onPostgres() : onMysql(engine);
}

async function onPostgres(): Promise<Ground> {
  // The newest server that the pg_dump of this machine can read, so that it can be the judge.
  const version = installedVersions().findLast(canDump) ?? installedVersions().at(-1) ?? 18;
  const server = await startPostgres({ version });
  return {
    engine: 'postgres',
    label: `PostgreSQL ${version}`,
    database: async () => (await server.createDatabase()).url,
    witness: (url) => PostgresWitness.open(url, version),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function onMysql(engine: 'mysql' | 'mariadb'): Promise<Ground> {
  const { there, missing } = mysqlServers();
  const found = there.findLast(({ kind, version }) => kind === engine && version > 0);
  if (found === undefined)
    throw new NoGround(`there is no ${engine} on this machine: make setup\n${missing.join('\n')}`);
  const server = await startMysql(found);
  return {
    engine,
    label: `${engine === 'mysql' ? 'MySQL' : 'MariaDB'} ${found.version}`,
    database: async () => (await server.createDatabase()).url.replace(/^mysql:/, `${engine}:`),
    witness: (url) => MysqlWitness.open(url.replace(/^\w+:/, 'mysql:'), found),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
