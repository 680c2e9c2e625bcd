import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fetchedPackage } from './debian-package.ts';

const run = promisify(execFile);

/** Debian's `psql` and `pg_dump` of its own version, for machines that have none. */
export const CLIENT_PACKAGE = 'postgresql-client';
export const CLIENT_PACKAGE_PARTS =
  /^(postgresql-client-\d+$|lib(pq5|ldap|sasl2-2|gssapi-krb5|krb5|k5crypto|keyutils|com-err|readline|lz4|zstd))/;

/** Is a program on the PATH, or did `make setup` fetch it? */
export function hasTool(name: string): boolean {
  return toolPath(name) !== undefined;
}

/** The major version that `<tool> --version` tells, e.g. 15 for Debian 12's pg_dump; undefined without the tool. */
export function toolMajor(name: string): number | undefined {
  const path = toolPath(name);
  if (path === undefined) return undefined;
  const text = execFileSync(path, ['--version'], { encoding: 'utf8', env: toolEnvironment() });
  return Number(/(\d+)(?:\.\d+)*/.exec(text)?.[1]);
}

function toolPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const fetched = fetchedPackage(CLIENT_PACKAGE);
  if (fetched !== undefined) {
    // Debian's /usr/bin/psql is a script that needs more than the package; the programs lie below the version.
    const versions = join(fetched.folder, 'usr/lib/postgresql');
    folders.push(...readdirSync(versions).map((version) => join(versions, version, 'bin')));
  }
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function toolEnvironment(): NodeJS.ProcessEnv {
  const libraries = fetchedPackage(CLIENT_PACKAGE)?.libraries;
  return { ...process.env, PGCLIENTENCODING: 'UTF8', ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) };
}

function needed(name: string): string {
  const path = toolPath(name);
  if (path === undefined) throw new Error(`${name} is not on this machine: make setup`);
  return path;
}

/** Can the pg_dump of this machine read a server of that major version? It refuses newer ones than itself. */
export function canDump(serverMajor: number): boolean {
  return (toolMajor('pg_dump') ?? 0) >= serverMajor;
}

/** Runs SQL text, or the files, in one psql session that stops at the first error; returns unaligned rows. */
export async function psql(
  url: string,
  what: string | { readonly files: readonly string[] },
): Promise<string> {
  const input = typeof what === 'string' ? ['-f', '-'] : what.files.flatMap((file) => ['-f', file]);
  const child = run(needed('psql'), ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url, ...input], {
    maxBuffer: 1 << 30,
    env: toolEnvironment(),
  });
  child.child.stdin?.end(typeof what === 'string' ? what : '');
  return (await child).stdout.trimEnd();
}

/** `pg_dump` as it is, fit to be run again. */
export async function rawPgDump(url: string, args: readonly string[] = ['--schema-only']): Promise<string> {
  return (await run(needed('pg_dump'), ['-d', url, ...args], { maxBuffer: 1 << 30, env: toolEnvironment() }))
    .stdout;
}

/**
 * The schema as pg_dump tells it, fit to compare: no comments, no settings, no `\restrict` (its key is random),
 * no empty lines, without our own schema `mooring`.
 */
export async function pgDump(url: string, args: readonly string[] = []): Promise<string> {
  const dump = await rawPgDump(url, ['--schema-only', '--exclude-schema=mooring', ...args]);
  return normaliseDump(dump);
}

/** What `pgDump` takes away from a dump. */
export function normaliseDump(dump: string): string {
  return dump
    .split('\n')
    .filter((line) => !/^(--|SET |SELECT pg_catalog\.set_config\(|\\(un)?restrict\b|\s*$)/.test(line))
    .join('\n');
}
