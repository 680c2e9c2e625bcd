import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engineOf, type Session } from '../../../src/engines/engines.ts';
import { mooring } from '../../support/cli.ts';
import type { MysqlKind } from '../../support/mysql-binaries.ts';
import { mysqlServers, sharedMysql } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';

// Tables of which something would get lost on the way from the server's text to ours and back.
interface Inexact {
  readonly make: string;
  /** Changes what the model does not know. */
  readonly alter: string;
  /** What the refusal quotes of the server's text. */
  readonly says: string;
  /** Its own text gives it back. */
  readonly again: boolean;
}

const CASES: Readonly<Record<MysqlKind, readonly Inexact[]>> = {
  mysql: [
    {
      make: "CREATE TABLE odd (id int PRIMARY KEY, b int NOT SECONDARY DEFAULT 5 COMMENT 'x', p int, CONSTRAINT odd_of FOREIGN KEY (p) REFERENCES zone (id))",
      alter: "ALTER TABLE odd MODIFY b int NOT SECONDARY DEFAULT 6 COMMENT 'x'",
      says: 'NOT SECONDARY DEFAULT',
      again: true,
    },
  ],
  mariadb: [
    {
      make: "CREATE TABLE odd (id int PRIMARY KEY, b int COMMENT 'x' `foo`=1, p int)",
      alter: "ALTER TABLE odd MODIFY b int COMMENT 'x' `foo`=2",
      says: '/* `foo`=',
      again: false,
    },
    {
      make: 'CREATE TABLE odd (id int PRIMARY KEY, p int) `foo`=1',
      alter: 'ALTER TABLE odd `foo`=2',
      says: '/* `foo`=',
      again: false,
    },
  ],
};

const { there, missing } = mysqlServers();
for (const reason of missing) skipAloud(reason)(`inexact tables: ${reason}`, () => {});

describe.each(there)('$kind $version', ({ kind, version }) => {
  test.each(CASES[kind])('a table that says $says is told, and not altered by a guess', async (given) => {
    const server = await sharedMysql(kind, version);
    const [one, two] = [await server.createDatabase(), await server.createDatabase()];
    const engine = await engineOf(kind);
    const urlOf = ({ url }: { url: string }) => url.replace(/^mysql:/, `${kind}:`);
    const sessions = await Promise.all([one, two].map(({ url }) => engine.connect(targetOf(url))));
    const run = async (session: Session | undefined, ...sqls: readonly string[]): Promise<void> => {
      for (const sql of sqls) await session?.execute({ sql, line: 1, column: 1, endLine: 1 });
    };
    const folder = mkdtempSync(join(tmpdir(), 'mooring-inexact-'));
    try {
      if (kind === 'mariadb') await run(sessions[0], "SET sql_mode = 'IGNORE_BAD_TABLE_OPTIONS'");
      await run(sessions[0], 'CREATE TABLE zone (id int PRIMARY KEY)', given.make);
      expect((await mooring(urlOf(one), 'baseline')).code).toBe(0);

      // A dump of it is the server's own text, or none.
      const dump = await mooring(urlOf(one), 'snapshot', '-o', 'sql');
      expect(dump.code).toBe(given.again ? 0 : 3);
      if (given.again) {
        const script = engine.dialect.split({ file: 'dump.sql', text: dump.out });
        for (const statement of script) await sessions[1]?.execute(statement);
        const prints = [one, two].map(async (db) => mooring(urlOf(db), 'snapshot', '-o', 'fingerprint'));
        const [of, copied] = await Promise.all(prints);
        expect(copied?.out).toBe(of?.out);
      } else {
        expect(dump.out).toBe('');
        expect(dump.err).toContain('refused: table odd: the table is not modelled exactly');
        expect(dump.err).toContain(given.says);
      }

      // A plan from it is refused by name, and says why; what does not touch it is planned.
      const wanted = join(folder, 'wanted.json');
      writeFileSync(wanted, (await mooring(urlOf(one), 'snapshot', '-o', 'json')).out);
      await run(sessions[0], 'ALTER TABLE odd ADD COLUMN more int', 'ALTER TABLE zone ADD COLUMN more int');
      const back = await mooring(urlOf(one), 'diff', '--from', urlOf(one), '--to', wanted);
      expect(back.code).toBe(3);
      expect(`${back.out}${back.err}`).toContain('table odd: the table is not modelled exactly');
      expect(`${back.out}${back.err}`).toContain(given.says);
      await run(sessions[0], 'ALTER TABLE odd DROP COLUMN more');
      const other = await mooring(urlOf(one), 'diff', '--from', urlOf(one), '--to', wanted, '-o', 'sql');
      expect(other.out).toContain('ALTER TABLE `zone` DROP COLUMN `more`');
      await run(sessions[0], 'ALTER TABLE zone DROP COLUMN more');

      // Drift sees all of it.
      expect((await mooring(urlOf(one), 'drift')).code).toBe(0);
      await run(sessions[0], given.alter);
      const drift = await mooring(urlOf(one), 'drift', '-o', 'json');
      expect(drift.code).toBe(1);
      expect(JSON.parse(drift.out).changes).toContainEqual(
        expect.objectContaining({ object: 'table odd', change: 'changed' }),
      );
    } finally {
      await Promise.all(sessions.map((session) => session.close()));
      await Promise.all([one.drop(), two.drop()]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
