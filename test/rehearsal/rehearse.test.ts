import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../support/cache.ts';
import { mysqlServers, sharedMysql } from '../support/mysql-server.ts';
import { sharedPostgres } from '../support/postgres-server.ts';
import { parseScript } from '../support/script.ts';
import { skipAloud } from '../support/skip.ts';

const FOLDER = join(ROOT, 'test/cases/rehearse');
const PROGRAM = join(ROOT, 'dist/mooring.mjs');
const update = process.env.MOORING_UPDATE !== undefined;
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A rehearsal is twelve processes, one after the other. */
const PATIENCE = 300_000;
const KINDS = ['mariadb', 'mysql'] as const;

const PLAIN = `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: shop}
spec:
  engine: postgres
  connection: {urlFrom: {secretKeyRef: {name: shop-db, key: url}}}
`;

const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Shop',
  GIT_AUTHOR_EMAIL: 'shop@example.com',
  GIT_COMMITTER_NAME: 'Shop',
  GIT_COMMITTER_EMAIL: 'shop@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** A repository with the revisions that the files name. */
async function repositoryOf(files: string, engine = 'postgres'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-rehearse-'));
  made.push(folder);
  const git = (...args: string[]) => execa('git', args, { cwd: folder, env: GIT });
  await git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'mooring.yaml'), PLAIN.replace('postgres', engine));
  const parts = files.split(/^-- (\S+) --\n/m).slice(1);
  const revisions = new Map<string, [path: string, text: string][]>();
  for (let n = 0; n < parts.length; n += 2) {
    const [, revision = '', path = ''] = /^([^/]+)\/(.*)$/.exec(parts[n] ?? '') ?? [];
    revisions.set(revision, [...(revisions.get(revision) ?? []), [path, parts[n + 1] ?? '']]);
  }
  for (const [revision, changed] of revisions) {
    for (const [path, text] of changed) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      if (text.trim() === '') await rm(join(folder, path));
      else await writeFile(join(folder, path), text.replace('engine: ENGINE', `engine: ${engine}`));
    }
    if (revision === 'work') continue;
    await git('add', '--all');
    await git('commit', '--quiet', '-m', `This is ${revision}`);
    await git('tag', revision);
  }
  return folder;
}

async function act(line: string, folder: string, url: string): Promise<string> {
  const [program = '', ...args] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, a, b]) => a ?? b ?? '');
  const env = { ...GIT, MOORING_DATABASE_URL: args.includes('--url') ? '' : url };
  const [file, given] = program === 'mooring' ? [process.execPath, [PROGRAM, ...args]] : [program, args];
  const { stdout, stderr, exitCode } = await execa(file, given, { cwd: folder, env, reject: false });
  return [stdout, stderr.replace(/^(?=.)/gm, '! '), exitCode === 0 ? '' : `[${exitCode}]`]
    .filter((each) => each !== '')
    .join('\n')
    .replace(/\b[0-9a-f]{15}…/g, 'HASH…')
    .replace(/\b[0-9a-f]{9}\b/g, 'COMMIT')
    .replaceAll(folder, 'REPOSITORY')
    .replace(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replace(/(SET SESSION sql_mode = )'[A-Z_,]*'/g, "$1'MODE'")
    .replace(/(\) ENGINE=InnoDB) DEFAULT [A-Z]+=[^;\n]*/g, '$1')
    .trim();
}

async function scratches(): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: (await sharedPostgres()).url });
  await client.connect();
  const { rows } = await client.query(
    `select datname from pg_database where datname like 'mooring\\_scratch\\_%'`,
  );
  await client.end();
  return rows.map(({ datname }) => datname);
}

/** Plays the commands of a case; `MOORING_UPDATE=1` writes what was seen. */
async function play(path: string, url: string, engine?: string): Promise<void> {
  const { head, commands, files } = parseScript(readFileSync(path, 'utf8'));
  const folder = await repositoryOf(files, engine);
  const told = (printed: readonly string[]) =>
    commands.map(({ line }, n) => `$ ${line}\n${printed[n] === '' ? '' : `${printed[n]}\n`}`).join('');
  const printed: string[] = [];
  for (const { line } of commands) printed.push(await act(line, folder, url));
  if (update) writeFileSync(path, `${head}${told(printed)}${files}`);
  else expect(told(printed)).toBe(told(commands.map(({ expected }) => expected)));
}

function casesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort();
}

for (const name of casesIn(FOLDER)) {
  test(
    `rehearsal ${name}`,
    async () => {
      const database = await (await sharedPostgres()).createDatabase();
      await play(join(FOLDER, name), database.url);
      await database.drop();
    },
    PATIENCE,
  );
}

// The newest of each kind; in the normal run of one, for the Jobs are the same.
const { there, missing } = mysqlServers();
for (const reason of missing) skipAloud(reason)('rehearsals', () => {});
for (const kind of process.env.MOORING_SWEEP === '1' ? KINDS : KINDS.slice(0, 1)) {
  const server = there.findLast((one) => one.kind === kind);
  if (server === undefined) continue;
  for (const name of casesIn(join(FOLDER, 'mysql'))) {
    test(
      `rehearsal mysql/${name} on ${kind} ${server.version}`,
      async () => {
        const database = await (await sharedMysql(kind, server.version)).createDatabase();
        await play(join(FOLDER, 'mysql', name), database.url.replace(/^mysql:/, `${kind}:`), kind);
        await database.drop();
      },
      PATIENCE,
    );
  }
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`after ${signal} its database is dropped, and nothing of it runs on`, async () => {
    const { files } = parseScript(readFileSync(join(FOLDER, '01-there-and-back.txt'), 'utf8'));
    const folder = await repositoryOf(files);
    const database = await (await sharedPostgres()).createDatabase();
    const before = await scratches();
    const child = execa(process.execPath, [PROGRAM, 'rehearse', '--url', database.url], {
      cwd: folder,
      reject: false,
      forceKillAfterDelay: false,
    });
    const begun = new Promise<void>((resolve) => {
      child.stdout.on('data', (text) => String(text).includes('sync to') && resolve());
    });
    await Promise.race([begun, child]);
    const during = (await scratches()).filter((one) => !before.includes(one));
    child.kill(signal);
    const { exitCode } = await child;
    for (let n = 0; n < 100 && (await scratches()).some((one) => during.includes(one)); n += 1)
      await sleep(100);
    const after = await scratches();
    expect({ made: during.length > 0, left: after.filter((one) => during.includes(one)), exitCode }).toEqual({
      made: true,
      left: [],
      exitCode: signal === 'SIGTERM' ? 75 : undefined,
    });
    await database.drop();
  });
}
