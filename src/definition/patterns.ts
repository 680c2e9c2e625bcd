import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MooringError } from '../api/api.ts';
import { resolveBelow } from './files.ts';

/**
 * Files of a schema directory by names and patterns, each once, in the order of the patterns and sorted within each.
 * `*` stands for anything within one part of a path, a part `**` for any folders. Folders and files whose name begins
 * with a dot, node_modules and symbolic links to folders are left out, and so are the definition and its overlays.
 * `key` holds the patterns in the definition. Throws `path-escape`, and `file-not-found` for a pattern that no file fits:
 * a typo must not drop a file.
 */
export async function filesNamed(
  dir: string,
  patterns: readonly string[],
  key: 'spec.manifests' | 'spec.desired',
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const path = pattern
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/');
    const files = path.includes('*') ? await matching(dir, path) : [path];
    if (files.length === 0) throw nothingFits(dir, pattern, key);
    if (!path.includes('*') && isDefinition(path)) throw definitionItself(dir, path, key);
    for (const file of files) found.add(file);
  }
  return [...found];
}

async function matching(dir: string, pattern: string): Promise<readonly string[]> {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => part.includes('*')),
  );
  const root = await resolveBelow(dir, fixed.join('/')).catch((error: unknown) => {
    if (error instanceof MooringError && error.code === 'file-not-found') return undefined;
    throw error;
  });
  if (root === undefined) return [];
  const wanted = parts.slice(fixed.length);
  const deep = parts.includes('**') ? DEEPEST : wanted.length - 1;
  return list(root, '', deep)
    .filter((path) => pathFits(wanted, path.split('/')))
    .map((path) => [...fixed, path].join('/'))
    .filter((path) => !isDefinition(path))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

const DEEPEST = 20;

/** `**` is to the parts of a path what `*` is to the characters of one part. */
export function pathFits(pattern: readonly string[], path: readonly string[]): boolean {
  return wild(pattern, path, '**', (part, name) => wild([...part], [...name], '*', (a, b) => a === b));
}

/** Goes back to the last star only, which is enough, so that no pattern takes long. */
function wild(
  pattern: readonly string[],
  items: readonly string[],
  star: string,
  isLike: (one: string, item: string) => boolean,
): boolean {
  let [at, item, lastStar, from] = [0, 0, -1, 0];
  while (item < items.length) {
    const one = pattern[at];
    if (one === star) {
      lastStar = at;
      from = item;
      at += 1;
    } else if (one !== undefined && isLike(one, items[item] ?? '')) {
      at += 1;
      item += 1;
    } else if (lastStar < 0) {
      return false;
    } else {
      at = lastStar + 1;
      from += 1;
      item = from;
    }
  }
  return pattern.slice(at).every((one) => one === star);
}

function list(root: string, below: string, deep: number): readonly string[] {
  const found: string[] = [];
  for (const entry of entriesOf(join(root, below))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) found.push(path);
    else if (deep > 0) for (const deeper of list(root, path, deep - 1)) found.push(deeper);
  }
  return found;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A file, or a folder that we may not read: nothing in it fits.
    return [];
  }
}

function isDefinition(path: string): boolean {
  return /(^|\/)mooring(\.[^/]+)?\.yaml$/.test(path);
}

function nothingFits(dir: string, pattern: string, key: string): MooringError {
  return new MooringError(
    'file-not-found',
    `No file in ${dir} fits ${JSON.stringify(pattern)}, which ${key} names.`,
    {
      file: join(dir, pattern),
      hint: `Correct ${key}, or ${key === 'spec.manifests' ? 'leave it out' : 'write the file'}.`,
    },
  );
}

function definitionItself(dir: string, path: string, key: string): MooringError {
  return new MooringError(
    'definition-invalid',
    `${key} names ${join(dir, path)}, which is a definition and no ${key === 'spec.manifests' ? 'manifest' : 'SQL'}.`,
    {
      file: join(dir, path),
      hint: `Leave it out: it is ${key === 'spec.manifests' ? 'rendered' : 'read'} anyway.`,
    },
  );
}
