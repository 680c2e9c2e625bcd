import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, describe, expect, test } from 'vitest';
import { MooringError } from '../../src/api/api.ts';
import { decodeSql, postgres, type SqlSource } from '../../src/sql/sql.ts';
import { ROOT } from '../support/cache.ts';

const CASES = join(ROOT, 'test/cases');

function casesOf(tree: string): string[] {
  return readdirSync(join(CASES, tree)).sort();
}

function sourceOf(tree: string, name: string): SqlSource {
  const bytes = readFileSync(join(CASES, tree, name, 'input.sql'));
  return { file: 'input.sql', ...decodeSql(bytes, 'input.sql') };
}

/** Compares with a case's file; what came out instead is left beside it. */
function expectFile(tree: string, name: string, file: string, got: string): void {
  const path = join(CASES, tree, name, file);
  let expected = '';
  try {
    expected = readFileSync(path, 'utf8');
  } catch {}
  if (got !== expected) writeFileSync(path.replace(/expected/, 'got'), got);
  expect(got).toBe(expected);
}

function printed(source: SqlSource): string {
  const statements = postgres
    .split(source)
    .map(({ sql, line, endLine, data }) => ({ sql, line, endLine, data }));
  return `${JSON.stringify(statements, null, 2)}\n`;
}

describe.each(['split-postgres', 'split-postgres-server'])('%s', (tree) => {
  test.each(casesOf(tree))('%s', (name) => {
    expectFile(tree, name, 'expected.json', printed(sourceOf(tree, name)));
  });
});

describe('refused', () => {
  test.each(casesOf('split-postgres-refused'))('%s', (name) => {
    const source = sourceOf('split-postgres-refused', name);
    const text = errorText(() => postgres.split(source));
    expectFile('split-postgres-refused', name, 'expected.txt', text);
    expect(errorText(() => postgres.tokens(source))).toBe(text);
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

describe("the server's grammar finds the same statements", () => {
  beforeAll(() => loadModule());

  // It knows neither psql's lines nor COPY's data, takes the setting at its default, and ends a string at a comment.
  const isSql = (source: SqlSource) => !/^COPY.*std|^\\|standard_conforming|'[ \t]*--/im.test(source.text);
  for (const tree of ['split-postgres', 'split-postgres-server']) {
    const names = casesOf(tree).filter((name) => isSql(sourceOf(tree, name)));
    test.each(names)(`${tree}/%s`, (name) => {
      const source = sourceOf(tree, name);
      const bytes = Buffer.from(source.text);
      const found = (parseSync(source.text || ' ').stmts ?? []).map(
        ({ stmt_location: at = 0, stmt_len: length }) =>
          bytes.subarray(at, length === undefined || length === 0 ? bytes.length : at + length).toString(),
      );
      const ours = postgres.split(source).map(({ sql }) => sql);
      expect(ours.length).toBe(found.length);
      for (const [n, sql] of ours.entries()) expect(found[n]).toContain(sql);
    });
  }
});
