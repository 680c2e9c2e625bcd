import { expect, test } from 'vitest';
import { positionAt, postgres, serverPosition } from '../../src/sql/sql.ts';

test('in an empty text', () => {
  expect(positionAt('', 0)).toEqual({ line: 1, column: 1, excerpt: '\n^' });
});

test('columns are code points, lines end with \\n', () => {
  const text = "SELECT 1;\r\n  SELECT '😀é', x;\r\n";
  const at = text.indexOf('x;');
  expect(positionAt(text, at)).toEqual({
    line: 2,
    column: 16,
    excerpt: "  SELECT '😀é', x;\n               ^",
  });
});

test('tabs stay tabs', () => {
  expect(positionAt('\ta\tb', 3).excerpt).toBe('\ta\tb\n\t \t^');
});

test("the server's position leads to the file", () => {
  const text = "-- 😀\r\nSELECT 1; /* 😀 */ SELECT '😀'\r\n\t, nope\r\n  FROM t;\r\n";
  const [, statement] = postgres.split({ file: 'f', text });
  if (statement === undefined) throw new Error('no statement');
  expect([statement.line, statement.column]).toEqual([2, 19]);
  const position = [...statement.sql.slice(0, statement.sql.indexOf('nope'))].length + 1;
  expect(serverPosition(statement, position, text)).toEqual({
    line: 3,
    column: 4,
    excerpt: '\t, nope\n\t  ^',
  });
  expect(serverPosition(statement, 8, text)).toEqual({
    line: 2,
    column: 26,
    excerpt: "SELECT 1; /* 😀 */ SELECT '😀'\n                         ^",
  });
  expect(serverPosition(statement, 8).excerpt).toBe("SELECT '😀'\n       ^");
  const end = [...statement.sql].length + 1;
  expect(serverPosition(statement, end, text)).toEqual({
    line: 4,
    column: 9,
    excerpt: '  FROM t;\n        ^',
  });
});

test('a long line is shown around the place', () => {
  const { column, excerpt } = positionAt(`${'😀'.repeat(500)}x${'y'.repeat(500)}`, 1000);
  const [line = '', caret = ''] = excerpt.split('\n');
  expect(column).toBe(501);
  expect([...line].length).toBeLessThan(130);
  expect([...line][caret.length - 1]).toBe('x');
});
