import { createConnection } from 'mysql2/promise';
import { expect } from 'vitest';
import { jobFolder } from '../support/job-process.ts';
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

testIf(server !== undefined, 'no MariaDB and no MySQL is to be had')(
  'the Jobs on another engine: forward, contract, and back',
  async () => {
    if (server === undefined) return;
    const { kind, version } = server;
    const database = await (await sharedMysql(kind, version)).createDatabase();
    await using job = await jobFolder(database.url, kind);
    const run = async (role: string, digest?: string) => {
      const { exit, out, log } = await job.run(
        role,
        digest === undefined ? {} : { MOORING_BUNDLE_DIGEST: digest },
      );
      return exit === 0 ? out : `[${exit}] ${log}`;
    };
    expect(await run('gate', await job.mount(A))).toBe('gate: applied 1');
    expect(await run('prepare')).toBe('prepare: nothing to do');
    expect(await run('converge')).toBe('converge: nothing to do');
    expect(await run('gate', await job.mount(C))).toBe('gate: applied 2; left for converge: 3');
    expect(await run('converge')).toBe('converge: applied 3');
    expect(await run('check')).toBe('check: no drift');
    const connection = await createConnection(database.url);
    await connection.query('alter table orders add by_hand integer');
    expect(await run('check')).toMatch(/^check: drift: column orders.by_hand added$/);
    await connection.query('alter table orders drop by_hand');
    await connection.end();
    await job.mount(B);
    expect(await run('prepare')).toMatch(/^\[3\][\s\S]*held\[undo-missing\]: 3 /);
    await database.drop();
  },
);
