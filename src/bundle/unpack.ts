import { hash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleFile, type BundleIndex, MooringError } from '../api/api.ts';
import { readFileBelow, readRegularFile } from '../definition/definition.ts';
import { parseIndex } from './index-json.ts';
import type { Bundle } from './pack.ts';
import { chunkKey, INDEX_KEY, LIMITS } from './parts.ts';

/**
 * A bundle from a folder into which its ConfigMaps are mounted. What the index does not list is ignored.
 * Throws `bundle-incomplete` while the index, a file or a chunk is missing (it may still arrive: try again), and
 * `bundle-invalid` when sizes, hashes or the digest do not agree.
 */
export async function unpackBundle(dir: string): Promise<Bundle> {
  const folder = mounted(dir);
  const index = parseIndex(await readPart(folder, INDEX_KEY, 2 * LIMITS.index));
  const chunked = index.files.some(({ chunk }) => chunk !== undefined);
  const files = chunked ? await fromChunks(folder, index) : await fromKeys(folder, index);
  for (const file of index.files) verify(file, files.get(file.path) ?? new Uint8Array());
  return { index, files };
}

/** The kubelet renews a volume by pointing `..data` to another folder: all is read from the same one. */
function mounted(dir: string): string {
  try {
    return realpathSync(join(dir, '..data'));
  } catch {
    return dir;
  }
}

async function fromKeys(folder: string, index: BundleIndex): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { path, key = '' } of index.files) files.set(path, await readPart(folder, key, LIMITS.raw));
  return files;
}

async function fromChunks(folder: string, index: BundleIndex): Promise<ReadonlyMap<string, Uint8Array>> {
  const size = index.files.reduce((sum, file) => sum + file.size, 0);
  if (size > LIMITS.raw) throw invalid(`it lists ${size} bytes of files: expected at most ${LIMITS.raw}`);
  const parts: Uint8Array[] = [];
  let have = 0;
  for (let chunk = 0; have < size; chunk += 1) {
    if (chunk >= LIMITS.parts) throw invalid(`its chunks hold ${have} bytes: expected ${size}`);
    const key = chunkKey(index.digest, chunk);
    const part = await gunzip(await readPart(folder, key, LIMITS.chunk), key);
    parts.push(part);
    have += part.byteLength;
  }
  if (have !== size) throw invalid(`its chunks hold ${have} bytes: expected ${size}`);
  const raw = Buffer.concat(parts);
  const files = new Map<string, Uint8Array>();
  let at = 0;
  for (const file of index.files) {
    files.set(file.path, raw.subarray(at, at + file.size));
    at += file.size;
  }
  return files;
}

/** zlib is loaded here alone: few bundles need it. */
async function gunzip(bytes: Uint8Array, key: string): Promise<Uint8Array> {
  const { gunzipSync } = await import('node:zlib');
  try {
    return gunzipSync(bytes, { maxOutputLength: LIMITS.raw });
  } catch (cause) {
    throw invalid(`${key} is no gzip that we take`, cause);
  }
}

function verify(file: BundleFile, bytes: Uint8Array): void {
  if (bytes.byteLength !== file.size) {
    throw invalid(`${file.path} has ${bytes.byteLength} bytes: expected ${file.size}`);
  }
  const found = hash('sha256', bytes);
  if (found !== file.sha256) throw invalid(`${file.path} has the sha256 ${found}: expected ${file.sha256}`);
}

async function readPart(folder: string, key: string, limit: number): Promise<Uint8Array> {
  try {
    return await readFileOf(folder, key, limit);
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    if (error.code !== 'file-not-found') throw invalid(error.message, error);
    throw new MooringError('bundle-incomplete', `The bundle in ${folder} has no ${key} yet.`, {
      hint: 'Its ConfigMaps are applied before the Job; look for one that is missing or was refused.',
      cause: error,
    });
  }
}

/** A file of the folder itself is read as it is; where something else has its name, its real path is looked for. */
async function readFileOf(folder: string, key: string, limit: number): Promise<Uint8Array> {
  if (/^[^/\0\\]+$/.test(key) && key !== '..') {
    try {
      return readRegularFile(`${folder}/${key}`, key, limit);
    } catch (error) {
      if (!(error instanceof MooringError) || error.code === 'file-too-large') throw error;
    }
  }
  return readFileBelow(folder, key, limit);
}

function invalid(what: string, cause?: unknown): MooringError {
  return new MooringError('bundle-invalid', `The bundle's index and files do not agree: ${what}.`, {
    hint: 'Render the manifests again, and sync.',
    cause,
  });
}
