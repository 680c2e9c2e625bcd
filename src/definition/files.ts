import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { MooringError } from '../api/api.ts';

/**
 * Bytes of a regular file below a folder whose contents nobody vouches for.
 *
 * `path` is relative to `root`, `/` between parts. Symbolic links are followed as long as they stay below `root`.
 * Throws `file-not-found`, `path-escape` for what leads out, `file-unreadable` for folders, devices, pipes and sockets,
 * `file-too-large` over `limit` bytes.
 */
export async function readFileBelow(root: string, path: string, limit: number): Promise<Uint8Array> {
  return readRegularFile(await resolveBelow(root, path), path, limit);
}

/**
 * Bytes of a regular file whose real path is known; `path` is how errors name it. Throws as `readFileBelow`, and
 * `file-unreadable` where a symbolic link stands by now. Synchronous: a thousand small files are read five times as fast.
 * `listed`: its folder says that it is a regular file, so that a small one need not be asked again.
 */
export function readRegularFile(real: string, path: string, limit: number, listed = false): Uint8Array {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  let file: number;
  try {
    file = openSync(real, flags);
  } catch (error) {
    throw unreadable(path, error, false);
  }
  try {
    if (listed && limit >= ROOM) {
      if (room.byteLength - taken < SMALL) [room, taken] = [Buffer.allocUnsafeSlow(ROOM), 0];
      const left = room.byteLength - taken;
      const have = readSync(file, room, taken, left, null);
      // A file is read to its end unless the room is full.
      if (have < left) {
        taken += have;
        return room.subarray(taken - have, taken);
      }
    }
    return readRegular(file, path, limit);
  } finally {
    closeSync(file);
  }
}

/** Small files are read one behind the other into the same memory. */
const ROOM = 64 * 1024;
/** Where so much is left, most files of migrations fit. */
const SMALL = 8 * 1024;
let room = Buffer.allocUnsafeSlow(ROOM);
let taken = 0;

/** The real path of something below `root`, all links followed. Throws `file-not-found`, `path-escape`. */
export async function resolveBelow(root: string, path: string): Promise<string> {
  if (path.startsWith('/') || path.includes('\0') || path.split(/[/\\]/).includes('..')) {
    throw leadsOut(path, 'leads out of the schema directory');
  }
  const base = reading(root, () => realpathSync.native(root));
  const joined = join(base, path);
  const real = reading(
    path,
    () => realpathSync.native(joined),
    () => isLink(joined),
  );
  const inside = relative(base, real);
  if (inside === '..' || inside.startsWith(`..${sep}`)) {
    throw leadsOut(path, 'is, or lies behind, a symbolic link that leads out of the schema directory');
  }
  return real;
}

/** The same error about a file by another name: one that is found from where the user stands. */
export function renamed(error: MooringError, to: string): MooringError {
  const { file } = error.where;
  if (file === undefined || file === to) return error;
  return new MooringError(
    error.code,
    error.message.replace(file, () => to),
    {
      ...error.where,
      file: to,
      hint: error.hint,
      cause: error.cause,
    },
  );
}

function readRegular(file: number, path: string, limit: number): Uint8Array {
  const stat = fstatSync(file);
  if (!stat.isFile()) {
    const what = stat.isDirectory() ? 'a folder' : 'a device, pipe or socket';
    throw new MooringError('file-unreadable', `${path} is ${what}: expected a regular file.`, { file: path });
  }
  if (stat.size > limit) throw tooLarge(path, stat.size, limit);
  // By hand: `readFileSync` asks the system three times as often.
  const bytes = Buffer.allocUnsafe(stat.size);
  let have = 0;
  while (have < stat.size) {
    const read = readSync(file, bytes, have, stat.size - have, have);
    if (read === 0) return bytes.subarray(0, have);
    have += read;
  }
  return bytes;
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function reading<T>(path: string, read: () => T, link?: () => boolean): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error, link?.() === true);
  }
}

function unreadable(path: string, error: unknown, isLink: boolean): MooringError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ELOOP') {
    return new MooringError('file-unreadable', `${path} is a symbolic link that leads to itself.`, {
      file: path,
    });
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const what = isLink
      ? `${path} is a symbolic link to something that is not there.`
      : `${path} is not there.`;
    return new MooringError('file-not-found', what, { file: path, cause: error });
  }
  const why = code === 'EACCES' || code === 'EPERM' ? 'we may not read it' : code || String(error);
  return new MooringError('file-unreadable', `${path} cannot be read: ${why}.`, { file: path, cause: error });
}

function leadsOut(path: string, how: string): MooringError {
  return new MooringError('path-escape', `${path} ${how}.`, {
    file: path,
    hint: 'Keep everything that belongs to a DatabaseSchema in the folder of its mooring.yaml, or below.',
  });
}

function tooLarge(path: string, size: number, limit: number): MooringError {
  return new MooringError('file-too-large', `${path} has ${inMiB(size)}: expected at most ${inMiB(limit)}.`, {
    file: path,
    hint: 'Load data with the tools made for it; a migration holds the schema and little data.',
  });
}

function inMiB(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes} bytes` : `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`;
}
