import { execFile } from 'node:child_process';
import { appendFile, chmod, chown, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './cache.ts';
import { type PostgresBinaries, SERVER_ACCOUNT } from './postgres-binaries.ts';

const run = promisify(execFile);

/** A superuser who needs a password over TCP; everybody else is trusted. For tests that look for it in output. */
export const GUARDED = { user: 'guarded', password: 'sw0rdf!sh-in-the-sea' } as const;

const ACCESS = `local all all trust
host all ${GUARDED.user} all scram-sha-256
host all all all trust
`;

/** Copies a fresh data directory to `<folder>/data`, owned by the server's account; `initdb` runs once per version. */
export async function makeCluster(binaries: PostgresBinaries, folder: string): Promise<string> {
  const template = join(CACHE, 'postgres', binaries.key);
  if (!(await exists(template))) await initialise(binaries, template);
  const data = join(folder, 'data');
  await run('cp', ['-a', template, data]);
  return data;
}

/** A folder that the server's account may enter and write; short, because a socket's path has at most 107 bytes. */
export async function serverFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-pg-'));
  await chmod(folder, 0o755);
  const { uid, gid } = SERVER_ACCOUNT;
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  return folder;
}

async function initialise(binaries: PostgresBinaries, template: string): Promise<void> {
  const folder = await serverFolder();
  const data = join(folder, 'data');
  const options = { ...SERVER_ACCOUNT, cwd: folder, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
  try {
    await run(
      join(binaries.bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      options,
    );
    await writeFile(join(data, 'pg_hba.conf'), ACCESS);
    await appendFile(join(data, 'postgresql.conf'), "timezone = 'UTC'\nlog_timezone = 'UTC'\n");
    const single = run(join(binaries.bin, 'postgres'), ['--single', '-D', data, 'postgres'], options);
    single.child.stdin?.end(`CREATE ROLE ${GUARDED.user} SUPERUSER LOGIN PASSWORD '${GUARDED.password}'\n`);
    await single;
    await mkdir(join(CACHE, 'postgres'), { recursive: true });
    const fresh = `${template}.${process.pid}`;
    await run('cp', ['-a', data, fresh]);
    // Whoever comes second finds the name taken and uses what the first one made.
    await rename(fresh, template).catch(() => rm(fresh, { recursive: true, force: true }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
