import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { brokeredServer } from './broker.ts';
import { accountFor, installedServers, type MysqlKind, mysqlBinaries } from './mysql-binaries.ts';
import { makeData, placeSettings, TESTER, writeInitFile } from './mysql-data.ts';
import { freePort } from './port.ts';
import { GUARDED, serverFolder } from './postgres-cluster.ts';
import { startWatchdog } from './watchdog.ts';

export interface MysqlDatabase {
  readonly name: string;
  /** As an account with all rights and no password. */
  readonly url: string;
  /** As one with a password, for tests that look for it in output. */
  readonly guardedUrl: string;
  drop(): Promise<void>;
}

/** A server that others may be using too: make a database in it and leave the rest alone. */
export interface SharedMysql {
  readonly kind: MysqlKind;
  readonly url: string;
  createDatabase(): Promise<MysqlDatabase>;
}

/** A server of one's own. It ends with this process, however that ends. */
export interface MysqlServer extends SharedMysql, AsyncDisposable {
  readonly port: number;
  readonly socket: string;
  /** `fast` shuts down in order; `immediate` as if the power had failed. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
  log(): Promise<string>;
}

export interface MysqlOptions {
  readonly kind: MysqlKind;
  readonly version: number;
  /** Further settings, e.g. `{ general_log: 1 }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const GIVEN: Readonly<Record<MysqlKind, string | undefined>> = {
  mysql: process.env.MOORING_TEST_MYSQL_URL,
  mariadb: process.env.MOORING_TEST_MARIADB_URL,
};

/** The servers under test: given by URL, else those fetched; and why others are missing. */
export function mysqlServers(): {
  readonly there: readonly { readonly kind: MysqlKind; readonly version: number }[];
  readonly missing: readonly string[];
} {
  const { there, missing } = installedServers();
  const given = (['mysql', 'mariadb'] as const).filter((kind) => GIVEN[kind] !== undefined);
  return {
    there: [
      ...there.filter(({ kind }) => !given.includes(kind)),
      ...given.map((kind) => ({ kind, version: 0 })),
    ],
    missing: missing.filter((text) => !given.some((kind) => text.startsWith(kind))),
  };
}

const started = new Map<string, Promise<SharedMysql>>();

/** The server of this kind and version that all test files of a run share; version 0 is the one given by URL. */
export function sharedMysql(kind: MysqlKind, version: number): Promise<SharedMysql> {
  const key = `${kind} ${version}`;
  let server = started.get(key);
  if (server === undefined) {
    server = findShared(kind, version);
    started.set(key, server);
  }
  return server;
}

async function findShared(kind: MysqlKind, version: number): Promise<SharedMysql> {
  const given = GIVEN[kind];
  if (given !== undefined) return shared(kind, given);
  const url = await brokeredServer(kind, version);
  return url === undefined ? startMysql({ kind, version }) : shared(kind, url);
}

/** Starts a server of one's own: about a second, once its first data directory is cached. */
export async function startMysql(options: MysqlOptions): Promise<MysqlServer> {
  const binaries = mysqlBinaries(options.kind, options.version);
  const folder = await serverFolder();
  const data = await makeData(binaries, folder);
  const init = await writeInitFile(folder);
  const port = await freePort();
  const socket = join(folder, 'socket');
  const logFile = join(folder, 'log');
  const pidFile = join(folder, 'pid');
  const watchdog = startWatchdog(
    'pid=$(cat "$1/pid" 2>/dev/null) && kill -KILL "$pid" && sleep 1; rm -rf "$1"',
    [folder],
  );
  const url = `mysql://${TESTER}@127.0.0.1:${port}/`;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const settings: Record<string, string | number> = {
      datadir: data,
      port,
      socket,
      'pid-file': pidFile,
      'init-file': init,
      'bind-address': '127.0.0.1',
      // Two servers with one folder clear each other's files away.
      tmpdir: folder,
      'secure-file-priv': '',
      'innodb-buffer-pool-size': '32M',
      // Ordinary tests do not wait for disks; what was committed outlives the server, not the machine.
      'innodb-flush-log-at-trx-commit': 2,
      'max-connections': 300,
      ...(options.kind === 'mysql' ? { mysqlx: 0, 'disable-log-bin': 1 } : {}),
      ...options.settings,
    };
    const [program, ...args] = binaries.server;
    const all = [
      ...args,
      ...placeSettings(binaries),
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ];
    const log = openSync(logFile, 'a');
    child = spawn(program, all, {
      ...accountFor(binaries.root.folder),
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      // Ctrl-C in a terminal would reach it before the test could end in order.
      detached: true,
    });
    closeSync(log);
    child.unref();
    await untilReady(child, url, logFile, `${options.kind} ${options.version}`);
  };
  const stop = async (mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    if (child === undefined) return;
    const ended = exitOf(child);
    child.kill(mode === 'fast' ? 'SIGTERM' : 'SIGKILL');
    await ended;
    child = undefined;
  };
  const remove = async (): Promise<void> => {
    await stop('immediate');
    watchdog.release();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  await start();
  return {
    ...shared(options.kind, url),
    port,
    socket,
    start,
    stop,
    remove,
    log: () => readFile(logFile, 'utf8'),
    [Symbol.asyncDispose]: remove,
  };
}

/** Feeds a file to the command-line client of that version, in batch mode; what it printed, or its error. */
export async function batchClient(
  server: { readonly kind: MysqlKind; readonly version: number },
  url: string,
  input: string | Uint8Array,
  args: readonly string[] = [],
): Promise<string> {
  const binaries = mysqlBinaries(server.kind, server.version);
  const { hostname, port, username, pathname } = new URL(url);
  const [program, ...before] = binaries.client;
  const login = [
    '--no-defaults',
    `--character-sets-dir=${join(binaries.share, 'charsets')}`,
    '--default-character-set=utf8mb4',
  ];
  const where = [
    '--protocol=TCP',
    `--host=${hostname}`,
    `--port=${port}`,
    `--user=${username}`,
    '--batch',
    ...args,
    pathname.slice(1),
  ];
  return output(program, [...before, ...login, ...where], input);
}

/** mariadb-dump or mysqldump of a database, routines, triggers and events included. */
export async function dumpOf(
  server: { readonly kind: MysqlKind; readonly version: number },
  url: string,
  args: readonly string[] = [],
): Promise<string> {
  const binaries = mysqlBinaries(server.kind, server.version);
  const { hostname, port, username, pathname } = new URL(url);
  const [program, ...before] = binaries.dump;
  const where = [
    '--no-defaults',
    '--protocol=TCP',
    `--host=${hostname}`,
    `--port=${port}`,
    `--user=${username}`,
  ];
  return output(
    program,
    [...before, ...where, '--routines', '--triggers', '--events', ...args, pathname.slice(1)],
    '',
  );
}

function output(program: string, args: readonly string[], input: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${stderr}${error.message}`));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

async function untilReady(child: ChildProcess, url: string, logFile: string, name: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const connection = await createConnection(url).catch(() => undefined);
    if (connection !== undefined) {
      await connection.end();
      return;
    }
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`${name} did not start: ${(await readFile(logFile, 'utf8')).slice(-2000)}`);
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  // A child that is unreferenced would let the process end while we wait for it.
  child.ref();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function shared(kind: MysqlKind, url: string): SharedMysql {
  return { kind, url, createDatabase: () => createDatabase(url) };
}

async function createDatabase(serverUrl: string): Promise<MysqlDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await withServer(serverUrl, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const guarded = new URL(url);
  guarded.username = GUARDED.user;
  guarded.password = GUARDED.password;
  return {
    name,
    url: url.href,
    guardedUrl: guarded.href,
    drop: () => withServer(serverUrl, `DROP DATABASE IF EXISTS ${name}`),
  };
}

async function withServer(url: string, sql: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
