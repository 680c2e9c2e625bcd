import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Is a program on the PATH? */
export function hasTool(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

/** The major version that `<tool> --version` tells, e.g. 15 for Debian 12's pg_dump; undefined without the tool. */
export function toolMajor(name: string): number | undefined {
  if (!hasTool(name)) return undefined;
  const text = execFileSync(name, ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)(?:\.\d+)*/.exec(text)?.[1]);
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
  const child = run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url, ...input], {
    maxBuffer: 1 << 30,
    env: { ...process.env, PGCLIENTENCODING: 'UTF8' },
  });
  child.child.stdin?.end(typeof what === 'string' ? what : '');
  return (await child).stdout.trimEnd();
}

/** `pg_dump` as it is, fit to be run again. */
export async function rawPgDump(url: string, args: readonly string[] = ['--schema-only']): Promise<string> {
  return (await run('pg_dump', ['-d', url, ...args], { maxBuffer: 1 << 30 })).stdout;
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
