import { beforeAll, describe, expect, test } from 'vitest';
import { readDrift } from '../../src/drift/drift.ts';
import { baseline, migrate, rollback } from '../../src/runner/runner.ts';
import { type SharedPostgres, sharedPostgres } from '../support/postgres-server.ts';
import { runRequest } from '../support/run-request.ts';

/** What a script leaves in its session, each of which would hinder a statement that comes after. */
const LEFTOVERS: Readonly<Record<string, string>> = {
  nothing: '',
  'a role that may do nothing': 'SET ROLE pg_monitor;',
  'a session of somebody else': 'SET SESSION AUTHORIZATION pg_monitor;',
  'little time for a statement': "SET statement_timeout = '150ms';",
  'a session that only reads': 'SET default_transaction_read_only = on;',
  'a path of its own': 'CREATE SCHEMA IF NOT EXISTS own; SET search_path = own;',
  'strings of another kind': 'SET standard_conforming_strings = off;',
  'names of ours': 'CREATE TEMP TABLE history (seq int); CREATE TEMP TABLE snapshot (seq int);',
};
const COPY = 'COPY t FROM stdin;\n1\n\\.\n';

let server: SharedPostgres;
beforeAll(async () => {
  server = await sharedPostgres();
});

describe.each(Object.entries(LEFTOVERS))('a script that ends with %s', (_, leftover) => {
  const journaled = `-- mooring: transaction=off\nCREATE TABLE t (i int);\n${leftover}`;
  // Takes longer than the little time, so that it fails where that is not put back.
  const next = leftover.includes('timeout') ? 'SELECT pg_sleep(0.3);' : 'SELECT 1;';
  // A statement of the script's own follows it.
  const patient = leftover.replace("'150ms'", "'2s'");
  const many = Object.fromEntries(
    Array.from({ length: 101 }, (_, n) => [`0${1000 + n}_m.sql`, `CREATE TABLE m${n} (i int);`]),
  );
  test.each<[string, Readonly<Record<string, string>>]>([
    ['alone', { '1_a.sql': `CREATE TABLE t (i int);\n${leftover}` }],
    [
      'before another',
      { '1_a.sql': `CREATE TABLE t (i int);\n${leftover}`, '2_b.sql': `${next} CREATE TABLE public.b ();` },
    ],
    ['journaled', { '1_a.sql': journaled }],
    ['before a journaled one', { '1_a.sql': `SELECT 1;\n${leftover}`, '2_b.sql': journaled }],
    ['last of many', { ...many, '2000_a.sql': `CREATE TABLE t (i int);\n${leftover}` }],
    [
      'last of many, with data at the end',
      {
        ...many,
        '2000_a.sql': `CREATE TABLE public.t (i int); GRANT INSERT ON public.t TO pg_monitor;\n${patient}\n${COPY.replace('t', 'public.t')}`,
      },
    ],
    [
      'among many, before a journaled one',
      { ...many, '2000_a.sql': `SELECT 1;\n${leftover}`, '2001_b.sql': journaled, '2002_c.sql': next },
    ],
  ])('%s', async (_, files) => {
    const { url, drop } = await server.createDatabase();
    try {
      const request = await runRequest(url, files);
      expect(await migrate(request)).toMatchObject({ result: 'done' });
      expect(await migrate(request)).toMatchObject({ result: 'nothing' });
      expect(await readDrift(request, false)).toMatchObject({ changes: [] });
    } finally {
      await drop();
    }
  });

  test('an undo, another undo after it, and a repeatable', async () => {
    const { url, drop } = await server.createDatabase();
    const last = leftover.replace('CREATE SCHEMA IF NOT EXISTS own;', '');
    const undos = {
      '1_a.sql': 'CREATE TABLE a (i int); CREATE SCHEMA own;',
      '1_a.undo.sql': `${next} DROP TABLE a; DROP SCHEMA own;\n${last}`,
      '2_b.sql': 'CREATE TABLE b (i int);',
      '2_b.undo.sql': `DROP TABLE b;\n${last}`,
    };
    const repeatable = { 'R_v.sql': `CREATE OR REPLACE VIEW public.v AS SELECT 1 AS i;\n${last}` };
    try {
      const start = { '0_s.sql': 'CREATE TABLE s (i int);' };
      await baseline(await runRequest(url, start), { version: '0', takeOver: false });
      await migrate(await runRequest(url, { ...start, ...repeatable }));
      const request = await runRequest(url, {
        ...start,
        ...undos,
        'R_v.sql': `${repeatable['R_v.sql'].replace('1 AS i', '1 AS i, 2 AS j')}`,
      });
      expect(await migrate(request)).toMatchObject({ result: 'done' });
      const report = await rollback({ ...request, owner: '' }, '0');
      expect(report).toMatchObject({ result: 'done', undone: [{ id: '2' }, { id: '1' }] });
      expect(await readDrift(request, false)).toMatchObject({ changes: [] });
    } finally {
      await drop();
    }
  });
});
