import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checksumOf, type Directives, postgres, readDirectives } from '../../src/sql/sql.ts';

function sum(text: string): string {
  const source = { file: 'f.sql', text };
  return checksumOf(postgres.tokens(source), readDirectives(source, postgres));
}

test('nothing has the checksum of nothing', () => {
  const nothing = `t1:${createHash('sha256').update('').digest('hex')}`;
  expect(sum('')).toBe(nothing);
  expect(sum(' \r\n-- comment\n/* and; another */;;\n')).toBe(nothing);
});

test('its bytes are pinned', () => {
  const text = 'CREATE TABLE "T" (a int);\nINSERT INTO "T" VALUES (1, \'é\');';
  const bytes = '6:create5:table3:"T"1:(1:a3:int1:)1:;6:insert4:into3:"T"6:values1:(1:11:,4:\'é\'1:)';
  expect(sum(text)).toBe(`t1:${createHash('sha256').update(bytes).digest('hex')}`);
  expect(sum(text)).toBe('t1:dd03c9811d5089b772bd0b3b998cafa901cd5753f7c9f07109be213f781f91cc');
});

test('COPY data and directives are pinned', () => {
  const text = '-- mooring: lock_timeout=5s transaction=off\nCOPY t FROM stdin;\n1\tA\n\\.\n';
  const bytes =
    '4:copy1:t4:from5:stdin1:;4:1\tA\n27:-- mooring: transaction=off27:-- mooring: lock_timeout=5s';
  expect(sum(text)).toBe(`t1:${createHash('sha256').update(bytes).digest('hex')}`);
});

describe('the same', () => {
  test.each([
    ['SELECT 1', 'select 1'],
    ['SELECT 1', 'Select 1;'],
    ['SELECT 1; SELECT 2', ';;SELECT 1;;\n;SELECT 2;;'],
    ['SELECT a+b', 'SELECT\n\ta /* x */ + -- y\r\n b'],
    ['SELECT a=-1', 'SELECT a = - 1'],
    ['CREATE TABLE t (a int,\n b int)', 'CREATE TABLE t(a int,\r\n b int)'],
    ['SELECT 1', '\\restrict abc\nSELECT 1;\n\\unrestrict abc\n'],
    ["SELECT 'a'\n'b'", "SELECT 'a' -- x\r\n\r\n   'b'"],
    ["SELECT E'a'\n'b\\''", "SELECT E'a'\r\n   'b\\''"],
    ['SELECT 1', '-- mooring: irreversible\n-- mooring: replaces 1, 2\nSELECT 1'],
    ['COPY t FROM stdin;\n1\n\\.\n', 'copy t from STDIN ; -- x\n1'],
  ])('%j and %j', (a, b) => expect(sum(a)).toBe(sum(b)));
});

describe('different', () => {
  test.each([
    ['SELECT "A"', 'SELECT "a"'],
    ['SELECT a', 'SELECT "a"'],
    ['SELECT a b', 'SELECT ab'],
    ["SELECT 'a'", "SELECT 'A'"],
    ["SELECT 'a b'", "SELECT 'a  b'"],
    ["SELECT 'a'", "SELECT E'a'"],
    ['SELECT $$a$$', 'SELECT $$A$$'],
    ['SELECT $$a$$', "SELECT 'a'"],
    ['SELECT $$a\n$$', 'SELECT $$a\r\n$$'],
    ['SELECT É', 'SELECT é'],
    ['SELECT a@-1', 'SELECT a@ -1'],
    ['SELECT a::b', 'SELECT a: :b'],
    ['SELECT 1; SELECT 2', 'SELECT 1 SELECT 2'],
    ['COPY t FROM stdin;\na\n\\.\n', 'COPY t FROM stdin;\nA\n\\.\n'],
    ['COPY t FROM stdin;\n\\.\nSELECT 1', 'COPY t FROM stdin;\nSELECT 1\n\\.\n'],
    ['SELECT 1', '-- mooring: transaction=off\nSELECT 1'],
    ['SELECT 1', '-- mooring: phase=contract\nSELECT 1'],
    ['-- mooring: lock_timeout=1s\nSELECT 1', '-- mooring: lock_timeout=2s\nSELECT 1'],
    ['-- mooring: lock_timeout=1s\nSELECT 1', '-- mooring: statement_timeout=1s\nSELECT 1'],
  ])('%j and %j', (a, b) => expect(sum(a)).not.toBe(sum(b)));
});

test('directives count in one order', () => {
  const a: Directives = readDirectives(
    { file: 'f', text: '-- mooring: lock_timeout=1s transaction=off' },
    postgres,
  );
  const b: Directives = readDirectives(
    { file: 'f', text: '-- mooring: transaction=off\n-- mooring: lock_timeout=1s' },
    postgres,
  );
  expect(checksumOf([], a)).toBe(checksumOf([], b));
});

test('tokens know their kind, place and line', () => {
  const text = 'COPY t FROM stdin;\r\n1\r\n\\.\r\nSELECT "a", $1, $x$y\n$x$::int, .5';
  expect(
    postgres.tokens({ file: 'f', text }).map(({ kind, text, line }) => `${line} ${kind} ${text}`),
  ).toEqual([
    '1 word COPY',
    '1 word t',
    '1 word FROM',
    '1 word stdin',
    '1 punctuation ;',
    '2 data 1\r\n',
    '4 word SELECT',
    '4 quoted "a"',
    '4 punctuation ,',
    '4 punctuation $1',
    '4 punctuation ,',
    '4 dollar $x$y\n$x$',
    '5 punctuation ::',
    '5 word int',
    '5 punctuation ,',
    '5 number .5',
  ]);
});
