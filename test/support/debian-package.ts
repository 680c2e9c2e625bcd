import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './cache.ts';

const run = promisify(execFile);

/** A package of Debian (or a system like it) unpacked into a folder of ours: nothing is installed, nobody need be root. */
export interface DebianPackage {
  readonly folder: string;
  /** For LD_LIBRARY_PATH: the libraries that came with it. */
  readonly libraries: string;
}

/** The package if it was fetched before. */
export function fetchedPackage(name: string): DebianPackage | undefined {
  const folder = join(CACHE, 'debian', name);
  if (!existsSync(folder)) return undefined;
  const lib = join(folder, 'usr/lib');
  const triplets = existsSync(lib) ? readdirSync(lib).filter((entry) => entry.includes('-linux-')) : [];
  return { folder, libraries: triplets.map((entry) => join(lib, entry)).join(':') };
}

/**
 * Fetches a package and the packages below it whose names `also` matches, by `apt-get download`.
 * Throws where there is no apt or no way to its servers.
 */
export async function fetchPackage(name: string, also: RegExp): Promise<DebianPackage> {
  const before = fetchedPackage(name);
  if (before !== undefined) return before;
  const work = await mkdtemp(join(tmpdir(), 'mooring-apt-'));
  try {
    const download = async (apt: readonly string[]): Promise<void> => {
      const names = [name, ...(await dependencies(name, also, apt))];
      await run('apt-get', [...apt, 'download', ...names], { cwd: work, timeout: 120_000 });
    };
    await download([]).catch(async () => {
      // An image without package lists, or one whose lists are too old: lists of our own.
      const apt = [`Dir::State::lists=${join(work, 'lists')}`, `Dir::Cache=${join(work, 'cache')}`].flatMap(
        (option) => ['-o', option],
      );
      apt.push('-o', `APT::Sandbox::User=${process.env.USER ?? 'root'}`);
      await mkdir(join(work, 'lists/partial'), { recursive: true });
      await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
      await run('apt-get', [...apt, 'update'], { timeout: 240_000 });
      await download(apt);
    });
    const fresh = join(CACHE, 'debian', `${name}.${process.pid}`);
    await mkdir(fresh, { recursive: true });
    for (const file of (await readdir(work)).filter((entry) => entry.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(work, file), fresh]);
    }
    await rename(fresh, join(CACHE, 'debian', name)).catch(() => rm(fresh, { recursive: true, force: true }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const after = fetchedPackage(name);
  if (after === undefined) throw new Error(`${name} was fetched and is not there`);
  return after;
}

async function dependencies(name: string, also: RegExp, apt: readonly string[]): Promise<string[]> {
  const { stdout } = await run('apt-cache', [
    ...apt,
    'depends',
    '--recurse',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    '--no-breaks',
    '--no-replaces',
    '--no-enhances',
    name,
  ]);
  const names = stdout.split('\n').filter((line) => /^[a-z0-9]/.test(line));
  return names.filter((dependency) => dependency !== name && also.test(dependency));
}
