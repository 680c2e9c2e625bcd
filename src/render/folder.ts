import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MooringError } from '../api/api.ts';
import { HEADING, type Rendered } from './directory.ts';

/** How a file of the output folder is not what would be rendered. */
export interface Difference {
  readonly file: string;
  readonly how: 'missing' | 'changed' | 'left over';
}

/** The file of one definition. Not `<name>.yaml`: that of one named `mooring` would be a definition. */
export function fileOf({ name }: Rendered): string {
  return `${name}.rendered.yaml`;
}

/** What `writeFolder` would do, sorted by file; files that are not ours do not count. Throws `file-unreadable`. */
export function compareFolder(out: string, rendered: readonly Rendered[]): readonly Difference[] {
  const wanted = new Map(rendered.map((one) => [fileOf(one), one.text]));
  const there = new Set(list(out));
  const differences: Difference[] = [];
  for (const [file, text] of wanted) {
    if (!there.has(file)) differences.push({ file, how: 'missing' });
    else if (read(join(out, file)) !== text) differences.push({ file, how: 'changed' });
  }
  for (const file of there) {
    if (!wanted.has(file) && isOurs(join(out, file))) differences.push({ file, how: 'left over' });
  }
  return differences.sort((a, b) => Buffer.compare(Buffer.from(a.file), Buffer.from(b.file)));
}

/**
 * Makes the folder hold one file for each definition; files of ours that none of them has are removed. Gives back what
 * was changed. Throws `usage` for a file of that name that is not ours, and nothing is written then.
 */
export function writeFolder(out: string, rendered: readonly Rendered[]): readonly Difference[] {
  const differences = compareFolder(out, rendered);
  for (const { file, how } of differences) {
    if (how === 'changed' && !isOurs(join(out, file))) throw notOurs(join(out, file));
  }
  mkdirSync(out, { recursive: true });
  const texts = new Map(rendered.map((one) => [fileOf(one), one.text]));
  for (const { file } of differences) {
    const text = texts.get(file);
    if (text === undefined) rmSync(join(out, file));
    else writeFileSync(join(out, file), text);
  }
  return differences;
}

function list(out: string): readonly string[] {
  try {
    return readdirSync(out).filter((file) => file.endsWith('.rendered.yaml'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw unreadable(out, cause);
  }
}

function isOurs(file: string): boolean {
  return statSync(file).isFile() && read(file).startsWith(HEADING);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

function unreadable(file: string, cause: unknown): MooringError {
  return new MooringError('file-unreadable', `${file} cannot be read: ${codeOf(cause)}.`, { file, cause });
}

function notOurs(file: string): MooringError {
  return new MooringError('usage', `${file} is there and was not rendered by mooring.`, {
    file,
    hint: 'Move it away, or give another --out.',
  });
}
