import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import type { EngineName } from '../../src/api/api.ts';
import { bundleParts, packBundle } from '../../src/bundle/bundle.ts';
import { parseDefinition } from '../../src/definition/definition.ts';
import { ROOT } from './cache.ts';
import { type Database, sharedPostgres } from './postgres-server.ts';

export interface JobEnd {
  readonly exit: number | undefined;
  /** All lines, the last ones last. */
  readonly log: string;
  readonly out: string;
  readonly ms: number;
}

export interface RunningJob {
  readonly end: Promise<JobEnd>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves once the log has it. */
  says(text: string): Promise<void>;
}

/** A folder as a pod would have it mounted, and the program that a Job of one DatabaseSchema runs. */
export interface JobFolder extends AsyncDisposable {
  readonly dir: string;
  /** What is mounted from now on; its digest. `spec` is YAML below the definition's spec. */
  mount(files: Readonly<Record<string, string>>, spec?: string): Promise<string>;
  start(role: string, env: Readonly<Record<string, string>>): RunningJob;
  run(role: string, env: Readonly<Record<string, string>>): Promise<JobEnd>;
}

export async function jobFolder(url: string, engine: EngineName = 'postgres'): Promise<JobFolder> {
  const name = 'shop';
  const dir = await mkdtemp(join(tmpdir(), 'mooring-job-'));
  let version = 0;
  const start: JobFolder['start'] = (role, env) => {
    const began = performance.now();
    let log = '';
    const waiting: (() => void)[] = [];
    const child = execa(process.execPath, [join(ROOT, 'dist/mooring.mjs'), role], {
      env: {
        MOORING_BUNDLE_DIR: dir,
        MOORING_NAME: name,
        MOORING_NAMESPACE: 'demo',
        MOORING_TARGET: 'argocd',
        MOORING_DATABASE_URL: url,
        ...env,
      },
      extendEnv: false,
      reject: false,
    });
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8');
      for (const look of waiting) look();
    });
    return {
      end: child.then(({ exitCode, stdout }) => ({
        exit: exitCode,
        log: log.trimEnd(),
        out: stdout,
        ms: performance.now() - began,
      })),
      signal: (signal) => void child.kill(signal),
      says: (text) =>
        new Promise((done) => {
          const look = (): void => {
            if (log.includes(text)) done();
          };
          waiting.push(look);
          look();
        }),
    };
  };
  return {
    dir,
    mount: async (files, spec = '') => {
      const definition = parseDefinition(
        `apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: ${name}}\nspec:\n  engine: ${engine}\n  connection: {urlFrom: {secretKeyRef: {name: shop-db, key: url}}}\n${spec}`,
        { file: 'mooring.yaml' },
      );
      const sources = Object.entries(files).map(([file, text]) => ({
        path: definition.spec.mode === 'declarative' ? `schema/${file}` : `migrations/${file}`,
        bytes: Buffer.from(text),
      }));
      const bundle = packBundle(definition, sources);
      version += 1;
      const folder = join(dir, `..v${version}`);
      await mkdir(folder);
      for (const { data, binaryData } of await bundleParts(bundle))
        for (const [key, value] of [...data, ...binaryData]) await writeFile(join(folder, key), value);
      // As the kubelet renews a volume: at one moment.
      await symlink(`..v${version}`, join(dir, '..new'));
      await rename(join(dir, '..new'), join(dir, '..data'));
      return bundle.index.digest;
    },
    start,
    run: (role, env) => start(role, env).end,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A database, a folder, and what is asked of it. */
export async function withJob(
  work: (
    job: JobFolder,
    database: Database,
    ask: (sql: string) => Promise<readonly unknown[][]>,
  ) => Promise<void>,
): Promise<void> {
  const server = await sharedPostgres();
  const database = await server.createDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await using job = await jobFolder(database.url);
  try {
    await work(job, database, async (sql) => (await client.query({ text: sql, rowMode: 'array' })).rows);
  } finally {
    await client.end();
    await database.drop();
  }
}
