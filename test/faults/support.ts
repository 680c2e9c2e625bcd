import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect } from 'vitest';
import { type EngineName, EXIT, MooringError, type RunReport, VERSION } from '../../src/api/api.ts';
import { packBundle } from '../../src/bundle/bundle.ts';
import { theDefinition } from '../../src/definition/definition.ts';
import { readDrift } from '../../src/drift/drift.ts';
import { engineOf } from '../../src/engines/engines.ts';
import { readMigrations, readTree } from '../../src/migrations/migrations.ts';
import { migrate, type RunRequest } from '../../src/runner/runner.ts';
import { type Database, type SharedPostgres, sharedPostgres, versions } from '../support/postgres-server.ts';
import { canDump, hasTool, rawPgDump } from '../support/tools.ts';
import type { Place } from './boundaries.ts';

const CASES = join(import.meta.dirname, '..', 'cases', 'faults');
const ROOT = join(import.meta.dirname, '..', '..');

/** All boundaries instead of a sample. */
export const SWEEP = process.env.MOORING_SWEEP !== undefined;

/** The folder of a case; one that is made by a test is named by its path. */
export function caseDir(name: string): string {
  return resolve(CASES, name);
}

/** A request as the command line makes it, for in-process runs; what it says is kept in `said`. */
export interface Asked extends RunRequest {
  readonly said: string[];
}

/** Reads a schema directory once; each call of the result is a request for one database. */
export async function readCase(
  dir: string,
  engine?: EngineName,
): Promise<(url: string, more?: Partial<RunRequest>) => Promise<Asked>> {
  const found = await theDefinition(dir);
  const files = await readTree(found.dir, found.definition);
  const migrations = readMigrations(files, found.definition);
  const bundle = packBundle(found.definition, files, migrations).index.digest;
  return async (url, more = {}) => {
    const said: string[] = [];
    return {
      engine: await engineOf(engine ?? found.definition.spec.engine),
      target: { url, pooler: 'none', schemas: 'all', application: 'mooring faults', runner: VERSION },
      definition: found.definition,
      migrations,
      bundle,
      owner: `/${found.definition.metadata.name}`,
      allow: new Set(),
      deadline: Date.now() + 60_000,
      patience: 5_000,
      progress: (message) => void said.push(message),
      ...more,
      said,
    };
  };
}

/** One case on one server: its database before the run, from which each injection starts anew. */
export class FaultCase implements Place {
  readonly name: string;
  readonly protocol = 'postgres';
  readonly request: (url: string, more?: Partial<RunRequest>) => Promise<Asked>;
  readonly #server: SharedPostgres;
  readonly #template: Database;

  private constructor(
    name: string,
    server: SharedPostgres,
    template: Database,
    request: FaultCase['request'],
  ) {
    this.name = name;
    this.#server = server;
    this.#template = template;
    this.request = request;
  }

  /** `prepare` brings the template to where the faults begin, e.g. migrated, when a rollback is to be disturbed. */
  static async open(
    name: string,
    version: number,
    prepare: (url: string, open: FaultCase) => Promise<unknown> = async () => {},
  ): Promise<FaultCase> {
    const server = await sharedPostgres(version);
    const template = await server.createDatabase();
    const opened = new FaultCase(name, server, template, await readCase(caseDir(name)));
    const setup = join(caseDir(name), 'setup.sql');
    if (existsSync(setup)) {
      await sql(template.url, readFileSync(setup, 'utf8'));
      const { baseline } = await import('../../src/runner/runner.ts');
      await baseline(await opened.request(template.url), { version: '0', takeOver: false });
    }
    await prepare(template.url, opened);
    return opened;
  }

  /** Of the template, which nobody may be connected to while a database is made from it. */
  get url(): string {
    return this.#template.url;
  }

  get version(): number {
    return this.#server.version;
  }

  get server(): string {
    return `PostgreSQL ${this.version}`;
  }

