import { createHash } from 'node:crypto';
import { type BundleFile, type BundleIndex, MooringError } from '../api/api.ts';
import { decodeUtf8 } from '../definition/definition.ts';
import type { Bundle } from './pack.ts';

export const INDEX_KEY = 'index.json';

const KIB = 1024;

/** Objects in a cluster hold 1 MiB at most, names and all. Bytes. */
export const LIMITS = {
  raw: 20 * KIB * KIB,
  /** Whatever their names: the index lists no more in what it may have. */
  files: 6000,
  /** Index and files of a bundle that is carried as it is. */
  plain: 700 * KIB,
  chunk: 900 * KIB,
  index: 900 * KIB,
  /** A volume lists every source that there may be: the one with the index, and 22 for chunks. */
  parts: 23,
} as const;

/** What is compressed at once. */
const PIECE = 256 * KIB;

/** What a piece that does not compress grows by at most: header, trailer, and 5 bytes a block. */
const GROWTH = 256;

/** Contents of one ConfigMap. */
export interface BundlePart {
  /** 0 holds the index; its object has no number in its name. */
  readonly number: number;
  readonly data: ReadonlyMap<string, string>;
  readonly binaryData: ReadonlyMap<string, Uint8Array>;
}

/**
 * A bundle as the objects that carry it: plain in one of them when it is small, else gzip chunks beside the index. The
 * bytes are the same everywhere for the same bundle. Throws `bundle-too-large` with the largest files.
 *
 * Chunks, unpacked and put together by number, are all files in the order of the index; a file's `chunk` is where it
 * begins. A chunk's key has the bundle's digest in it: one that an older bundle has left behind is never taken for it.
 */
export async function bundleParts(bundle: Bundle): Promise<readonly BundlePart[]> {
  const { index, files } = bundle;
  const raw = index.files.reduce((sum, { size }) => sum + size, 0);
  if (raw > LIMITS.raw) throw tooLarge(index, `${mib(raw)} of files: expected at most ${mib(LIMITS.raw)}`);
  const plain = withKeys(index);
  const text = indexText(plain);
  if (raw + Buffer.byteLength(text) <= LIMITS.plain) {
    const data = new Map([[INDEX_KEY, text]]);
    for (const { path, key } of plain.files)
      data.set(key, decodeUtf8(files.get(path) ?? new Uint8Array(), path));
    return [{ number: 0, data, binaryData: new Map() }];
  }
  return chunked(bundle);
}

/** Key of a chunk, counted from 0. */
export function chunkKey(digest: string, chunk: number): string {
  return `chunk-${String(chunk).padStart(2, '0')}.${digest.replace(/^sha256:/, '').slice(0, 8)}.gz`;
}

/**
 * Base name with what a key may not hold as `_`; where that changed it, or the file is not right in the folder of the
 * migrations, `.` and 8 hex digits of its path make it unique.
 */
export function keyOf(path: string, folder: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  if (SAFE.test(base) && path === (folder === '' ? base : `${folder}/${base}`)) return base;
  const safe = base.replace(/[^-._a-zA-Z0-9]/g, '_').slice(0, 240);
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  if (safe === base && parent === folder) return safe;
  return `${safe}.${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}

const SAFE = /^[-._a-zA-Z0-9]{1,240}$/;

function withKeys(
  index: BundleIndex,
): BundleIndex & { readonly files: readonly (BundleFile & { readonly key: string })[] } {
  const folder = index.definition.spec.migrations.path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  return { ...index, files: index.files.map((file) => ({ ...file, key: keyOf(file.path, folder) })) };
}

/** One line per value, so that a changed file is a changed line in a diff. */
function indexText(index: BundleIndex): string {
  return `${JSON.stringify(index, undefined, 1)}\n`;
}

async function chunked({ index, files }: Bundle): Promise<readonly BundlePart[]> {
  const raw = Buffer.concat(index.files.map(({ path }) => files.get(path) ?? new Uint8Array()));
  const { chunks, begins } = await compress(raw);
  if (chunks.length > LIMITS.parts - 1) {
    throw tooLarge(index, `${chunks.length} compressed parts: expected at most ${LIMITS.parts - 1}`);
  }
  let offset = 0;
  const listed = index.files.map((file): BundleFile => {
    const from = offset;
    offset += file.size;
    const chunk = begins.findLastIndex((begin) => begin <= from);
    return { ...file, key: chunkKey(index.digest, chunk), chunk };
  });
  const text = indexText({ ...index, files: listed });
  if (Buffer.byteLength(text) > LIMITS.index) {
    throw tooLarge(
      index,
      `a list of ${listed.length} files with ${mib(Buffer.byteLength(text))}: expected at most ${mib(LIMITS.index)}`,
    );
  }
  return [
    { number: 0, data: new Map([[INDEX_KEY, text]]), binaryData: new Map() },
    ...chunks.map((bytes, chunk) => ({
      number: chunk + 1,
      data: new Map<string, string>(),
      binaryData: new Map([[chunkKey(index.digest, chunk), bytes]]),
    })),
  ];
}

/**
 * Each piece is a gzip member of its own; as many as fit are put one behind the other, which is gzip, too. Where the
 * next one does not fit, as much of it as surely does fills the chunk up.
 */
async function compress(raw: Uint8Array): Promise<{
  readonly chunks: readonly Uint8Array[];
  readonly begins: readonly number[];
}> {
  // Loaded here alone: its tables take their time, and few bundles need them.
  const { gzipSync } = await import('fflate/browser');
  /** By fflate because zlib's output differs from platform to platform; no time and no operating system in the header. */
  const gzip = (from: number, to: number): Uint8Array => {
    const member = gzipSync(raw.subarray(from, to), { level: 9, mtime: 0 });
    member[9] = 255;
    return member;
  };
  const chunks: Uint8Array[][] = [];
  const begins: number[] = [];
  let room = 0;
  for (let at = 0; at < raw.byteLength; ) {
    let end = Math.min(at + PIECE, raw.byteLength);
    let member = gzip(at, end);
    if (member.byteLength > room && room > PIECE / 4) {
      end = at + room - GROWTH;
      member = gzip(at, end);
    }
    if (member.byteLength > room) {
      chunks.push([]);
      begins.push(at);
      room = LIMITS.chunk;
    }
    chunks.at(-1)?.push(member);
    room -= member.byteLength;
    at = end;
  }
  return { chunks: chunks.map((members) => Buffer.concat(members)), begins };
}

function tooLarge(index: BundleIndex, what: string): MooringError {
  const largest = [...index.files].sort((a, b) => b.size - a.size).slice(0, 3);
  return new MooringError('bundle-too-large', `The bundle of ${index.name} has ${what}.`, {
    hint: `Its largest files are ${largest.map(({ path, size }) => `${path} (${mib(size)})`).join(', ')}. Load data by other means than a migration; squash old migrations with \`-- mooring: replaces …\`.`,
  });
}

function mib(bytes: number): string {
  return `${(bytes / KIB / KIB).toFixed(1)} MiB`;
}
