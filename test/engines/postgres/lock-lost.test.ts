import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { engineOf, type NewHistoryEntry } from '../../../src/engines/engines.ts';
import { sharedPostgres } from '../../support/postgres-server.ts';
import { psql } from '../../support/tools.ts';

test('a transaction whose lock went to another run meanwhile is not committed', async () => {
  const server = await sharedPostgres();
  const { url, drop } = await server.createDatabase();
  const engine = await engineOf('postgres');
  const target = { url, pooler: 'none', schemas: 'all', application: 'test', runner: 'test' } as const;
  const [ours, theirs] = [await engine.connect(target), await engine.connect(target)];
  expect(await ours.tryLock()).toBe(true);
  await ours.store.ensure();
  const statement = (sql: string) => ({ sql, line: 1, column: 1, endLine: 1 });
  await ours.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
  await ours.execute(statement('CREATE TABLE half (id integer)'));
  await ours.execute(statement('SELECT pg_advisory_unlock_all()'));
  expect(await theirs.tryLock()).toBe(true);
  await expect(ours.commitWith(entry)).rejects.toMatchObject({
    code: 'lock-lost',
    hint: expect.stringContaining('pg_advisory_unlock_all()'),
  });
  await ours.rollback();
  expect(
    await psql(url, "SELECT to_regclass('half') IS NULL, (SELECT count(*) FROM mooring.history)"),
  ).toContain('t|0');
  await ours.close();
  await theirs.close();
  await drop();
});

const entry: NewHistoryEntry = {
  key: randomUUID(),
  owner: '/shop',
  runner: 'test',
  action: 'apply',
  id: '1',
  description: '',
  state: 'done',
  checksum: '',
  phase: 'expand',
  repeat: 'once',
  breaking: false,
  ms: 0,
  bundle: '',
  transaction: 'current',
  detail: {},
};