  get newest(): boolean {
    return this.version === versions().at(-1);
  }

  endOf(url: string): Promise<End> {
    return endOf(url, this.version);
  }

  expectEnd(request: Asked, url: string, end: End): Promise<void> {
    return expectEnd(request, url, this.version, end);
  }

  database(): Promise<Database> {
    return this.#server.createDatabase(`TEMPLATE ${this.#template.name}`);
  }

  close(): Promise<void> {
    return this.#template.drop();
  }
}

/** A schema directory of a few files, for tests whose files are a line each; `done` removes it. */
export function madeDir(
  name: string,
  migrations: Readonly<Record<string, string>>,
  spec = '',
  engine: EngineName = 'postgres',
  more: Readonly<Record<string, string>> = {},
): { readonly dir: string; readonly done: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'mooring-faults-'));
  const head = `apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: ${name}}\n`;
  writeFileSync(
    join(dir, 'mooring.yaml'),
    `${head}spec:\n  engine: ${engine}\n  connection: {urlFrom: {secretKeyRef: {name: db, key: url}}}\n${spec}`,
  );
  mkdirSync(join(dir, 'migrations'));
  for (const [file, text] of Object.entries(migrations)) writeFileSync(join(dir, 'migrations', file), text);
  for (const [file, text] of Object.entries(more)) writeFileSync(join(dir, file), text);
  return { dir, done: () => rmSync(dir, { recursive: true, force: true }) };
}

/** The runner's session waits for a lock that somebody else has. */
export async function untilBlocked(url: string): Promise<number> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(20)) {
    const [pid] = await sql(
      url,
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'mooring%' AND wait_event_type = 'Lock'",
    );
    if (pid !== undefined) return Number(pid);
  }
  throw new Error('the runner was not blocked in 20 s');
}

/** Runs SQL over a connection of its own; the rows of the last statement as text, cells joined by `|`. */
export async function sql(url: string, text: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = (await client.query({ text, rowMode: 'array' })) as unknown as
      | pg.QueryArrayResult
      | pg.QueryArrayResult[];
    const last = Array.isArray(result) ? result.at(-1) : result;
    return (last?.rows ?? []).map((row) => row.map(String).join('|'));
  } finally {
    await client.end();
  }
}

/** A session that stays open, for others who stand in the way; its `end` also forgets what it did. */
export async function otherSession(url: string, text: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'somebody else' });
  client.on('error', () => {});
  await client.connect();
  await client.query(text);
  return client;
}

/** What is in the database, told by others than us: pg_dump with all rows where it reads the server, else SQL. */
export async function contents(url: string, version: number): Promise<string> {
  if (hasTool('pg_dump') && canDump(version)) {
    const dump = await rawPgDump(url, ['--exclude-schema=mooring', '--inserts']);
    return dump
      .split('\n')
      .filter((line) => !/^(--|SET |\\(un)?restrict\b|\s*$)/.test(line))
      .join('\n');
  }
  return (await sql(url, CONTENTS)).join('\n');
}

const MINE = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'mooring')";

const CONTENTS = `
SELECT line FROM (
  SELECT pg_catalog.format('%s %s.%s', c.relkind, n.nspname, c.relname) AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${MINE}
  UNION ALL SELECT pg_catalog.format('%s.%s %s %s %s %s', c.oid::regclass, a.attnum, a.attname,
      format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v') AND ${MINE}
  UNION ALL SELECT pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${MINE}
  UNION ALL SELECT x.conrelid::regclass || ' ' || x.conname || ' ' || pg_get_constraintdef(x.oid)
    FROM pg_constraint x JOIN pg_namespace n ON n.oid = x.connamespace WHERE ${MINE}
  UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${MINE}
  UNION ALL SELECT t.typname || ' ' || e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
  UNION ALL SELECT i.inhrelid::regclass || ' of ' || i.inhparent::regclass || ' ' || i.inhdetachpending FROM pg_inherits i
  UNION ALL SELECT c.oid::regclass || ': ' || pg_catalog.query_to_xml('SELECT * FROM ' || c.oid::regclass || ' x ORDER BY x::text', true, true, '')::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${MINE}
) all_of_it ORDER BY line`;

