import { type Dirent, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type DefinitionSpec, MooringError, sortBytewise } from '../api/api.ts';
import { DEFINITION_FILE, type FoundDefinition, notFound, readDefinition } from './read.ts';

/**
 * Folders at or below `dir` that hold a `mooring.yaml`, sorted bytewise. Folders whose name begins with a dot and
 * node_modules are left out, symbolic links to folders are not followed. Throws `file-not-found`, `file-unreadable`.
 */
export async function listDefinitions(dir: string): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = (folder: string): void => {
    const entries = list(folder);
    if (entries.some((entry) => entry.name === DEFINITION_FILE && !entry.isDirectory())) found.push(folder);
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') {
        walk(join(folder, entry.name));
      }
    }
  };
  walk(dir);
  return sortBytewise(found);
}

/**
 * Every definition at or below `dir`, sorted by folder. Throws `definition-not-found` when there is none,
 * `definition-duplicate` for a name given twice, `definition-nested` for one that lies among the files of another,
 * and as `readDefinition`.
 */
export async function findDefinitions(
  dir: string,
  options: { readonly env?: string } = {},
): Promise<readonly FoundDefinition[]> {
  const folders = await listDefinitions(dir);
  if (folders.length === 0) throw notFound(dir);
  const found: FoundDefinition[] = [];
  for (const folder of folders) found.push(await readDefinition(folder, options));
  refuseDuplicates(found);
  refuseNested(found);
  return found;
}

/** The only definition at or below `dir`. Throws `definition-ambiguous` with a list, and as `findDefinitions`. */
export async function theDefinition(dir: string, env?: string): Promise<FoundDefinition> {
  const folders = await listDefinitions(dir);
  const [only] = folders;
  if (only === undefined) throw notFound(dir);
  if (folders.length > 1) {
    throw new MooringError(
      'definition-ambiguous',
      `${folders.length} definitions at or below ${dir}: expected exactly one.\n${folders.map((folder) => `  ${folder}`).join('\n')}`,
      { hint: 'Name the folder of one of them.' },
    );
  }
  return readDefinition(only, env === undefined ? {} : { env });
}

/** Synchronous: a tree of very many folders is walked nine times as fast. */
function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT')
      throw new MooringError('file-not-found', `The folder ${folder} is not there.`, { file: folder, cause });
    const why =
      code === 'ENOTDIR'
        ? 'it is a file: expected a folder'
        : code === 'EACCES'
          ? 'we may not read it'
          : code;
    throw new MooringError('file-unreadable', `${folder} cannot be read: ${why}.`, { file: folder, cause });
  }
}

function refuseDuplicates(found: readonly FoundDefinition[]): void {
  const seen = new Map<string, FoundDefinition>();
  for (const one of found) {
    const { name } = one.definition.metadata;
    const other = seen.get(name);
    if (other !== undefined) {
      throw new MooringError(
        'definition-duplicate',
        `${other.file} and ${one.file} both have the name "${name}".`,
        {
          file: one.file,
          hint: 'Give one of them another metadata.name.',
        },
      );
    }
    seen.set(name, one);
  }
}

function refuseNested(found: readonly FoundDefinition[]): void {
  for (const outer of found) {
    for (const inner of found) {
      const inside = relative(outer.dir, inner.dir).split(sep).join('/');
      if (inner === outer || inside.startsWith('../') || inside === '..') continue;
      const folder = foldersOf(outer.definition.spec).find(
        (path) => path === '' || `${inside}/`.startsWith(`${path}/`),
      );
      if (folder === undefined) continue;
      throw new MooringError(
        'definition-nested',
        `${inner.file} lies among the files of ${outer.file}, in its folder ${folder === '' ? '.' : folder}.`,
        { file: inner.file, hint: 'Put the two side by side, each in a folder of its own.' },
      );
    }
  }
}

/** What a definition takes for its own, by the fixed beginning of each pattern; '' is its folder with all below. */
function foldersOf(spec: DefinitionSpec): readonly string[] {
  const patterns = spec.mode === 'declarative' ? spec.desired : [];
  const fixed = [...patterns, ...spec.manifests]
    .map((pattern) => pattern.split('/').slice(0, -1))
    .map((parts) => parts.slice(0, parts.findIndex((part) => part.includes('*')) >>> 0))
    .map((parts) => normal(parts.join('/')))
    .filter((path) => path !== '');
  return [normal(spec.migrations.path), ...fixed];
}

function normal(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
