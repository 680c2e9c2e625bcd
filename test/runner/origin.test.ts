import pg from 'pg';
import { expect, test } from 'vitest';
import { accept, readDrift } from '../../src/drift/drift.ts';
import { migrate } from '../../src/runner/runner.ts';
import { sharedPostgres } from '../support/postgres-server.ts';
import { runRequest } from '../support/run-request.ts';
import { psql } from '../support/tools.ts';

test('what a rename changes elsewhere is ours, also while a transaction has been open for ever', async () => {
  const server = await sharedPostgres();
  const { url, drop } = await server.createDatabase();
  const old = new pg.Client({ connectionString: url });
  await old.connect();
  await old.query('BEGIN; SELECT pg_current_xact_id()');
  const files = { '1_a.sql': 'create table a (x integer);', '1_a.undo.sql': 'drop table a cascade;' };
  await migrate(await runRequest(url, files));
  await psql(url, 'create view v as select x from a');
  await accept(await runRequest(url, files));
  const renamed = { ...files, '2_rename.sql': 'alter table a rename column x to y;' };
  expect(await migrate(await runRequest(url, renamed))).toMatchObject({ result: 'done', absorbed: [] });
  expect(await readDrift(await runRequest(url, renamed), true)).toMatchObject({
    drifted: false,
    changes: [],
  });
  await old.query('ROLLBACK');
  await old.end();
  await drop();
});
