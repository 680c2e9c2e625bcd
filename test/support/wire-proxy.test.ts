import { connect } from 'node:net';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, sharedPostgres } from './postgres-server.ts';
import { onceOn, startProxy, type WireProxy } from './wire-proxy.ts';

let database: Database;
let proxy: WireProxy;
let direct: pg.Client;

beforeAll(async () => {
  database = await (await sharedPostgres()).createDatabase();
  direct = await connected(database.url);
});
afterAll(async () => {
  await direct.end();
  await database.drop();
});
beforeEach(async () => {
  proxy = await startProxy({ target: database.url, protocol: 'postgres' });
  await direct.query('DROP TABLE IF EXISTS t; CREATE TABLE t (a int)');
});
afterEach(() => proxy.close());

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A connection that is killed says so here too; the tests look at their queries.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function rows(): Promise<number> {
  return (await direct.query<{ n: number }>('SELECT count(*)::int AS n FROM t')).rows[0]?.n ?? -1;
}

/** Servers notice a closed connection a moment later. */
async function backends(): Promise<number> {
  const sql = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
  return (await direct.query<{ n: number }>(sql)).rows[0]?.n ?? -1;
}

test('nothing is changed where nobody decides', async () => {
  const client = await connected(proxy.url);
  const big = 'x'.repeat(3_000_000);
  expect((await client.query('SELECT $1::text AS big', [big])).rows[0].big).toBe(big);
  await client.query('INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)');
  await expect(client.query('SELECT 1/0')).rejects.toThrow('division by zero');
  // The client hears of the error before the answer has ended.
  await expect.poll(() => proxy.log.at(-1)?.finished).toBe(true);
  await client.end();
  expect(await rows()).toBe(2);
  expect(
    proxy.log.map(({ n, kind, sql, tags, error, finished }) => [n, kind, sql, tags, error, finished]),
  ).toEqual([
    [1, 'extended', 'SELECT $1::text AS big', ['SELECT 1'], undefined, true],
    [
      2,
      'simple',
      'INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)',
      ['INSERT 0 1', 'INSERT 0 1'],
      undefined,
      true,
    ],
    [3, 'simple', 'SELECT 1/0', [], '22012', true],
  ]);
  await expect.poll(() => proxy.open).toBe(0);
});

test('TLS is declined and a password passes', async () => {
  const url = new URL(proxy.url);
  const guarded = new URL(database.guardedUrl);
  url.username = guarded.username;
  url.password = guarded.password;
  const client = await connected(url.href);
  await client.end();
  await expect(connected(`${proxy.url}?sslmode=require&uselibpqcompat=true`)).rejects.toThrow(
    'does not support SSL',
  );
});

test.for([
  ['kill-before', 0],
  ['kill-after', 1],
  ['kill-sent', 1],
] as const)('%s on a simple and on a prepared statement', async ([verdict, arrived]) => {
  for (const [index, parameters] of [undefined, [7]].entries()) {
    const client = await connected(proxy.url);
    await client.query('SELECT 1');
    proxy.onQuery(onceOn(/^INSERT/, verdict));
    const sql = parameters === undefined ? 'INSERT INTO t VALUES (7)' : 'INSERT INTO t VALUES ($1)';
    await expect(client.query(sql, parameters)).rejects.toThrow('Connection terminated unexpectedly');
    await expect.poll(rows).toBe(arrived * (index + 1));
    await expect.poll(backends).toBe(0);
  }
});

test('the answer to COMMIT gets lost', async () => {
  const client = await connected(proxy.url);
  proxy.onQuery(onceOn(/^COMMIT/, 'kill-after'));
  await client.query('BEGIN');
  await client.query('INSERT INTO t VALUES (1)');
  await expect(client.query('COMMIT')).rejects.toThrow('Connection terminated unexpectedly');
  expect(await rows()).toBe(1);
  expect(proxy.log.at(-1)).toMatchObject({ sql: 'COMMIT', tags: ['COMMIT'], finished: true });
});

test.for([
  ['the answer to COPY', 'simple', 0],
  ['the answer to the end of its data', 'copy-done', 2],
] as const)('%s gets lost', async ([, kind, arrived]) => {
  const client = await connected(proxy.url);
  proxy.onQuery((query) => (query.kind === kind && query.sql.startsWith('COPY') ? 'kill-after' : 'pass'));
  const stream = client.query(copyFrom('COPY t FROM stdin'));
  const failed = new Promise((resolve) => stream.on('error', resolve));
  stream.end('1\n2\n');
  expect(String(await failed)).toContain('Connection terminated unexpectedly');
  await expect.poll(backends).toBe(0);
  expect(await rows()).toBe(arrived);
});

test('withhold: the server has done it and the client waits', async () => {
  const client = await connected(proxy.url);
  proxy.onQuery(onceOn(/^INSERT/, 'withhold'));
  const answer = client.query('INSERT INTO t VALUES (1)').then(
    () => 'answered',
    () => 'failed',
  );
  await expect.poll(rows).toBe(1);
  expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 100, 'waits'))])).toBe(
    'waits',
  );
  proxy.kill();
  expect(await answer).toBe('failed');
});

test('blackhole: nothing arrives, nothing is closed, on either side', async () => {
  const client = await connected(proxy.url);
  proxy.onQuery(onceOn(/^INSERT/, 'blackhole'));
  const answer = client.query('INSERT INTO t VALUES (1)').catch(() => 'failed');
  expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))])).toBe(
    'waits',
  );
  expect([await rows(), await backends()]).toEqual([0, 1]);
  await client.end();
  expect(await backends()).toBe(1);
  proxy.kill();
  expect(await answer).toBe('failed');
  await expect.poll(backends).toBe(0);
});

test('pause, delay and refuse', async () => {
  const client = await connected(proxy.url);
  proxy.pause();
  const answer = client.query('INSERT INTO t VALUES (1)');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await rows()).toBe(0);
  proxy.resume();
  await answer;
  expect(await rows()).toBe(1);
  proxy.onQuery(() => ({ delay: 150 }));
  const start = Date.now();
  await client.query('SELECT 1');
  expect(Date.now() - start).toBeGreaterThanOrEqual(145);
  proxy.refuse();
  await expect(connected(proxy.url)).rejects.toThrow();
  await client.end();
});

test('a cancel request passes', async () => {
  const client = await connected(proxy.url);
  const sleeping = expect(client.query('SELECT pg_sleep(30)')).rejects.toThrow(
    'canceling statement due to user request',
  );
  await proxy.waitFor((query) => query.sql.includes('pg_sleep'));
  await expect
    .poll(
      async () =>
        (await direct.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")).rowCount,
    )
    .toBe(1);
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const request = Buffer.alloc(16);
  for (const [index, word] of [16, 80877102, processID, secretKey].entries())
    request.writeInt32BE(word, index * 4);
  connect(Number(new URL(proxy.url).port), '127.0.0.1').end(request);
  await sleeping;
  await client.end();
});
