import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { expect } from 'vitest';
import { readDrift } from '../../src/drift/drift.ts';
import { engineOf } from '../../src/engines/engines.ts';
import { baseline, type RunRequest } from '../../src/runner/runner.ts';
import type { MysqlKind } from '../support/mysql-binaries.ts';
import { type MysqlDatabase, mysqlServers, sharedMysql } from '../support/mysql-server.ts';
import type { Place } from './boundaries.ts';
import { type Asked, type End, readCase } from './support.ts';

const CASES = join(import.meta.dirname, '..', 'cases', 'faults-mysql');

/** One case on one server; each injection starts in a database of its own. */
export class MysqlFaultCase implements Place {
  readonly protocol = 'mysql';
  readonly name: string;
  readonly kind: MysqlKind;
  readonly version: number;
  /** Its schema directory, with the engine's name in it. */
  readonly dir: string;
  readonly #request: Awaited<ReturnType<typeof readCase>>;
  readonly #prepare: (request: Asked, dir: string) => Promise<unknown>;

  private constructor(
    name: string,
    { kind, version }: { readonly kind: MysqlKind; readonly version: number },
    dir: string,
    request: MysqlFaultCase['request'],
    prepare: (request: Asked, dir: string) => Promise<unknown>,
  ) {
    this.name = name;
    this.kind = kind;
    this.version = version;
    this.dir = dir;
    this.#request = request;
    this.#prepare = prepare;
  }

  static async open(
    name: string,
    server: { readonly kind: MysqlKind; readonly version: number },
    prepare: (request: Asked, dir: string) => Promise<unknown> = async () => {},
  ): Promise<MysqlFaultCase> {
    const dir = mkdtempSync(join(tmpdir(), 'mooring-faults-'));
    cpSync(resolve(CASES, name), dir, { recursive: true });
    const definition = join(dir, 'mooring.yaml');
    writeFileSync(definition, readFileSync(definition, 'utf8').replace('ENGINE', server.kind));
    return new MysqlFaultCase(name, server, dir, await readCase(dir), prepare);
  }

  get server(): string {
    return `${this.kind} ${this.version}`;
  }

  get newest(): boolean {
    return mysqlServers().there.findLast(({ kind }) => kind === this.kind)?.version === this.version;
  }

  request(url: string, more?: Partial<RunRequest>): Promise<Asked> {
    return this.#request(url, more);
  }

  async database(): Promise<MysqlDatabase> {
    const made = await (await sharedMysql(this.kind, this.version)).createDatabase();
    const database = { ...made, url: made.url.replace(/^mysql:/, `${this.kind}:`) };
    const setup = join(this.dir, 'setup.sql');
    const request = await this.request(database.url);
    if (existsSync(setup)) {
      await mysqlSql(database.url, readFileSync(setup, 'utf8'));
      expect((await baseline(request, { version: '0', takeOver: false })).error).toBeUndefined();
    }
    await this.#prepare(request, this.dir);
    return database;
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  endOf(url: string): Promise<End> {
    return mysqlEnd(url);
  }

  /** All is as after an undisturbed run, and nothing is left over: an open journal, a held lock, a session of ours, drift. */
  async expectEnd(request: Asked, url: string, end: End): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    expect(await mysqlSql(url, LEFT_OVER), 'nothing is left over').toEqual([]);
    const got = await this.endOf(url);
    expect(got.history).toEqual(end.history);
    expect(got.contents).toBe(end.contents);
    const engine = await engineOf(this.kind);
    if (!engine.capabilities.catalog) return;
    const direct = { ...request, target: { ...request.target, url } };
    const drift = await readDrift(direct, false);
    expect({ quiet: drift.quiet, changes: drift.changes }, `${name}: ${JSON.stringify(drift)}`).toEqual({
      quiet: undefined,
      changes: [],
    });
  }
}

const LEFT_OVER = `SELECT 'open journal', id, statement, event FROM mooring_journal j
  WHERE NOT EXISTS (SELECT 1 FROM mooring_history h WHERE h.\`key\` = j.run AND h.state = 'done')`;

