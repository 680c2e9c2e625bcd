import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import type { EngineName } from '../../src/api/api.ts';
import { compareVersions } from '../../src/migrations/migrations.ts';
import { ROOT, SHARED_DATA } from '../support/cache.ts';

/** One file of a real project, and the name that it bears among native migrations. */
export interface HistoryFile {
  readonly source: string;
  readonly name: string;
  /** Absent for repeatables. */
  readonly version?: string;
  readonly role: 'migration' | 'undo' | 'repeatable';
}

/** The migrations of a real project. */
export interface History {
  readonly name: string;
  /** In the order in which they run; repeatables last. */
  readonly forward: readonly HistoryFile[];
  readonly undo: readonly HistoryFile[];
}

/** What golang-migrate keeps beside the data and a migration of harbor's alters: made first, as the tool makes it. */
const GOLANG_MIGRATE_TABLE = join(import.meta.dirname, 'golang-migrate-table.sql');

type Rename = (name: string) => Pick<HistoryFile, 'name' | 'version' | 'role'> | undefined;

interface Format {
  readonly folder: string;
  readonly rename: Rename;
  /** What the project's own tool makes before the first migration. */
  readonly before?: HistoryFile;
}

const FORMATS: Readonly<Record<string, Format>> = {
  authelia: {
    folder: 'authelia/postgres',
    rename: authelia,
  },
  'authelia-mysql': {
    folder: 'authelia/mysql',
    rename: authelia,
  },
  marquez: {
    folder: 'marquez/flyway-postgres',
    rename: (name) => {
      const [, version, words] = /^(?:V([\d._]+)|R)__(.+)\.sql$/.exec(name) ?? [];
      if (words === undefined) return undefined;
      if (version === undefined) return { name: `R_${words}.sql`, role: 'repeatable' };
      return { name: `${version.replaceAll('_', '.')}_${words}.sql`, version, role: 'migration' };
    },
  },
  harbor: {
    folder: 'harbor/golang-migrate-postgres',
    before: { source: GOLANG_MIGRATE_TABLE, name: '0_golang_migrate.sql', version: '0', role: 'migration' },
    rename: (name) => {
      const [, version, words] = /^(\d+)_(.+)\.up\.sql$/.exec(name) ?? [];
      if (version === undefined || words === undefined) return undefined;
      return { name: `${version}_${words}.sql`, version, role: 'migration' };
    },
  },
};

/** `V0001.Initial_Schema.up.sql` */
function authelia(name: string): ReturnType<Rename> {
  const [, version = '', words = '', way] = /^V(\d+)\.(.+)\.(up|down)\.sql$/.exec(name) ?? [];
  if (way === undefined) return undefined;
  return way === 'up'
    ? { name: `${version}_${words}.sql`, version, role: 'migration' }
    : { name: `${version}_${words}.undo.sql`, version, role: 'undo' };
}

/** Why the history cannot be had here; undefined where it can. */
export function historyMissing(project: string): string | undefined {
  const folder = folderOf(project);
  return existsSync(folder) ? undefined : `${relative(ROOT, folder)} is not there`;
}

/** Reads which files a project has. Throws for a file whose name its format does not know. */
export function historyOf(project: string): History {
  const folder = folderOf(project);
  const before = FORMATS[project]?.before;
  const files = readdirSync(folder).map((name): HistoryFile => {
    const renamed = FORMATS[project]?.rename(name);
    if (renamed === undefined) throw new Error(`${project}: ${name} is named otherwise than expected`);
    return { source: join(folder, name), ...renamed };
  });
  const versioned = files
    .filter((file) => file.role === 'migration')
    .sort((a, b) => compareVersions(a.version ?? '', b.version ?? ''));
  const repeatables = files
    .filter((file) => file.role === 'repeatable')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name: project,
    forward: [...(before === undefined ? [] : [before]), ...versioned, ...repeatables],
    undo: files.filter((file) => file.role === 'undo'),
  };
}

function folderOf(project: string): string {
  return join(SHARED_DATA, 'histories', FORMATS[project]?.folder ?? project);
}

/** A schema directory in a temporary folder that files are put into as they come. */
export class SchemaDirectory implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(name: string, engine: EngineName): Promise<SchemaDirectory> {
    const path = await mkdtemp(join(tmpdir(), 'mooring-history-'));
    await mkdir(join(path, 'migrations'));
    await writeFile(
      join(path, 'mooring.yaml'),
      `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: ${name}}
spec:
  engine: ${engine}
  connection: {urlFrom: {secretKeyRef: {name: db, key: url}}}
`,
    );
    return new SchemaDirectory(path);
  }

  /** Puts files of a history under their native names. */
  async add(files: readonly HistoryFile[]): Promise<void> {
    for (const file of files) await copyFile(file.source, join(this.path, 'migrations', basename(file.name)));
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.path, 'migrations', name), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
