import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, rollback } from '../../src/runner/runner.ts';
import { countFault } from '../support/faults.ts';
import { type Database, type SharedPostgres, sharedPostgres, versions } from '../support/postgres-server.ts';
import { testIf } from '../support/skip.ts';
import { canDump, hasTool, psql, rawPgDump } from '../support/tools.ts';
import { onceOn, startProxy } from '../support/wire-proxy.ts';
import {
  caseDir,
  cli,
  type End,
  endOf,
  expectEnd,
  madeDir,
  migrated,
  nameOf,
  outcomeOf,
  readCase,
  sql,
} from './support.ts';

const version = versions().at(-1) ?? 18;

describe('several runners and histories', () => {
  let server: SharedPostgres;
  let request: Awaited<ReturnType<typeof readCase>>;
  let older: Awaited<ReturnType<typeof readCase>>;
  let olderDir: string;
  let end: End;
  beforeAll(async () => {
    server = await sharedPostgres(version);
    request = await readCase(caseDir('transactional'));
    olderDir = mkdtempSync(join(tmpdir(), 'mooring-faults-'));
    cpSync(caseDir('transactional'), olderDir, { recursive: true });
    rmSync(join(olderDir, 'migrations', '3_view.sql'));
    older = await readCase(olderDir);
    end = await withDatabase(async (database) => {
      await migrated(await request(database.url));
      return endOf(database.url, version);
    });
  });
  afterAll(() => rmSync(olderDir, { recursive: true, force: true }));

  async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await server.createDatabase();
    try {
      return await work(database);
    } finally {
      await database.drop();
    }
  }

  test('20 at once: all end well, each migration happens once', { timeout: 120_000 }, (context) =>
    countFault(context, () =>
      withDatabase(async ({ url }) => {
        const processes = Array.from({ length: 5 }, () =>
          cli(['migrate', caseDir('transactional'), '--url', url, '-o', 'json']),
        );
        const within = Array.from({ length: 15 }, async () => migrate(await request(url)));
        const reports = [
          ...(await Promise.all(within)),
          ...(await Promise.all(processes.map(async ({ ended }) => JSON.parse((await ended).out)))),
        ];
        for (const report of reports) expect(['done', 'nothing']).toContain(nameOf(report));
        expect(
          reports.flatMap((report) => report.applied.map(({ id }: { id: string }) => id)).sort(),
        ).toEqual(['1', '2', '3', 'R_count']);
        await expectEnd(await request(url), url, version, end);
      }),
    ),
  );

  test('a late runner of an older bundle touches nothing, and says what it has found', (context) =>
    countFault(context, () =>
      withDatabase(async ({ url }) => {
        await migrated(await request(url));
        const report = await migrate(await older(url));
        expect(nameOf(report)).toBe('nothing');
        expect(report.notes.join('\n')).toContain(
          'the database is ahead of the files: 3 applied, not in Git',
        );
        await expectEnd(await request(url), url, version, end);
      }),
    ));

  test('older and newer at the same time end where the newer one does', (context) =>
    countFault(context, () =>
      withDatabase(async ({ url }) => {
        const runs = Array.from({ length: 8 }, async (_, n) =>
          migrate(await (n % 2 === 0 ? request : older)(url)),
        );
        for (const report of await Promise.all(runs)) expect(['done', 'nothing']).toContain(nameOf(report));
        await migrated(await request(url));
        const got = await endOf(url, version);
        expect([...got.history].sort()).toEqual([...end.history].sort());
        await expectEnd(await request(url), url, version, got);
      }),
    ));

  test("another owner's history is left alone", (context) =>
    countFault(context, () =>
      withDatabase(async ({ url }) => {
        await migrated(await request(url));
        const made = madeDir('intruder', { '1_other.sql': 'CREATE TABLE other ();' });
        try {
          const intruder = await readCase(made.dir);
          const report = await migrate(await intruder(url));
          expect([report.result, nameOf(report)]).toEqual(['refused', 'claimed-by-another']);
          expect(report.error?.message).toContain('belongs to transactional');
          const back = await rollback(await intruder(url), '0');
          expect([back.result, nameOf(back)]).toEqual(['refused', 'claimed-by-another']);
        } finally {
          made.done();
        }
        await expectEnd(await request(url), url, version, end);
      }),
    ));

  test('a copy restored from before the last migrations is brought up again', (context) =>
    countFault(context, () =>
      withDatabase(async ({ name, url }) => {
        const first = madeDir('transactional', {});
        cpSync(join(olderDir, 'migrations'), join(first.dir, 'migrations'), { recursive: true });
        rmSync(join(first.dir, 'migrations', 'R_count.sql'));
        await migrated(await (await readCase(first.dir))(url));
        first.done();
        const restored = await server.createDatabase(`TEMPLATE ${name}`);
        try {
          await migrated(await request(url));
          const report = await migrated(await request(restored.url));
          expect(report.applied.map(({ id }) => id)).toEqual(['3', 'R_count']);
          await expectEnd(await request(restored.url), restored.url, version, end);
        } finally {
          await restored.drop();
        }
      }),
    ));

  test('a copy restored from the middle of a journaled migration is ended', (context) =>
    countFault(context, () =>
      withDatabase(async ({ name, url }) => {
        const journaled = await readCase(caseDir('journaled'));
        const proxy = await startProxy({ target: url, protocol: 'postgres' });
        proxy.onQuery(onceOn(/^UPDATE shelf/, 'kill-before'));
        expect(
          await outcomeOf(async () => migrate(await journaled(proxy.url, { deadline: Date.now() - 1 }))),
        ).toBe('connection-lost');
        await proxy.close();
        await expect
          .poll(() => sql(server.url, `SELECT count(*) FROM pg_stat_activity WHERE datname = '${name}'`))
          .toEqual(['0']);
        const restored = await server.createDatabase(`TEMPLATE ${name}`);
        try {
          await migrated(await journaled(url));
          const whole = await endOf(url, version);
          await migrated(await journaled(restored.url));
          await expectEnd(await journaled(restored.url), restored.url, version, whole);
        } finally {
          await restored.drop();
        }
      }),
    ));

  const dumped = versions().findLast((each) => hasTool('pg_dump') && canDump(each));
  testIf(dumped !== undefined, 'no pg_dump that reads one of the servers')(
    'a pg_dump of an earlier state, restored into an empty database, is brought up again',
    (context) =>
      countFault(context, async () => {
        const dumpable = await sharedPostgres(dumped);
        const [source, target] = [await dumpable.createDatabase(), await dumpable.createDatabase()];
        try {
          await migrated(await older(source.url));
          await psql(target.url, await rawPgDump(source.url, []));
          const report = await migrated(await request(target.url));
          expect(report.applied.map(({ id }) => id)).toEqual(['3']);
          await migrated(await request(source.url));
          const whole = await endOf(source.url, dumped ?? version);
          await expectEnd(await request(target.url), target.url, dumped ?? version, whole);
        } finally {
          await source.drop();
          await target.drop();
        }
      }),
  );
});
