import { describe, expect, test } from 'vitest';
import { readDrift } from '../../src/drift/drift.ts';
import { migrate } from '../../src/runner/runner.ts';
import { countFault } from '../support/faults.ts';
import { sharedMysql } from '../support/mysql-server.ts';
import { sharedPostgres, versions } from '../support/postgres-server.ts';
import { skipAloud } from '../support/skip.ts';
import { startProxy } from '../support/wire-proxy.ts';
import { newestMysql } from './mysql-servers.ts';
import { caseDir, cli, endOf, expectEnd, madeDir, migrated, nameOf, readCase } from './support.ts';

const version = versions().at(-1) ?? 18;

function desiredDir(text: string): ReturnType<typeof madeDir> {
  return madeDir('declarative', {}, '  mode: declarative\n  desired: ["*.sql"]\n', 'postgres', {
    'all.sql': text,
  });
}

test('where the files say what they said, nothing is asked of a scratch database', async () => {
  const server = await sharedPostgres(version);
  const database = await server.createDatabase();
  const first = desiredDir('CREATE TABLE a (id integer PRIMARY KEY);\n');
  const same = desiredDir('create table a(id integer primary key); -- told\n');
  try {
    await migrated(await (await readCase(first.dir))(database.url));
    const proxy = await startProxy({ target: database.url, protocol: 'postgres' });
    const report = await migrate(await (await readCase(same.dir))(proxy.url));
    const asked = proxy.log.map((query) => query.sql);
    await proxy.close();
    expect(nameOf(report)).toBe('nothing');
    expect(asked.filter((text) => /CREATE DATABASE/.test(text))).toEqual([]);
  } finally {
    first.done();
    same.done();
    await database.drop();
  }
});

test('20 at once: all end well, and the plan runs once', { timeout: 120_000 }, (context) =>
  countFault(context, async () => {
    const server = await sharedPostgres(version);
    const files = desiredDir(
      'CREATE TABLE a (id integer PRIMARY KEY, b text);\nCREATE INDEX ON a (b);\nCREATE VIEW v AS SELECT b FROM a;\n',
    );
    const [one, many] = [await server.createDatabase(), await server.createDatabase()];
    try {
      const request = await readCase(files.dir);
      await migrated(await request(one.url));
      const end = await endOf(one.url, version);
      const processes = Array.from({ length: 5 }, () =>
        cli(['migrate', files.dir, '--url', many.url, '-o', 'json']),
      );
      const within = Array.from({ length: 15 }, async () => migrate(await request(many.url)));
      const reports = [
        ...(await Promise.all(within)),
        ...(await Promise.all(processes.map(async ({ ended }) => JSON.parse((await ended).out)))),
      ];
      for (const report of reports) expect(['done', 'nothing']).toContain(nameOf(report));
      expect(reports.filter((report) => nameOf(report) === 'done')).toHaveLength(1);
      await expectEnd(await request(many.url), many.url, version, end);
    } finally {
      files.done();
      await one.drop();
      await many.drop();
    }
  }),
);

test('two revisions at once end in one of the two, whole', { timeout: 120_000 }, (context) =>
  countFault(context, async () => {
    const server = await sharedPostgres(version);
    const database = await server.createDatabase();
    const other = desiredDir(
      "CREATE TYPE mood AS ENUM ('sad', 'glad');\nCREATE TABLE a (id integer PRIMARY KEY, b text DEFAULT 'none', m mood, n integer);\n",
    );
    try {
      const [request, request2] = [await readCase(caseDir('declarative')), await readCase(other.dir)];
      const allow = new Set(['data-loss']);
      const reports = await Promise.all([
        migrate(await request(database.url, { allow })),
        migrate(await request2(database.url, { allow })),
      ]);
      expect(reports.map(nameOf)).toEqual(['done', 'done']);
      const last = [request, request2][reports[0]?.notes.some((note) => note.includes('DROP')) ? 0 : 1];
      if (last === undefined) throw new Error('neither was the last');
      expect(nameOf(await migrate(await last(database.url)))).toBe('nothing');
    } finally {
      other.done();
      await database.drop();
    }
  }),
);

const { tested, missing } = newestMysql();
for (const reason of missing) skipAloud(reason)('20 at once, by files that say what the schema is', () => {});

describe.each(tested)('$kind $version', ({ kind, version: major }) => {
  test('20 at once: all end well, and the plan runs once', { timeout: 120_000 }, (context) =>
    countFault(context, async () => {
      const server = await sharedMysql(kind, major);
      const database = await server.createDatabase();
      const url = database.url.replace(/^mysql:/, `${kind}:`);
      const files = madeDir('declarative', {}, '  mode: declarative\n  desired: ["*.sql"]\n', kind, {
        'all.sql':
          'CREATE TABLE a (id integer PRIMARY KEY, b varchar(9));\nCREATE INDEX a_b ON a (b);\nCREATE VIEW v AS SELECT b FROM a;\n',
      });
      try {
        const request = await readCase(files.dir);
        const processes = Array.from({ length: 5 }, () =>
          cli(['migrate', files.dir, '--url', url, '-o', 'json']),
        );
        const within = Array.from({ length: 15 }, async () => migrate(await request(url)));
        const reports = [
          ...(await Promise.all(within)),
          ...(await Promise.all(processes.map(async ({ ended }) => JSON.parse((await ended).out)))),
        ];
        for (const report of reports) expect(['done', 'nothing']).toContain(nameOf(report));
        expect(reports.filter((report) => nameOf(report) === 'done')).toHaveLength(1);
        expect((await readDrift(await request(url), false)).changes).toEqual([]);
      } finally {
        files.done();
        await database.drop();
      }
    }),
  );
});
