import { isUtf8 } from 'node:buffer';
import { MooringError } from '../api/api.ts';

/** Larger files are refused: text, tokens and statements of a file are held in memory at once. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

/**
 * The text of an SQL file, without byte order mark, line endings as they are. `file` is how errors name it.
 * Throws `file-too-large` (over 100 MiB), `not-utf8` with line and byte offset, `file-unreadable` for a NUL byte,
 * which no server takes and which a file saved as UTF-16 is full of.
 */
export function decodeSql(bytes: Uint8Array, file: string): { readonly text: string } {
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(bytes.length, file);
  if (!isUtf8(bytes)) throw notUtf8(bytes, file);
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // UTF-8, in the shortest way that Node knows.
  const text = buffer.toString();
  if (text.includes('\0')) throw holdsNul(bytes, bytes.indexOf(0), file);
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}

function tooLarge(size: number, file: string): MooringError {
  const mib = (size / 1024 / 1024).toFixed(1);
  return new MooringError(
    'file-too-large',
    `${file}: ${mib} MiB of SQL; at most ${MAX_FILE_BYTES / 1024 / 1024} MiB are taken`,
    { file, hint: 'Split it into several migrations, or load the data by other means than a migration.' },
  );
}

function notUtf8(bytes: Uint8Array, file: string): MooringError {
  const offset = firstInvalid(bytes);
  const line = lineOf(bytes, offset);
  const found = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}`;
  return new MooringError(
    'not-utf8',
    `${file}:${line}: byte ${found} at offset ${offset} is not UTF-8; SQL files are read as UTF-8`,
    { file, line, hint: `Save the file as UTF-8, for example: iconv -f LATIN1 -t UTF-8 ${file}` },
  );
}

function holdsNul(bytes: Uint8Array, offset: number, file: string): MooringError {
  const line = lineOf(bytes, offset);
  return new MooringError(
    'file-unreadable',
    `${file}:${line}: a NUL byte at offset ${offset}; SQL text has none`,
    {
      file,
      line,
      hint: 'A file full of them was saved as UTF-16: save it as UTF-8.',
    },
  );
}

/** Offset of the first byte of the first sequence that is not well formed (Unicode, table 3-7). */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return bytes.length;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const [low, high] = SECOND[lead] ?? [0x80, 0xbf];
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + length; i++) {
    if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** Lead bytes whose second byte is narrower than 80…BF: no overlong forms, no surrogates, nothing over U+10FFFF. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  return line;
}
