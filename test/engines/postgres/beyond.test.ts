import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { beyondDatabase } from '../../../src/engines/postgres/beyond.ts';
import { postgres } from '../../../src/sql/sql.ts';
import { ROOT } from '../../support/cache.ts';

const CASES = join(ROOT, 'test/cases/beyond-postgres');

function statements(file: string) {
  return postgres.split({ file, text: readFileSync(join(CASES, file), 'utf8') }).map(({ sql }) => sql);
}

describe('what stays within the database', () => {
  test.each(statements('within.sql'))('%s', (sql) => {
    expect(beyondDatabase(sql)).toBeUndefined();
  });
});

describe('what reaches beyond it', () => {
  test.each(statements('refused.sql'))('%s', (sql) => {
    expect(beyondDatabase(sql)).toMatch(/\w/);
  });
});
