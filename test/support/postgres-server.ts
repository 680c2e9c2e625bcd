import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { brokeredServer } from './broker.ts';
import { freePort } from './port.ts';
import { installedVersions, postgresBinaries, SERVER_ACCOUNT } from './postgres-binaries.ts';
import { GUARDED, makeCluster, serverFolder } from './postgres-cluster.ts';
import { hasTool } from './tools.ts';
import { startWatchdog } from './watchdog.ts';

export interface Database {
  readonly name: string;
  /** As `postgres`, a superuser without password. */
  readonly url: string;
  /** As a superuser with a password, for tests that look for it in output. */
  readonly guardedUrl: string;
  drop(): Promise<void>;
}

/** A server that others may be using too: make a database in it and leave the rest alone. */
export interface SharedPostgres {
  readonly version: number;
  /** Of the database `postgres`. */
  readonly url: string;
  /** An empty database with a name of its own. `options` follows CREATE DATABASE's name, e.g. `TEMPLATE x`. */
  createDatabase(options?: string): Promise<Database>;
}

/** A server of one's own, which may be stopped. It ends with this process, however that ends. */
export interface PostgresServer extends SharedPostgres, AsyncDisposable {
  readonly port: number;
  /** The folder of its Unix socket. */
  readonly socketFolder: string;
  readonly dataFolder: string;
  /** `fast` breaks connections and shuts down in order; `immediate` as if the power had failed. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** The same data, port and settings. */
  start(): Promise<void>;
  restart(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
  /** What it has written to its log so far. */
  log(): Promise<string>;
}

export interface PostgresOptions {
  readonly version: number;
  /** Default false: ordinary tests do not wait for disks. True leaves every durability setting at its default. */
  readonly fsync?: boolean;
  /** Further settings, e.g. `{ wal_level: 'logical' }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const GIVEN_URL = process.env.MOORING_TEST_POSTGRES_URL;

/**
 * The major versions under test: those of MOORING_TEST_POSTGRES_VERSIONS; by default the oldest and the newest that
 * we run on, and 15 where Debian's pg_dump 15 can judge the outcome. With MOORING_TEST_POSTGRES_URL that server's alone.
 */
export function versions(): readonly number[] {
  if (GIVEN_URL !== undefined) return [Number(process.env.MOORING_TEST_POSTGRES_URL_VERSION ?? 0)];
  const asked = process.env.MOORING_TEST_POSTGRES_VERSIONS;
  if (asked !== undefined && asked !== '') return asked.split(',').map(Number);
  return installedVersions().filter(
    (major) => major === 14 || major === 18 || (major === 15 && hasTool('pg_dump')),
  );
}

/**
 * Of cases that are alike on all versions: all of them on the newest, every fourth on each other version, another one on each.
 * With MOORING_SWEEP all; what is left out is said aloud.
 */
export function onVersion<T>(version: number, cases: readonly T[]): readonly T[] {
  const all = versions();
  if (process.env.MOORING_SWEEP !== undefined || version === all.at(-1)) return cases;
  const first = all.indexOf(version);
  const some = cases.filter((_, at) => at % 4 === first % 4);
  process.stderr.write(
    `PostgreSQL ${version}: ${some.length} of ${cases.length} changes by hand; all with MOORING_SWEEP=1\n`,
  );
  return some;
}

const started = new Map<number, Promise<SharedPostgres>>();

/**
 * The server of this version that all test files of a run share; started when first asked for. Outside vitest it
 * belongs to the calling process. With MOORING_TEST_POSTGRES_URL it is that server, whatever the version.
 */
export function sharedPostgres(version: number = versions().at(-1) ?? 18): Promise<SharedPostgres> {
  let server = started.get(version);
  if (server === undefined) {
    server = findShared(version);
    started.set(version, server);
  }
  return server;
}

async function findShared(version: number): Promise<SharedPostgres> {
  if (GIVEN_URL !== undefined) return shared(version, GIVEN_URL);
  const url = await brokeredServer('postgres', version);
  return url === undefined ? startPostgres({ version }) : shared(version, url);
}

/** Starts a server of one's own. Takes 0.3 s once the version's first `initdb` is cached. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = postgresBinaries(options.version);
  const folder = await serverFolder();
  const data = await makeCluster(binaries, folder);
  const port = await freePort();
  const logFile = join(folder, 'log');
  const watchdog = startWatchdog(
    'pid=$(head -1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" && sleep 1; rm -rf "$1"',
    [folder],
  );
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const settings = { ...settingsOf(options), port, unix_socket_directories: folder, ...options.settings };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = openSync(logFile, 'a');
    child = spawn(join(binaries.bin, 'postgres'), ['-D', data, ...args], {
      ...SERVER_ACCOUNT,
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      // Ctrl-C in a terminal would reach it before the test could end in order.
      detached: true,
    });
    closeSync(log);
    child.unref();
    await untilReady(child, join(data, 'postmaster.pid'), logFile, options.version);
  };
  const stop = async (mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    if (child === undefined) return;
    const ended = exitOf(child);
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
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
    ...shared(options.version, `postgres://postgres@127.0.0.1:${port}/postgres`),
    port,
    socketFolder: folder,
    dataFolder: data,
    start,
    stop,
    restart: async (mode) => {
      await stop(mode);
      await start();
    },
    remove,
    log: () => readFile(logFile, 'utf8'),
    [Symbol.asyncDispose]: remove,
  };
}

function settingsOf(options: PostgresOptions): Record<string, string | number> {
  const ordinary = {
    listen_addresses: '127.0.0.1',
    unix_socket_permissions: '0777',
    log_min_messages: 'warning',
    shared_buffers: '64MB',
  };
  if (options.fsync === true) return ordinary;
  // synchronous_commit stays on: what was committed must outlive `stop('immediate')`.
  return { ...ordinary, fsync: 'off', full_page_writes: 'off' };
}

async function untilReady(
  child: ChildProcess,
  pidFile: string,
  logFile: string,
  version: number,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    // The eighth line of postmaster.pid is its state; the first tells a stale file of the server before.
    const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    await sleep(10);
  }
  child.kill('SIGQUIT');
  throw new Error(`PostgreSQL ${version} did not start: ${(await readFile(logFile, 'utf8')).slice(-2000)}`);
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  // A child that is unreferenced would let the process end while we wait for it.
  child.ref();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function shared(version: number, url: string): SharedPostgres {
  return { version, url, createDatabase: (options) => createDatabase(url, options) };
}

async function createDatabase(serverUrl: string, options = ''): Promise<Database> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await ask(serverUrl, `CREATE DATABASE ${name} ${options}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const guarded = new URL(url);
  guarded.username = GUARDED.user;
  guarded.password = GUARDED.password;
  return {
    name,
    url: url.href,
    guardedUrl: guarded.href,
    drop: () => ask(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
