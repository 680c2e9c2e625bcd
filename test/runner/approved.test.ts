import { expect, test } from 'vitest';
import { engineOf } from '../../src/engines/engines.ts';
import { judgePending } from '../../src/runner/hazards.ts';
import { runRequest } from '../support/run-request.ts';

const FILES = {
  '1_a.sql': 'CREATE TABLE a (i int);',
  '2_b.sql': 'CREATE TABLE b (i int);',
  '3_c.sql': '-- mooring: phase=contract\nDROP TABLE a;',
  'R_v.sql': 'CREATE OR REPLACE VIEW v AS SELECT 1 AS i;',
};

/** What stands against the last so many of them, where the digest of the last so many others has been approved. */
async function judged(last: number, approved: number, files: Readonly<Record<string, string>> = FILES) {
  const request = await runRequest('postgres://nowhere/', FILES);
  const { digest } = judgePending(request, approved === 0 ? [] : request.migrations.slice(-approved));
  const { migrations } = await runRequest('postgres://nowhere/', files);
  const hazards = { allow: [], refuse: ['data-loss'], approve: approved === 0 ? [] : [digest] };
  const definition = { ...request.definition, spec: { ...request.definition.spec, hazards } };
  const engine = await engineOf('postgres');
  const verdict = judgePending({ ...request, engine, definition, migrations }, migrations.slice(-last));
  return verdict.refused.map(({ code }) => code);
}

test('nothing approved: refused', async () => {
  expect(await judged(2, 0)).toEqual(['data-loss']);
});

test('approved as it stands, or together with what has been applied since', async () => {
  expect(await judged(2, 2)).toEqual([]);
  expect(await judged(2, 3)).toEqual([]);
  expect(await judged(2, 4)).toEqual([]);
});

test('an approval is none for more, nor for other statements', async () => {
  expect(await judged(3, 2)).toEqual(['data-loss']);
  expect(await judged(2, 3, { ...FILES, '3_c.sql': `${FILES['3_c.sql']} DROP TABLE b;` })).toEqual([
    'data-loss',
    'data-loss',
  ]);
  expect(await judged(2, 3, { ...FILES, '2_b.sql': 'CREATE TABLE b (i bigint);' })).toEqual(['data-loss']);
});
