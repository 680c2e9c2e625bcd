import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { decodeSql, postgres, type Statement } from '../../src/sql/sql.ts';
import { ROOT, SHARED_DATA } from '../support/cache.ts';
import { type Database, sharedPostgres, versions } from '../support/postgres-server.ts';
import { describeIf, testIf } from '../support/skip.ts';
import { canDump, psql, rawPgDump, toolMajor } from '../support/tools.ts';
import { type Sent, startRecorder } from './recorder.ts';

const CASES = join(ROOT, 'test/cases');
const casesOf = (tree: string): string[] => readdirSync(join(CASES, tree)).sort();
// psql before 15 takes `--` comments out of what it sends.
const hasPsql = (toolMajor('psql') ?? 0) >= 15;
// A server of 18 takes the line `\.`, which psql up to 17 sends with CSV, for data.
const forPsql = versions().find((version) => version === toolMajor('psql')) ?? versions().at(-1);
const NO_PSQL = 'psql 15 or newer is not on this machine (make setup)';

describeIf(hasPsql, NO_PSQL)('psql sends the same', () => {
  testIf(true, '').each(casesOf('split-postgres'))('%s', async (name) => {
    await using database = await fresh(forPsql);
    const file = join(CASES, 'split-postgres', name, 'input.sql');
    expectSame(ours(file), await sentByPsql(database.url, [file]));
  });

  for (const [name, files] of histories()) {
    testIf(files.length > 0, `../shared/data/histories/${name} is absent`)(`history ${name}`, async () => {
      await using database = await fresh(forPsql);
      // golang-migrate's own table, which one of its users' migrations asks.
      await psql(database.url, 'CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)');
      expectSame(files.flatMap(ours), await sentByPsql(database.url, files));
    });
  }

  const dumpable = versions().filter(canDump).at(-1);
  testIf(dumpable !== undefined, 'pg_dump is older than every server here')('a dump with data', async () => {
    await using source = await fresh(dumpable);
    await using target = await fresh(dumpable);
    await psql(source.url, WITH_DATA);
    const dump = await rawPgDump(source.url, []);
    const recorder = await startRecorder(target.url);
    await psql(recorder.url, dump);
    recorder.close();
    expectSame(postgres.split({ file: 'dump.sql', text: dump }), recorder.sent);
  });
});

describe('the server takes each statement for one', () => {
  const trees = ['split-postgres', 'split-postgres-server'];
  const cases = trees.flatMap((tree) => casesOf(tree).map((name) => join(tree, name)));
  testIf(true, '').each(cases)('%s', async (name) => {
    await using database = await fresh();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    try {
      for (const { sql, data } of ours(join(CASES, name, 'input.sql'))) {
        // COPY's data take a protocol of their own; of COPY itself only the number of commands is asked.
        if (data !== undefined || /^copy/i.test(sql)) continue;
        // With the extended protocol the server refuses two commands in one.
        await client.query({ text: sql, queryMode: 'extended' } as pg.QueryConfig);
      }
    } finally {
      await client.end();
    }
  });
});

const WITH_DATA = `
CREATE TABLE "a;b" (id int PRIMARY KEY, note text DEFAULT 'x;y', data jsonb);
INSERT INTO "a;b" VALUES (1, E'line\\nSELECT 1; -- ''\\t\\\\.', '{"a": ";"}'), (2, NULL, NULL), (3, '\\.', NULL), (4, '$$', NULL);
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN 1; /* ' */ END $f$;
CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN x = 1 THEN 2 END; SELECT 3; END;
CREATE RULE r AS ON DELETE TO "a;b" DO ALSO (SELECT 1; SELECT 2);
COMMENT ON TABLE "a;b" IS 'it''s; \\ here';
`;

async function fresh(version?: number): Promise<Database & AsyncDisposable> {
  const database = await (await sharedPostgres(version)).createDatabase();
  return { ...database, [Symbol.asyncDispose]: () => database.drop() };
}

function ours(file: string): readonly Statement[] {
  return postgres.split({ file, ...decodeSql(readFileSync(file), file) });
}

async function sentByPsql(url: string, files: readonly string[]): Promise<readonly Sent[]> {
  const recorder = await startRecorder(url);
  try {
    await psql(recorder.url, { files });
  } finally {
    recorder.close();
  }
  return recorder.sent;
}

/** psql sends the `;` too, and block comments around a statement; it leaves out empty lines within one. */
function expectSame(ours: readonly Statement[], sent: readonly Sent[]): void {
  const theirs = sent.filter(({ query }) => !BLANK.test(query));
  for (const [n, { sql, data }] of ours.entries()) {
    const query = withoutEmptyLines(theirs[n]?.query ?? '');
    const at = query.indexOf(withoutEmptyLines(sql));
    expect(at, `"${sql}" in "${query}"`).toBeGreaterThanOrEqual(0);
    expect(query.slice(0, at)).toMatch(BLANK);
    expect(query.slice(at + withoutEmptyLines(sql).length)).toMatch(BLANK);
    expect(/[\s;]$|^\s/.test(sql)).toBe(false);
    expect(withoutEnd(data)).toBe(withoutEnd(theirs[n]?.data));
  }
  expect(ours.length).toBe(theirs.length);
}

/** White space, `;` and comments, nested at most once. */
const BLANK = /^(\s|;|--[^\r\n]*|\/\*([^*/]|\*(?!\/)|\/(?!\*)|\/\*([^*]|\*(?!\/))*\*\/)*\*\/)*$/;

function withoutEmptyLines(text: string): string {
  return text.replace(/\n(\s*\n)+/g, '\n');
}

/** Up to version 17 psql sends the line `\.` with the data. */
function withoutEnd(data: string | undefined): string | undefined {
  return data?.replace(/(^|\n)\\\.\r?\n?$/, '$1').replace(/\r?\n$/, '');
}

/** Files of each PostgreSQL history in the order in which its own tool runs them, forwards. */
function histories(): [string, string[]][] {
  const root = join(SHARED_DATA, 'histories');
  if (!existsSync(root)) return [['any', []]];
  return readdirSync(root).flatMap((project) =>
    readdirSync(join(root, project))
      .filter((kind) => kind.includes('postgres'))
      .map((kind): [string, string[]] => [`${project}/${kind}`, inOrder(join(root, project, kind))]),
  );
}

function inOrder(folder: string): string[] {
  const number = (name: string): number => Number(/^V?0*(\d+)/.exec(name)?.[1] ?? Number.MAX_SAFE_INTEGER);
  const minor = (name: string): number => Number(/^V?\d+[._](\d+)/.exec(name)?.[1] ?? 0);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !/\.(down|undo)\.sql$|^U/.test(name))
    .sort((a, b) => number(a) - number(b) || minor(a) - minor(b) || a.localeCompare(b))
    .map((name) => join(folder, name));
}
