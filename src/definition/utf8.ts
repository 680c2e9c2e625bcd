import { isUtf8 } from 'node:buffer';
import { MooringError } from '../api/api.ts';

/** Text of a UTF-8 file, a byte order mark kept. Throws `not-utf8` naming the line of the first byte that is none. */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  if (isUtf8(bytes)) {
    const isBuffer = Buffer.isBuffer(bytes);
    return (isBuffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString();
  }
  const line = lineOfFirstBadByte(bytes);
  throw new MooringError('not-utf8', `${file}, line ${line}, holds bytes that are not UTF-8.`, {
    file,
    line,
    hint: `Convert it, for example: iconv -f ISO-8859-1 -t UTF-8 '${file}'`,
  });
}

/** Lines end with bytes that are part of no longer character, so each can be tried alone. */
function lineOfFirstBadByte(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    const part = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!isUtf8(part)) return line;
    if (end === -1) return line;
    start = end + 1;
    line += 1;
  }
}