/** Where a database stands, told by SHOW CREATE and its rows. */
export async function mysqlEnd(url: string): Promise<End> {
  return {
    contents: await mysqlContents(url),
    history: await mysqlSql(url, "SELECT action, id FROM mooring_history WHERE state = 'done' ORDER BY seq"),
  };
}

/** Every object's SHOW CREATE and every row, without what the server counts by itself (AUTO_INCREMENT, time stamps). */
export async function mysqlContents(url: string): Promise<string> {
  return withConnection(url, async (connection) => {
    const lines: string[] = [];
    const ask = async (sql: string): Promise<RowDataPacket[]> =>
      (await connection.query<RowDataPacket[]>(sql))[0];
    const show = async (kind: string, name: string): Promise<void> => {
      const [row = {}] = await ask(`SHOW CREATE ${kind} \`${name}\``);
      const told = Object.entries(row).filter(([column]) => column !== 'Created');
      lines.push(told.map(([, value]) => String(value).replace(/ AUTO_INCREMENT=\d+/g, '')).join('\n'));
    };
    for (const { name, type } of await ask(
      "SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'mooring|_%' ESCAPE '|' ORDER BY 1",
    )) {
      await show(type === 'VIEW' ? 'VIEW' : 'TABLE', name);
      if (type !== 'BASE TABLE') continue;
      const columns = await ask(
        `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${name}' AND EXTRA NOT LIKE '%auto_increment%' ORDER BY ORDINAL_POSITION`,
      );
      const list = columns.map((column) => `\`${column.name}\``).join(', ');
      const rows = await ask(`SELECT ${list} FROM \`${name}\``);
      lines.push(
        ...rows
          .map((row) => JSON.stringify(row))
          .sort()
          .map((row) => `${name}: ${row}`),
      );
    }
    for (const [kind, sql] of OTHERS) for (const { name } of await ask(sql)) await show(kind, name);
    return lines.join('\n').replaceAll(new URL(url).pathname.slice(1), 'DATABASE');
  });
}

const OTHERS: readonly (readonly [string, string])[] = [
  [
    'TRIGGER',
    'SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1',
  ],
  ...['PROCEDURE', 'FUNCTION'].map(
    (kind) =>
      [
        kind,
        `SELECT ROUTINE_NAME AS name FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = '${kind}' ORDER BY 1`,
      ] as const,
  ),
  [
    'EVENT',
    'SELECT EVENT_NAME AS name FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1',
  ],
];

/** Runs SQL over a connection of its own; the rows of the last statement as text, cells joined by `|`. */
export async function mysqlSql(url: string, text: string): Promise<string[]> {
  return withConnection(url, async (connection) => {
    const [result] = await connection.query({ sql: text, rowsAsArray: true });
    const several =
      Array.isArray(result) && result.some((each) => !Array.isArray(each) || each.some(Array.isArray));
    const rows = several ? (result as unknown[]).at(-1) : result;
    return Array.isArray(rows) ? (rows as unknown[][]).map((row) => row.map(String).join('|')) : [];
  });
}

/** A session that stays open, for others who stand in the way. */
export async function otherMysqlSession(url: string, text: string): Promise<Connection> {
  const connection = await open(url);
  connection.on('error', () => {});
  await connection.query(text);
  return connection;
}

/** The statement that begins so waits for a lock that somebody else has: on a table's definition, or on a row. */
export async function untilMysqlBlocked(url: string, statement: string): Promise<number> {
  const name = new URL(url).pathname.slice(1);
  // What InnoDB shows of its transactions is taken anew only when nobody has looked for 100 ms.
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(150)) {
    const [pid] = await mysqlSql(
      url,
      `SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '${name}' AND ID <> CONNECTION_ID() AND COMMAND = 'Query'
       AND INFO LIKE '${statement}%' AND (STATE = 'Waiting for table metadata lock' OR ID IN
         (SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'))`,
    );
    if (pid !== undefined) return Number(pid);
  }
  throw new Error('the runner was not blocked in 30 s');
}

async function withConnection<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await open(url);
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

function open(url: string): Promise<Connection> {
  return createConnection({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    multipleStatements: true,
    dateStrings: true,
  });
}
