import { describe, expect, test } from 'vitest';
import { engineOf, type Session, type Settlement } from '../../../src/engines/engines.ts';
import type { Statement } from '../../../src/sql/sql.ts';
import { mysqlServers, sharedMysql } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';

// What a killed server can come up with: nothing of an ALTER, all of it, or the half of it.
const ALTER = 'ALTER TABLE shelf ADD COLUMN note int';
const CASES: readonly (readonly [what: string, done: readonly string[], verdict: string, note: RegExp])[] = [
  ['nothing happened', [], 'run', /is as it was before: the statement is sent again/],
  ['all of it', [ALTER], 'done', /is otherwise than it was before: the statement had ended/],
  [
    'the column is there, and the foreign key gone',
    [ALTER, 'ALTER TABLE shelf DROP FOREIGN KEY shelf_room'],
    'doubt',
    /has lost constraint `shelf_room`, which the statement does not take/,
  ],
  [
    'the column is there, and another one gone',
    [ALTER, 'ALTER TABLE shelf DROP COLUMN label'],
    'doubt',
    /has lost column `label`/,
  ],
];

const { there, missing } = mysqlServers();
for (const reason of missing) skipAloud(reason)('settlement', () => {});

describe.each(there)('$kind $version', ({ kind, version }) => {
  test.each(CASES)('%s', async (_, done, verdict, note) => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const engine = await engineOf(kind);
    const session = await engine.connect(targetOf(database.url.replace(/^\w+:/, `${kind}:`)));
    try {
      await run(session, 'CREATE TABLE room (id int PRIMARY KEY)');
      await run(
        session,
        'CREATE TABLE shelf (id int PRIMARY KEY, label int, room int, CONSTRAINT shelf_room FOREIGN KEY (room) REFERENCES room (id))',
      );
      const settlement = (await engine.classify(statement(ALTER))).settlement as Settlement;
      const before = await session.beforeBare(settlement);
      for (const sql of done) await run(session, sql);
      expect(await session.settle(settlement, before)).toEqual({
        verdict,
        note: expect.stringMatching(note),
      });
    } finally {
      await session.close();
      await database.drop();
    }
  });

  test('a statement that drops is not held to what it drops', async () => {
    const engine = await engineOf(kind);
    const { settlement } = await engine.classify(
      statement('ALTER TABLE shelf DROP COLUMN label, ADD note int'),
    );
    expect(settlement).toMatchObject({ rule: 'definition', objects: [{ change: 'changed' }] });
    expect(JSON.stringify(settlement)).not.toContain('keeps');
  });
});

function statement(sql: string): Statement {
  return { sql, line: 1, column: 1, endLine: 1 };
}

async function run(session: Session, sql: string): Promise<void> {
  await session.execute(statement(sql));
}
