import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../src/api/api.ts';
import { revert } from '../../src/drift/drift.ts';
import { migrate, readStatus, resolve, rollback } from '../../src/runner/runner.ts';
import { skipAloud } from '../support/skip.ts';
import { type Clean, cleanRun, cutEverywhere, type Deed } from './boundaries.ts';
import { manyMysqlDir } from './many-mysql.ts';
import { newestMysql } from './mysql-servers.ts';
import { MysqlFaultCase, mysqlSql } from './mysql-support.ts';
import { type Asked, SWEEP } from './support.ts';

const LONG = SWEEP ? 1_800_000 : 240_000;
const { tested, missing } = newestMysql();
for (const reason of missing) skipAloud(reason)('cut at every boundary', () => {});

const applied = (report: RunReport): readonly string[] => report.applied.map(({ id }) => id);

const migrating = (dir: string, more: Partial<Deed> = {}): Deed => ({
  run: migrate,
  args: ['migrate', dir],
  told: applied,
  ...more,
});

const rollingBack = (to: string): Deed => ({
  run: (request) => rollback({ ...request, owner: '' }, to),
  args: ['rollback', '--to', to],
  told: (report) => report.undone.map(({ id }) => id),
});

/** Its second migration has stopped on its way. */
async function stopped(request: Asked): Promise<void> {
  const report = await migrate(request);
  expect(report.error?.code).toBe('sql-failed');
}

const reverting = (dir: string): Deed => ({
  run: async (request) => (await revert(request)).run,
  args: ['drift', dir, '--revert'],
  // What it still had to put back depends on where it was cut.
  told: ({ result }) => [result],
});

async function done(request: Asked): Promise<void> {
  expect((await migrate(request)).error).toBeUndefined();
}

/** Migrated, and then changed by hand. */
async function drifted(request: Asked, dir: string): Promise<void> {
  await done(request);
  await mysqlSql(request.target.url, readFileSync(join(dir, 'by-hand.sql'), 'utf8'));
}

/** A CALL that commits may have run or not: the person looks for what it writes. */
async function lookForCall(request: Asked, url: string): Promise<void> {
  const [count] = await mysqlSql(url, "SELECT count(*) FROM effect WHERE what LIKE 'call%'");
  expect(['0', '2']).toContain(count);
  const report = await resolve({ ...request, owner: '' }, { id: '1', statement: 1, ran: count === '2' });
  expect(report.result).toBe('done');
}

/** A table that was to be made with rows in it, and is there, may lack some: the person looks for it, and for them. */
async function lookForTable(request: Asked, url: string): Promise<void> {
  const doubt = (await readStatus(request)).inDoubt;
  const table = /^CREATE TABLE (\w+) AS /.exec(doubt?.sql ?? '')?.[1];
  if (doubt === null || table === undefined) throw new Error(`in doubt is ${JSON.stringify(doubt)}`);
  const [rows] = await mysqlSql(url, `SELECT count(*) FROM ${table}`);
  expect(rows).toBe('1');
  const report = await resolve(
    { ...request, owner: '' },
    { id: doubt.id, statement: doubt.statement, ran: true },
  );
  expect(report.result).toBe('done');
}

const CASES: readonly {
  readonly name: string;
  /** Where its name is not that of its folder. */
  readonly folder?: string;
  readonly made?: typeof manyMysqlDir;
  readonly deed: (dir: string) => Deed;
  readonly prepare?: (request: Asked, dir: string) => Promise<void>;
  readonly most: number;
}[] = [
  { name: 'nothing', deed: migrating, most: 4 },
  { name: 'journaled', deed: migrating, most: 8 },
  {
    name: 'many',
    made: manyMysqlDir,
    deed: (dir) => migrating(dir, { person: lookForTable }),
    most: 4,
  },
  { name: 'bare', deed: (dir) => migrating(dir, { person: lookForCall }), most: 8 },
  { name: 'half', deed: () => rollingBack('1'), prepare: stopped, most: 10 },
  { name: 'revert', deed: reverting, prepare: drifted, most: 10 },
  { name: 'declarative', deed: migrating, most: 8 },
  { name: 'undo-declarative', folder: 'declarative', deed: () => rollingBack('0'), prepare: done, most: 8 },
];

describe.each(tested)('$kind $version: cut at every boundary', (server) => {
  describe.each(CASES)('$name', ({ name, folder, made, deed, prepare, most }) => {
    let at: MysqlFaultCase;
    let clean: Clean;
    beforeAll(async () => {
      const dir = made?.(server.kind);
      at = await MysqlFaultCase.open(dir?.dir ?? folder ?? name, server, prepare);
      dir?.done();
      clean = await cleanRun(at, deed(at.dir));
    }, 60_000);
    afterAll(() => at?.close());

    test(
      'each run that was cut short is ended by the next, as if nothing had been',
      { timeout: LONG },
      (context) => cutEverywhere(context, at, deed(at.dir), clean, most),
    );
  });
});
