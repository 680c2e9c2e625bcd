import { expect, test } from 'vitest';
import { migrate, rollback } from '../../src/runner/runner.ts';
import { sharedPostgres } from '../support/postgres-server.ts';
import { runRequest } from '../support/run-request.ts';
import { psql } from '../support/tools.ts';

test('snapshots that no undo needs go, and the way back is as exact as before', async () => {
  const server = await sharedPostgres();
  const { url, drop } = await server.createDatabase();
  const files: Record<string, string> = {
    '1_a.sql': 'create table a (id integer);',
    '1_a.undo.sql': 'drop table a;',
    '2_b.sql': 'create table b (id integer);',
    '2_b.undo.sql': 'drop table b;',
  };
  await migrate(await runRequest(url, files));
  // A repeatable that changes each time leaves a snapshot each time, and none of them is needed by an undo.
  for (let n = 0; n < 60; n += 1) {
    const report = await migrate(
      await runRequest(url, { ...files, 'R_v.sql': `create or replace view v as select ${n} as n;` }),
    );
    expect(report.result).toBe('done');
  }
  const rows = Number(await psql(url, 'select count(*) from mooring.snapshot'));
  expect(rows).toBeGreaterThanOrEqual(30);
  expect(rows).toBeLessThan(60);
  const bodies = await psql(
    url,
    "select count(*) from mooring.object where encode(body, 'escape') like '%view%public.v%'",
  );
  expect(Number(bodies)).toBeLessThan(60);
  const back = await rollback(await runRequest(url, {}), '0');
  expect(back).toMatchObject({
    result: 'done',
    undone: [
      { id: '2', exact: true },
      { id: '1', exact: true },
    ],
  });
  await drop();
});
