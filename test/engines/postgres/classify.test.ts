import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule } from 'libpg-query';
import { beforeAll, describe, expect, test } from 'vitest';
import { classify } from '../../../src/engines/postgres/classify.ts';
import { postgres, type Statement } from '../../../src/sql/sql.ts';
import { ROOT } from '../../support/cache.ts';
import { testIf } from '../../support/skip.ts';
import { parsedClass } from './parsed-class.ts';

// Both read the same text: ours by its key words, the other by PostgreSQL's own grammar.

const CASES = join(ROOT, 'test/cases/classify-postgres');
const DATA = join(ROOT, '../shared/data');

beforeAll(loadModule);

async function same(statements: readonly Statement[], from: string): Promise<number> {
  let compared = 0;
  for (const statement of statements) {
    const parsed = parsedClass(statement);
    if (parsed === undefined) continue;
    compared += 1;
    expect(await classify(statement), `${from}:${statement.line}: ${statement.sql.slice(0, 300)}`).toEqual(
      parsed,
    );
  }
  return compared;
}

describe.each(readdirSync(CASES))('%s', (file) => {
  const statements = postgres.split({ file, text: readFileSync(join(CASES, file), 'utf8') });

  test('as the parser has it', async () => {
    // The parser knows each of them: what it cannot read would show nothing.
    expect(await same(statements, file)).toBe(statements.length);
  });
});

test('what nobody knows is left to the server', async () => {
  const [statement] = postgres.split({ file: '', text: 'FROBNICATE TABLE a' });
  if (statement === undefined) expect.unreachable();
  expect(await classify(statement)).toEqual({
    inTransaction: 'try',
    effect: 'ddl',
    blocksOthers: true,
    breaks: true,
  });
});

const present = existsSync(DATA);

testIf(present, `no ${DATA}`)('statements of real projects', async () => {
  let compared = 0;
  const folders = ['authelia/postgres', 'marquez/flyway-postgres', 'harbor/golang-migrate-postgres'];
  for (const folder of folders.map((name) => join(DATA, 'histories', name))) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.sql'))) {
      const text = readFileSync(join(folder, file), 'utf8');
      compared += await same(postgres.split({ file, text }), file);
    }
  }
  for (const line of readFileSync(join(DATA, 'pairs/postgres.jsonl'), 'utf8').trim().split('\n')) {
    const { id, before, after } = JSON.parse(line) as Record<'id' | 'before' | 'after', string>;
    for (const text of [before, after]) {
      let statements: readonly Statement[] = [];
      try {
        statements = postgres.split({ file: id, text });
      } catch {
        // Some pairs are no SQL that can be cut up, on purpose.
      }
      compared += await same(statements, id);
    }
  }
  process.stdout.write(
    `classify: ${compared} statements of real projects judged as by PostgreSQL's parser\n`,
  );
  expect(compared).toBeGreaterThan(3000);
});
