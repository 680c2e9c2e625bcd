import pg from 'pg';
import { startBroker } from './broker.ts';
import { startMysql } from './mysql-server.ts';
import { startPostgres } from './postgres-server.ts';

/** Runs once around all test files: servers that they share live in this process and end with it. */
export default async function setup(): Promise<() => Promise<void>> {
  await lookAtGivenServer();
  const broker = await startBroker({
    postgres: (version) => startPostgres({ version }),
    mariadb: (version) => startMysql({ kind: 'mariadb', version }),
    mysql: (version) => startMysql({ kind: 'mysql', version }),
  });
  return () => broker.close();
}

/** Which versions there are is asked while test files are read, where nothing can be waited for: found out here. */
async function lookAtGivenServer(): Promise<void> {
  const url = process.env.MOORING_TEST_POSTGRES_URL;
  if (url === undefined) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ number: string }>(
    "SELECT current_setting('server_version_num') AS number",
  );
  await client.end();
  process.env.MOORING_TEST_POSTGRES_URL_VERSION = String(Math.floor(Number(rows[0]?.number) / 10_000));
}
