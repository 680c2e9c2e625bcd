import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MooringError } from '../../src/api/api.ts';
import { checksumOf, decodeSql, mariadb, mysql, type SqlSource } from '../../src/sql/sql.ts';
import { ROOT } from '../support/cache.ts';

const CASES = join(ROOT, 'test/cases');

function casesOf(tree: string): string[] {
  return readdirSync(join(CASES, tree)).sort();
}

function sourceOf(tree: string, name: string): SqlSource {
  return { file: 'input.sql', ...decodeSql(readFileSync(join(CASES, tree, name, 'input.sql')), 'input.sql') };
}

/** Compares with a case's file; what came out instead is left beside it. */
function expectFile(tree: string, name: string, file: string, got: string): void {
  const path = join(CASES, tree, name, file);
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (got !== expected) writeFileSync(path.replace(/expected/, 'got'), got);
  expect(got).toBe(expected);
}

describe.each([mysql, mariadb])('$name', (dialect) => {
  test.each(casesOf('split-mysql'))('%s', (name) => {
    const statements = dialect
      .split(sourceOf('split-mysql', name))
      .map(({ sql, line, endLine }) => ({ sql, line, endLine }));
    // Only what the two servers read differently has a file for one of them.
    const own = `expected.${dialect.name}.json`;
    const file = existsSync(join(CASES, 'split-mysql', name, own)) ? own : 'expected.json';
    expectFile('split-mysql', name, file, `${JSON.stringify(statements, null, 2)}\n`);
  });

  test.each(casesOf('split-mysql-refused'))('refused: %s', (name) => {
    const source = sourceOf('split-mysql-refused', name);
    expectFile(
      'split-mysql-refused',
      name,
      'expected.txt',
      errorText(() => dialect.split(source)),
    );
  });

  test('columns count code points', () => {
    const [, second] = dialect.split({ file: 'a.sql', text: "SELECT '𝒳'; SELECT 2" });
    expect(second).toMatchObject({ line: 1, column: 13 });
  });

  test('a checksum does not see comments, line ends and delimiters; strings it sees', () => {
    const checksum = (text: string) => checksumOf(dialect.tokens({ file: 'a.sql', text }));
    const plain = checksum("create procedure p() begin select 1; select 'A'; end");
    expect(
      checksum(
        "DELIMITER //\r\nCREATE PROCEDURE p()\r\nBEGIN SELECT 1; -- c\r\n SELECT 'A';\r\nEND//\r\nDELIMITER ;\r\n",
      ),
    ).toBe(plain);
    expect(checksum("create procedure p() begin select 1; select 'a'; end")).not.toBe(plain);
    expect(
      checksum("create procedure p() begin select /*! 1; */ select 'A'; end".replace('; */', ' */;')),
    ).not.toBe(plain);
  });

  test('the tokens of a statement do not end at a semicolon in its version comment', () => {
    const found = dialect.tokens({
      file: 'a.sql',
      text: '/*!50003 CREATE TRIGGER t BEGIN SET a = 1; END */',
    });
    expect(found.map((token) => token.kind)).toEqual(['hint', 'punctuation']);
  });

  test('a routine taken by itself has its tokens, whatever its lines begin with', () => {
    const found = dialect.tokens({
      file: 'a.sql',
      text: 'BEGIN\n l: LOOP\n  SELECT 1;\n  exit;\n END LOOP;\nEND',
    });
    expect(found.map((token) => token.text)).toContain('exit');
  });

  test('ten megabytes are cut up in seconds', () => {
    const text = `${"INSERT INTO t VALUES (1, 'a\\'b;c'); -- x\n".repeat(250_000)}`;
    const began = performance.now();
    expect(dialect.split({ file: 'a.sql', text })).toHaveLength(250_000);
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});

function errorText(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    return `${error.code}: ${error.message}\n${error.where.excerpt}\nhint: ${error.hint}\n`;
  }
  return 'not refused\n';
}
