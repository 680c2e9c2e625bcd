import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './cache.ts';

const run = promisify(execFile);

/** Packages of a Debian suite with all their libraries, the C library included: they run on any Linux of this processor. */
export interface DebianRoot {
  readonly folder: string;
  /** The command line that runs a program of it, by its path below `folder`. */
  command(program: string): readonly [string, ...string[]];
}

/** What was fetched under that name before. */
export function fetchedRoot(name: string): DebianRoot | undefined {
  const folder = join(CACHE, 'debian-root', name);
  const lib = join(folder, 'usr/lib');
  if (!existsSync(lib)) return undefined;
  const libraries = readdirSync(lib)
    .filter((entry) => entry.includes('-linux-'))
    .map((entry) => join(lib, entry));
  const loader = [...libraries, join(folder, 'usr/lib64'), join(folder, 'lib64')]
    .filter(existsSync)
    .flatMap((at) =>
      readdirSync(at)
        .filter((entry) => /^ld-linux.*\.so\.\d+$/.test(entry))
        .map((entry) => join(at, entry)),
    )[0];
  if (loader === undefined) return undefined;
  return {
    folder,
    command: (program) => [loader, '--library-path', libraries.join(':'), join(folder, program)],
  };
}

/**
 * Fetches packages of a suite by `apt-get download`, with lists of our own, from the server that this machine's apt
 * already uses. Throws where there is no apt, or no way to its servers.
 */
export async function fetchRoot(name: string, suite: string, packages: readonly string[]): Promise<void> {
  if (fetchedRoot(name) !== undefined) return;
  const work = await mkdtemp(join(tmpdir(), 'mooring-apt-'));
  try {
    const apt = await listsOf(suite, work);
    const { stdout } = await run('apt-cache', [...apt, 'depends', '--recurse', ...ONLY_DEPENDS, ...packages]);
    const names = stdout.split('\n').filter((line) => PARTS.test(line) && !LEFT_OUT.test(line));
    await mkdir(join(work, 'debs'));
    await run('apt-get', [...apt, 'download', ...names], { cwd: join(work, 'debs'), timeout: 300_000 });
    const fresh = join(CACHE, 'debian-root', `${name}.${process.pid}`);
    await mkdir(fresh, { recursive: true });
    for (const file of await readdir(join(work, 'debs')))
      await run('dpkg', ['-x', join(work, 'debs', file), fresh]);
    await rename(fresh, join(CACHE, 'debian-root', name)).catch(() =>
      rm(fresh, { recursive: true, force: true }),
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const ONLY_DEPENDS = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
  (kind) => `--no-${kind}`,
);
const PARTS = /^(lib|mariadb|mysql)/;
const LEFT_OUT = /perl|systemd|elogind|debconf|-dev$/;

/** Of the package debian-archive-keyring; without it apt takes the keys that it trusts anyway. */
const KEYRINGS = ['gpg', 'pgp'].map((end) => `/usr/share/keyrings/debian-archive-keyring.${end}`);

async function listsOf(suite: string, work: string): Promise<readonly string[]> {
  const uri = await debianSource();
  const keys = KEYRINGS.find((file) => existsSync(file));
  const sources = join(work, 'sources.list');
  await writeFile(sources, `deb ${keys === undefined ? '' : `[signed-by=${keys}] `}${uri} ${suite} main\n`);
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  const apt = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'cache')}`,
    `APT::Sandbox::User=${process.env.USER ?? 'root'}`,
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  await run('apt-get', [...apt, 'update'], { timeout: 240_000 });
  return apt;
}

/** Where this machine gets Debian from. */
async function debianSource(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(LABEL)']);
  for (const line of stdout.split('\n')) {
    const [uri, origin, label] = line.split(' ');
    if (uri && origin === 'Debian' && label === 'Debian') return uri;
  }
  throw new Error("this machine's apt knows no Debian archive (apt-get update first?)");
}
