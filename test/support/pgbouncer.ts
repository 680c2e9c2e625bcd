import { type ChildProcess, spawn } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DebianPackage, fetchedPackage, fetchPackage } from './debian-package.ts';
import { freePort } from './port.ts';
import { SERVER_ACCOUNT } from './postgres-binaries.ts';
import { serverFolder } from './postgres-cluster.ts';
import { startWatchdog } from './watchdog.ts';

export interface Pgbouncer extends AsyncDisposable {
  /** The same database, by way of the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Debian's pgbouncer and the libraries that a machine without it lacks, into `.cache/`. */
export function fetchPgbouncer(): Promise<DebianPackage> {
  return fetchPackage('pgbouncer', /^(libevent-2|libcares2|libc-ares2)/);
}

/** Was pgbouncer fetched? Tests that need it are skipped aloud otherwise. */
export function hasPgbouncer(): boolean {
  return fetchedPackage('pgbouncer') !== undefined;
}

/** A pooler in front of one database; two server connections at most, so that sessions do get mixed. */
export async function startPgbouncer(options: {
  readonly url: string;
  readonly mode: 'transaction' | 'session' | 'statement';
  readonly poolSize?: number;
}): Promise<Pgbouncer> {
  const found = fetchedPackage('pgbouncer');
  if (found === undefined) throw new Error('pgbouncer is not there: make setup');
  const target = new URL(options.url);
  const database = target.pathname.slice(1);
  const port = await freePort();
  const folder = await serverFolder();
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${database} = host=${target.hostname} port=${target.port} dbname=${database} user=${target.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${options.mode}
default_pool_size = ${options.poolSize ?? 2}
ignore_startup_parameters = extra_float_digits,options
server_check_delay = 0
`,
  );
  // Where the server's account can read it, wherever the checkout is.
  await cp(join(found.folder, 'usr'), join(folder, 'usr'), { recursive: true, verbatimSymlinks: true });
  const child = spawn(join(folder, 'usr/sbin/pgbouncer'), [join(folder, 'pgbouncer.ini')], {
    ...SERVER_ACCOUNT,
    cwd: folder,
    env: { ...process.env, LD_LIBRARY_PATH: found.libraries.replaceAll(found.folder, folder) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const watchdog = startWatchdog('kill -KILL "$1"; rm -rf "$2"', [String(child.pid), folder]);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    watchdog.release();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilListening(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = new URL(options.url);
  url.port = String(port);
  return { url: url.href, stop, [Symbol.asyncDispose]: stop };
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.on('data', (data) => {
    said += data;
  });
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(20)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await listens(port)) return;
  }
  throw new Error(`pgbouncer did not start: ${said}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
