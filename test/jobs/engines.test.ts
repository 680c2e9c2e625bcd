import { createConnection } from 'mysql2/promise';
import { expect } from 'vitest';
import { type JobFolder, jobFolder } from '../support/job-process.ts';
import { mysqlServers, sharedMysql } from '../support/mysql-server.ts';
import { testIf } from '../support/skip.ts';

const { there } = mysqlServers();
const server = there.find(({ kind }) => kind === 'mariadb') ?? there[0];

const A = {
  '1_orders.sql': 'create table orders (id integer primary key);',
  '1_orders.undo.sql': 'drop table orders;',
};
const B = {
  ...A,
  '2_note.sql': 'alter table orders add note varchar(20);',
  '2_note.undo.sql': 'alter table orders drop note;',
};
const C = {
  ...B,
  '3_old.sql': '-- mooring: phase=contract\nalter table orders add constraint positive check (id > 0);',
};

const D = { ...B, '4_rows.sql': "insert into orders values (7, 'seven');" };

const absent = 'no MariaDB and no MySQL is to be had';

testIf(server !== undefined, absent)('the Jobs on another engine: forward, contract, and back', () =>
  withJobs(async ({ job, run, sql }) => {
    expect(await run('gate', await job.mount(A))).toBe('gate: applied 1');
    expect(await run('prepare')).toBe('prepare: nothing to do');
    expect(await run('converge')).toBe('converge: nothing to do');
    expect(await run('gate', await job.mount(C))).toBe('gate: applied 2; left for converge: 3');
    expect(await run('converge')).toBe('converge: applied 3');
    expect(await run('check')).toBe('check: no drift');
    await sql('alter table orders add by_hand integer');
    expect(await run('check')).toMatch(/^check: drift: column orders.by_hand added$/);
    await sql('alter table orders drop by_hand');
    await job.mount(B);
    expect(await run('prepare')).toBe('prepare: undone 3');
    expect(await run('converge')).toBe('converge: nothing to do');
    expect(await run('gate', await job.mount(D))).toBe('gate: applied 4');
    await job.mount(B);
    expect(await run('prepare')).toBe('prepare: nothing to do');
    expect(await run('converge')).toMatch(/^\[3\][\s\S]*held\[undo-missing\]: 4 /);
  }),
);

testIf(server !== undefined, absent)(
  'files that say what the schema is: forward, back, and forward again',
  () =>
    withJobs(async ({ job, run }) => {
      const spec = '  mode: declarative\n';
      const one = { 'all.sql': 'create table orders (id integer primary key);' };
      const two = { 'all.sql': 'create table orders (id integer primary key, note varchar(20));' };
      expect(await run('gate', await job.mount(one, spec))).toMatch(/^gate: applied desired-/);
      expect(await run('converge')).toBe('converge: nothing to do');
      expect(await run('gate', await job.mount(two, spec))).toMatch(/^gate: applied desired-/);
      expect(await run('check')).toBe('check: no drift');
      await job.mount(one, spec);
      expect(await run('gate')).toMatch(/^gate: nothing to do/);
      expect(await run('prepare')).toBe('prepare: nothing to do');
      expect(await run('converge')).toMatch(/^converge: undone desired-/);
      expect(await run('check')).toBe('check: no drift');
      expect(await run('gate', await job.mount(two, spec))).toMatch(/^\[3\][\s\S]*reapply-after-rollback/);
    }),
);

testIf(server !== undefined, absent)('a plan that stands half done goes back with what came before it', () =>
  withJobs(async ({ job, run, sql }) => {
    const spec = '  mode: declarative\n';
    const one = { 'all.sql': 'create table a (id integer primary key, n integer);' };
    const two = { 'all.sql': `${one['all.sql']}\ncreate table b (id integer primary key, n integer);` };
    const three = {
      'all.sql':
        'create table a (id integer primary key, n integer, note varchar(9));\ncreate table b (id integer primary key, n integer, unique key b_n (n));',
    };
    expect(await run('gate', await job.mount(one, spec))).toMatch(/^gate: applied desired-/);
    expect(await run('gate', await job.mount(two, spec))).toMatch(/^gate: applied desired-/);
    await sql('insert into b values (1, 7), (2, 7)');
    expect(await run('gate', await job.mount(three, spec))).toMatch(
      /^\[2\][\s\S]*Statements 1–2 of this plan/,
    );
    await sql('delete from b');
    await job.mount(one, spec);
    expect(await run('gate')).toMatch(/^gate: nothing to do/);
    expect(await run('prepare')).toBe('prepare: nothing to do');
    expect(await run('converge')).toMatch(/^converge: undone desired-\w+, desired-\w+$/);
    expect(await run('check')).toBe('check: no drift');
  }),
);

interface Jobs {
  readonly job: JobFolder;
  /** What a Job ended with: its last line, or exit code and log. */
  run(role: string, digest?: string): Promise<string>;
  sql(text: string): Promise<void>;
}

async function withJobs(work: (jobs: Jobs) => Promise<void>): Promise<void> {
  if (server === undefined) return;
  const { kind, version } = server;
  const database = await (await sharedMysql(kind, version)).createDatabase();
  const connection = await createConnection({ uri: database.url, multipleStatements: true });
  await using job = await jobFolder(database.url, kind);
  try {
    await work({
      job,
      run: async (role, digest) => {
        const env: Record<string, string> = digest === undefined ? {} : { MOORING_BUNDLE_DIGEST: digest };
        const { exit, out, log } = await job.run(role, env);
        return exit === 0 ? out : `[${exit}] ${log}`;
      },
      sql: async (text) => void (await connection.query(text)),
    });
  } finally {
    await connection.end();
    await database.drop();
  }
}