/** Everything that has to be the same, whatever happened on the way. */
export interface End {
  readonly contents: string;
  readonly history: readonly string[];
}

/** The end of an undisturbed run, to which the others are held. */
export async function endOf(url: string, version: number): Promise<End> {
  return {
    contents: await contents(url, version),
    history: await sql(url, "SELECT action, id FROM mooring.history WHERE state = 'done' ORDER BY seq"),
  };
}

/**
 * All is as after an undisturbed run: contents, history (each once), and what must not be left over: an open journal,
 * an invalid index, a pending detach, a held lock, drift.
 */
export async function expectEnd(request: Asked, url: string, version: number, end: End): Promise<void> {
  const direct = { ...request, target: { ...request.target, url }, deadline: Date.now() + 60_000 };
  expect(await sql(url, LEFT_OVER), 'nothing is left over').toEqual([]);
  const got = await endOf(url, version);
  expect(got.history).toEqual(end.history);
  expect(got.contents).toBe(end.contents);
  const drift = await readDrift(direct, false);
  expect({ quiet: drift.quiet, changes: drift.changes }, JSON.stringify(drift.changes)).toEqual({
    quiet: undefined,
    changes: [],
  });
}

/** Of pg_locks: of this database alone. */
export const HERE = 'database = (SELECT oid FROM pg_database WHERE datname = current_database())';

const LEFT_OVER = `
  SELECT 'open journal', id || ':' || statement || ' ' || event FROM mooring.journal j
    WHERE NOT EXISTS (SELECT FROM mooring.history h WHERE h.key = j.run AND h.state = 'done')
  UNION ALL SELECT 'invalid index', indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
  UNION ALL SELECT 'detach pending', inhrelid::regclass::text FROM pg_inherits WHERE inhdetachpending
  UNION ALL SELECT 'lock', l.pid::text FROM pg_locks l WHERE l.locktype = 'advisory'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** The outcome in one word: the result, or the error's code. */
export function nameOf(report: RunReport): string {
  return report.error?.code ?? report.held[0]?.reason ?? report.result;
}

/** A run whose thrown error, if it is one of ours, counts as an outcome as well: it has a code. */
export async function outcomeOf(run: () => Promise<RunReport>): Promise<string> {
  try {
    return nameOf(await run());
  } catch (error) {
    if (error instanceof MooringError) return error.code;
    throw error;
  }
}

export interface Cli {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** The real command line as a process of its own. */
export function cli(args: readonly string[]): Cli {
  const built = join(ROOT, 'dist', 'mooring.mjs');
  const program =
    existsSync(built) && process.env.MOORING_TEST_SOURCE === undefined
      ? built
      : join(ROOT, 'src/cli/main.ts');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return { child, ended };
}

/** Runs the work for each item, a few at a time, to the end, and tells all failures at once. */
export async function forAll<T>(
  items: readonly T[],
  shown: (item: T) => string,
  work: (item: T) => Promise<void>,
  atOnce = 4,
): Promise<void> {
  const failures: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      try {
        await work(item);
      } catch (error) {
        failures.push(`${shown(item)}\n${error instanceof Error ? error.stack : String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0)
    throw new Error(
      `${failures.length} of ${items.length} did not end right:\n\n${failures.slice(0, 10).join('\n\n')}`,
    );
}

/** Migrates, and sees that it was well. */
export async function migrated(request: Asked): Promise<RunReport> {
  const report = await migrate(request);
  expect(['done', 'nothing'], JSON.stringify(report.error)).toContain(report.result);
  return report;
}

export { EXIT };
