import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Definition, type DefinitionSpec, MooringError, sortBytewise } from '../api/api.ts';
import { readFileBelow, readRegularFile, renamed, resolveBelow } from '../definition/definition.ts';
import { MAX_FILE_BYTES } from '../sql/sql.ts';
import { readDesiredFiles } from './desired.ts';
import { formatNamed } from './formats/formats.ts';
import type { SourceFile } from './migration.ts';

/** Deeper than this nobody keeps migrations; it also ends what a mount leads into. */
const DEEPEST = 20;

/** Files that are read at a stretch. */
const TURN = 50;

/** How much a caller has room for. */
export interface TreeLimits {
  readonly files: number;
  /** Of all files together. */
  readonly bytes: number;
}

/**
 * The migration files of a schema directory that nobody vouches for, sorted by path, bytewise; with mode declarative the
 * files that `desired` names.
 *
 * With `limits` throws `bundle-too-large` before more than that is read. Throws `path-escape` for a path or symbolic
 * link that leads out, `file-not-found` without the folder, `file-unreadable` for devices, pipes and sockets, `file-too-large` over 100 MiB, `migration-name-invalid`,
 * `not-supported` for a format that is not known; with mode declarative `definition-invalid` where there are migrations, too.
 */
export async function readTree(
  dir: string,
  definition: Definition,
  limits: TreeLimits = { files: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
): Promise<readonly SourceFile[]> {
  if (definition.spec.mode === 'declarative') {
    const desired = await readDesiredFiles(dir, definition, limits);
    await refuseMigrations(dir, definition, desired);
    return desired;
  }
  const format = formatNamed(definition.spec.migrations.format);
  const folder = migrationsFolder(definition);
  const root = await resolveFolder(dir, folder);
  const files: SourceFile[] = [];
  let size = 0;
  const most = Math.min(MAX_FILE_BYTES, limits.bytes);
  const found = list({ real: root, shown: join(dir, folder) }, '', 0);
  const kinds = new Map(found.map(({ path, kind }) => [path, kind]));
  for (const [at, inFolder] of sortBytewise([...kinds.keys()]).entries()) {
    // Reading is synchronous: now and then it is the turn of a connection that is being opened meanwhile.
    if (at % TURN === TURN - 1) await new Promise((turn) => setImmediate(turn));
    const path = folder === '' ? inFolder : `${folder}/${inFolder}`;
    if (!takes(() => format.takes(inFolder), path)) continue;
    const kind = kinds.get(inFolder);
    const bytes =
      kind === 'link'
        ? await readFileBelow(dir, path, most)
        : readRegularFile(`${root}/${inFolder}`, path, most, kind === 'file');
    files.push({ path, bytes });
    size += bytes.byteLength;
    if (files.length > limits.files || size > limits.bytes) throw tooLarge(join(dir, folder), limits);
  }
  return files;
}

/** `migrations.path` without `.` and empty parts; `''` for the schema directory itself. */
export function migrationsFolder({ spec }: { readonly spec: Pick<DefinitionSpec, 'migrations'> }): string {
  const { path } = spec.migrations;
  if (path.startsWith('/')) return path;
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** One of the two leads a database: what nothing would run is not passed over in silence. */
async function refuseMigrations(
  dir: string,
  definition: Definition,
  desired: readonly SourceFile[],
): Promise<void> {
  const folder = migrationsFolder(definition);
  const format = formatNamed(definition.spec.migrations.format);
  const known = new Set(desired.map(({ path }) => path));
  const real = await resolveBelow(dir, folder).catch((error: unknown) => {
    if (error instanceof MooringError && error.code === 'file-not-found') return undefined;
    throw error;
  });
  if (real === undefined) return;
  /** What is named as none was meant to be one all the same. */
  const isMigration = (path: string): boolean => {
    try {
      return format.takes(path);
    } catch {
      return true;
    }
  };
  const found = list({ real, shown: join(dir, folder) }, '', 0)
    .filter(({ path }) => !known.has(folder === '' ? path : `${folder}/${path}`) && isMigration(path))
    .map(({ path }) => join(dir, folder, path));
  const [first] = sortBytewise(found);
  if (first === undefined) return;
  throw new MooringError(
    'definition-invalid',
    `spec.mode is declarative, and there ${found.length === 1 ? 'is a migration' : `are ${found.length} migrations`}, which nothing would run: ${first}${found.length === 1 ? '' : ', …'}`,
    {
      file: first,
      hint: 'One of the two leads a database: move the migrations away (their history stays in the database), or set spec.mode: versioned.',
    },
  );
}

async function resolveFolder(dir: string, folder: string): Promise<string> {
  try {
    return await resolveBelow(dir, folder);
  } catch (error) {
    if (!(error instanceof MooringError) || error.code !== 'file-not-found') throw error;
    throw new MooringError(
      'file-not-found',
      `The folder of the migrations, ${join(dir, folder)}, is not there.`,
      {
        file: join(dir, folder),
        hint: 'Write a first migration with `mooring new`, or correct spec.migrations.path.',
        cause: error,
      },
    );
  }
}

function tooLarge(folder: string, { files, bytes }: TreeLimits): MooringError {
  return new MooringError(
    'bundle-too-large',
    `${folder} holds more migrations than objects in a cluster can carry: at most ${files} files, and ${bytes / 1024 / 1024} MiB together.`,
    {
      file: folder,
      hint: 'Load data by other means than a migration; squash old migrations with `-- mooring: replaces …`.',
    },
  );
}

/** The folder where it is, and as errors name it. */
interface Root {
  readonly real: string;
  readonly shown: string;
}

interface Entry {
  /** Relative to the root. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'other';
}

/** Everything but folders; symbolic links to folders are not followed. */
function list(root: Root, below: string, depth: number): readonly Entry[] {
  if (depth > DEEPEST) return [];
  const found: Entry[] = [];
  for (const entry of entriesOf(join(root.real, below), join(root.shown, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) found.push({ path, kind: kindOf(entry) });
    else if (!entry.name.startsWith('.') && entry.name !== 'node_modules') {
      for (const deeper of list(root, path, depth + 1)) found.push(deeper);
    }
  }
  return found;
}

function kindOf(entry: Dirent): Entry['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function entriesOf(folder: string, shown: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const why =
      code === 'ENOTDIR'
        ? 'it is a file: expected a folder'
        : code === 'EACCES'
          ? 'we may not read it'
          : code;
    throw new MooringError('file-unreadable', `${shown} cannot be read: ${why}.`, { file: shown, cause });
  }
}

/** A format knows names within the folder only; errors name files from the schema directory on. */
function takes(ask: () => boolean, path: string): boolean {
  try {
    return ask();
  } catch (error) {
    throw error instanceof MooringError ? renamed(error, path) : error;
  }
}
