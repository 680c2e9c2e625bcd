import { describe, expect, test } from 'vitest';
import { MooringError } from '../../src/api/api.ts';
import { decodeSql } from '../../src/sql/sql.ts';

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

test('text as it is, without byte order mark', () => {
  expect(decodeSql(bytes(), 'a.sql').text).toBe('');
  expect(decodeSql(bytes('a\r\né😀\n'), 'a.sql').text).toBe('a\r\né😀\n');
  expect(decodeSql(bytes(0xef, 0xbb, 0xbf, 'a\ufeff'), 'a.sql').text).toBe('a\ufeff');
});

describe('not UTF-8', () => {
  test.each<[string, Uint8Array, number, number, string]>([
    ['Latin 1', bytes('-- a\n-- caf', 0xe9, '\n'), 2, 11, '0xe9'],
    ['cut off', bytes('é', 0xf0, 0x9f), 1, 2, '0xf0'],
    ['overlong', bytes('\n\n', 0xc0, 0x80), 3, 2, '0xc0'],
    ['overlong in three', bytes(0xe0, 0x80, 0x80), 1, 0, '0xe0'],
    ['surrogate', bytes('a', 0xed, 0xa0, 0x80), 1, 1, '0xed'],
    ['beyond Unicode', bytes(0xf4, 0x90, 0x80, 0x80), 1, 0, '0xf4'],
    ['lone continuation', bytes('ok 😀 ', 0x80), 1, 8, '0x80'],
    ['UTF-16 with its mark', bytes(0xff, 0xfe, 'a', 0), 1, 0, '0xff'],
  ])('%s', (_, input, line, offset, byte) => {
    const error = refusalOf(input);
    expect(error.code).toBe('not-utf8');
    expect(error.message).toBe(
      `a.sql:${line}: byte ${byte} at offset ${offset} is not UTF-8; SQL files are read as UTF-8`,
    );
    expect(error.where.line).toBe(line);
    expect(error.hint).toContain('iconv');
  });
});

test('a NUL byte', () => {
  const error = refusalOf(bytes('S\n', 0, 'E', 0));
  expect(error.code).toBe('file-unreadable');
  expect(error.message).toBe('a.sql:2: a NUL byte at offset 2; SQL text has none');
});

test('over 100 MiB', () => {
  const error = refusalOf(Buffer.alloc(100 * 1024 * 1024 + 1, 32));
  expect(error.code).toBe('file-too-large');
  expect(error.message).toBe('a.sql: 100.0 MiB of SQL; at most 100 MiB are taken');
});

function refusalOf(input: Uint8Array): MooringError {
  try {
    decodeSql(input, 'a.sql');
  } catch (error) {
    if (error instanceof MooringError) return error;
    throw error;
  }
  throw new Error('not refused');
}
