import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { mysqlServers, sharedMysql } from './mysql-server.ts';
import { skipAloud } from './skip.ts';
import { onceOn, startProxy } from './wire-proxy.ts';

const { there, missing } = mysqlServers();
for (const reason of missing) skipAloud(reason)('queries are seen', () => undefined);

async function connected(uri: string): Promise<Connection> {
  const connection = await createConnection({ uri, multipleStatements: true });
  connection.on('error', () => undefined);
  return connection;
}

describe.for(there)('$kind $version', ({ kind, version }) => {
  test('all kinds of answers are followed, and a query can be killed before and after', async () => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    await using proxy = await startProxy({ target: database.url, protocol: 'mysql' });
    const direct = await connected(database.url);
    await direct.query('CREATE TABLE t (a int, b longtext)');
    const rows = async (): Promise<unknown> =>
      (await direct.query<RowDataPacket[]>('SELECT count(*) AS n FROM t'))[0][0]?.n;

    const client = await connected(proxy.url);
    const big = 'x'.repeat(300_000);
    await client.query('INSERT INTO t VALUES (1, ?)', [big]);
    await client.execute('INSERT INTO t VALUES (?, ?)', [2, big]);
    expect(
      (await client.execute<RowDataPacket[]>('SELECT b FROM t WHERE a > ?', [0]))[0].map((row) => row.b),
    ).toEqual([big, big]);
    await client.query('SELECT 1; INSERT INTO t VALUES (3, NULL); SELECT a FROM t WHERE a > 99');
    await expect(client.query('SELECT nothing')).rejects.toThrow('nothing');
    await client.ping();
    await client.changeUser({ database: database.name });
    await client.query('SELECT 2');
    expect(
      proxy.log.map(({ n, kind, tags, error, finished }) => [n, kind, tags.length, error, finished]),
    ).toEqual([
      [1, 'simple', 1, undefined, true],
      [2, 'extended', 1, undefined, true],
      [3, 'extended', 1, undefined, true],
      [4, 'simple', 3, undefined, true],
      [5, 'simple', 0, '1054', true],
      [6, 'simple', 1, undefined, true],
    ]);

    expect(await rows()).toBe(3);
    for (const [verdict, after] of [
      ['kill-before', 3],
      ['kill-after', 4],
    ] as const) {
      const victim = await connected(proxy.url);
      proxy.onQuery(onceOn(/^INSERT/, verdict));
      await expect(victim.query('INSERT INTO t VALUES (4, NULL)')).rejects.toThrow(/lost|closed|ECONNRESET/);
      expect(await rows()).toBe(after);
    }
    await client.end();
    await direct.end();
    await database.drop();
  });
});
