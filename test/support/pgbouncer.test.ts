import pg from 'pg';
import { expect } from 'vitest';
import { hasPgbouncer, startPgbouncer } from './pgbouncer.ts';
import { sharedPostgres } from './postgres-server.ts';
import { testIf } from './skip.ts';

const withPooler = testIf(hasPgbouncer(), 'pgbouncer could not be fetched (make setup tells why)');

withPooler.for(['session', 'transaction'] as const)('a pooler in %s mode stands between', async (mode) => {
  const database = await (await sharedPostgres()).createDatabase();
  await using pooler = await startPgbouncer({ url: database.url, mode });
  const clients = [new pg.Client(pooler.url), new pg.Client(pooler.url)] as const;
  for (const client of clients) await client.connect();
  const pid = async (client: pg.Client): Promise<number> =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
  const [first, second] = [await pid(clients[0]), await pid(clients[1])];
  for (const client of clients) await client.end();
  expect(first === second).toBe(mode === 'transaction');
});
