import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './cache.ts';
import { accountFor, type MysqlBinaries } from './mysql-binaries.ts';
import { GUARDED, serverFolder } from './postgres-cluster.ts';

const run = promisify(execFile);

/** Who tests are, on every server of these kinds: all rights, no password. */
export const TESTER = 'tester';

/** Settings without which the programs look for their files where Debian installs them. */
export function placeSettings(binaries: MysqlBinaries): readonly string[] {
  return [
    '--no-defaults',
    `--basedir=${join(binaries.root.folder, 'usr')}`,
    `--lc-messages-dir=${binaries.share}`,
    `--character-sets-dir=${join(binaries.share, 'charsets')}`,
    `--plugin-dir=${join(binaries.root.folder, binaries.kind === 'mariadb' ? 'usr/lib/mysql/plugin' : 'usr/lib/mysql/plugin')}`,
    ...(accountFor(binaries.root.folder).uid === undefined && process.getuid?.() === 0
      ? ['--user=root']
      : []),
  ];
}

/** Copies a fresh data directory to `<folder>/data`; it is made once per server version. */
export async function makeData(binaries: MysqlBinaries, folder: string): Promise<string> {
  const template = join(CACHE, 'mysql-data', `${binaries.kind}-${binaries.version}`);
  if (!existsSync(template)) await initialise(binaries, template);
  const data = join(folder, 'data');
  await run('cp', ['-a', template, data]);
  return data;
}

/** SQL that the server runs at each start: the accounts of the tests. */
export async function writeInitFile(folder: string): Promise<string> {
  const file = join(folder, 'init.sql');
  const user = (name: string, password: string) =>
    `CREATE USER IF NOT EXISTS '${name}'@'%' IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO '${name}'@'%' WITH GRANT OPTION;\n`;
  await writeFile(file, user(TESTER, '') + user(GUARDED.user, GUARDED.password));
  return file;
}

async function initialise(binaries: MysqlBinaries, template: string): Promise<void> {
  const folder = await serverFolder();
  const data = join(folder, 'data');
  const [program, ...args] = binaries.server;
  const account = accountFor(binaries.root.folder);
  try {
    await mkdir(data);
    if (account.uid !== undefined && account.gid !== undefined) await chown(data, account.uid, account.gid);
    const mode = binaries.kind === 'mariadb' ? ['--bootstrap', '--skip-log-bin'] : ['--initialize-insecure'];
    const child = spawn(program, [...args, ...placeSettings(binaries), ...mode, `--datadir=${data}`], {
      ...account,
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    child.stdout.resume();
    child.stdin.on('error', () => {});
    child.stdin.end(binaries.kind === 'mariadb' ? await systemTables(binaries.share) : '');
    const [code] = await once(child, 'close');
    if (code !== 0)
      throw new Error(`${binaries.kind} ${binaries.version}: no data directory: ${said.slice(-2000)}`);
    await mkdir(join(CACHE, 'mysql-data'), { recursive: true });
    const fresh = `${template}.${process.pid}`;
    await run('cp', ['-a', data, fresh]);
    // Whoever comes second finds the name taken and uses what the first one made.
    await rename(fresh, template).catch(() => rm(fresh, { recursive: true, force: true }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What mariadb-install-db feeds to `mariadbd --bootstrap`, without help texts and time zones. */
async function systemTables(share: string): Promise<string> {
  const files = await readdir(share);
  const wanted = [
    'system_tables.sql',
    'performance_tables.sql',
    'system_tables_data.sql',
    'maria_add_gis_sp_bootstrap.sql',
  ];
  const names = wanted.map((name) =>
    files.find((file) => file === name || file === `mysql_${name}` || file === `mariadb_${name}`),
  );
  const texts = await Promise.all(
    names.map((name) => (name === undefined ? '' : readFile(join(share, name), 'utf8'))),
  );
  return `SET @auth_root_socket=NULL;\nSET @skip_auth_anonymous=1;\nCREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\n${texts.join('\n')}\n`;
}
