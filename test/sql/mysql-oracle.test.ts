import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSql, dialectOf, type SqlSource } from '../../src/sql/sql.ts';
import { ROOT, SHARED_DATA } from '../support/cache.ts';
import { installedServers } from '../support/mysql-binaries.ts';
import {
  batchClient,
  dumpOf,
  type MysqlDatabase,
  type MysqlServer,
  startMysql,
} from '../support/mysql-server.ts';
import { skipAloud, testIf } from '../support/skip.ts';

// The oracle: the server's own command-line client reads the same file, and the general log tells what it sent.
const { there, missing } = installedServers();
for (const reason of missing) skipAloud(reason)(`its client as an oracle: ${reason}`, () => {});

const CASES = join(ROOT, 'test/cases/split-mysql');
const HISTORY = join(SHARED_DATA, 'histories/authelia/mysql');

describe.each(there.map((server) => [`${server.kind} ${server.version}`, server] as const))(
  'as %s reads it',
  (_, which) => {
    const dialect = dialectOf(which.kind);
    let server: MysqlServer;
    let database: MysqlDatabase;
    let root: Connection;

    beforeAll(async () => {
      server = await startMysql({
        ...which,
        settings: {
          'log-output': 'TABLE',
          'general-log': 1,
          ...(which.kind === 'mysql' ? { 'log-raw': 1 } : {}),
        },
      });
      database = await server.createDatabase();
      root = await createConnection(server.url);
      await root.query("CREATE USER oracle@'%'");
      await root.query("GRANT ALL ON *.* TO oracle@'%'");
      await root.query('CREATE DATABASE test_one');
    });
    afterAll(async () => {
      await root?.end();
      await server?.remove();
    });

    /** What the server received from the client, its own questions left out. */
    const received = async (input: Uint8Array): Promise<readonly string[]> => {
      await root.query('TRUNCATE mysql.general_log');
      const url = new URL(database.url);
      url.username = 'oracle';
      await batchClient(which, url.href, input, [
        '--force',
        '--skip-comments',
        '--skip-reconnect',
        '--skip-auto-rehash',
        ...(which.kind === 'mysql' ? ['--commands'] : []),
      ]).catch(() => {});
      const [rows] = await root.query(
        `SELECT CONVERT(command_type USING utf8mb4) AS type, CONVERT(argument USING utf8mb4) AS text FROM mysql.general_log
       WHERE user_host LIKE 'oracle%' ORDER BY event_time, thread_id`,
      );
      const log = rows as { type: string; text: string }[];
      return log
        .filter(({ type, text }) => (type === 'Query' || type === 'Init DB') && !OF_THE_CLIENT.test(text))
        .map(({ type, text }) => (type === 'Init DB' ? `USE ${text}` : text));
    };

    const compare = async (source: SqlSource, bytes: Uint8Array): Promise<void> => {
      const ours = dialect.split(source).map(({ sql }) => logged(sql));
      const theirs = (await received(bytes)).map(logged);
      // Several statements in one text, which the mysql client lets the server cut up, are logged one by one. A routine's
      // body without DELIMITER is what the clients cut up, and no server takes: there we part from them.
      const parts = !/delimiter/i.test(source.text) && ours.some((sql) => ROUTINE.test(sql));
      if (which.kind === 'mysql' || parts) {
        expect(cutUp(ours.map(words))).toEqual(cutUp(theirs.map(words)));
        return;
      }
      expect(ours.map(words)).toEqual(theirs.map(words));
      // Without comments, which the client takes out, it is the very same text.
      for (const [n, sql] of ours.entries()) if (!/--|#|\/\*|^use /i.test(sql)) expect(sql).toBe(theirs[n]);
    };

    /** The server's log leaves semicolons at the end out; the sandbox line tells the client alone something. */
    const logged = (sql: string): string =>
      sql.replace(/^\/\*M?!999999 [^*]*\*\/\s*/, '').replace(/[;\s]+$/, '');

    /** Tokens, for the client takes comments out; USE without quotes, which the log has not. */
    const words = (sql: string): string => {
      if (/^use\s/i.test(sql))
        return sql.replaceAll('`', '').split(/\s+/).slice(0, 2).join(' ').toLowerCase();
      let texts: readonly string[];
      try {
        texts = dialect.tokens({ file: 'log', text: sql }).map(({ text }) => text);
      } catch {
        // A text that was cut up under another sql_mode.
        return sql.replace(/\s+/g, ' ');
      }
      return texts.filter((text) => which.kind === 'mysql' || !text.startsWith('/*+')).join(' ');
    };

    const cases = readdirSync(CASES).filter(
      (name) => which.kind === 'mariadb' || !READ_OTHERWISE_BY_MYSQL.test(name),
    );
    test.each(cases.sort())('%s', async (name) => {
      const bytes = readFileSync(join(CASES, name, 'input.sql'));
      await compare({ file: 'input.sql', ...decodeSql(bytes, 'input.sql') }, bytes);
    });

    const files = existsSync(HISTORY) ? readdirSync(HISTORY).sort() : [];
    testIf(files.length > 0, 'histories/authelia is not among the shared data')(
      'a real history, up and down',
      async () => {
        for (const file of files) {
          const bytes = readFileSync(join(HISTORY, file));
          await compare({ file, ...decodeSql(bytes, file) }, bytes);
        }
      },
    );

    test('a dump by its own dump program', async () => {
      const full = await server.createDatabase();
      await batchClient(which, full.url, FULL);
      const dump = await dumpOf(which, full.url);
      expect(dump).toContain('DELIMITER ;;');
      await compare({ file: 'dump.sql', text: dump }, Buffer.from(dump));
      await full.drop();
    });
  },
);

const ROUTINE = /^create\b[^;]*?\b(procedure|function|trigger|event)\b[\s\S]*;/i;

const cutUp = (texts: readonly string[]): readonly string[] =>
  texts
    .join(';')
    .split(';')
    .map((text) => text.trim())
    // The mysql client may say USE several times over.
    .filter((text, n, all) => text !== '' && !(text.startsWith('use ') && text === all[n - 1]));

/**
 * Where the mysql client (9.x) and its own server part, the server is followed: the client sends `--x`, which the server
 * does not take for a comment, and sees escapes in names between double quotes.
 */
const READ_OTHERWISE_BY_MYSQL = /^(11-ansi-quotes|13-mode-in-version-comments|34-dashes-mariadb)$/;

const OF_THE_CLIENT =
  /^(select @@version_comment limit 1|SELECT DATABASE\(\)|show warnings|select \$\$|SET NAMES utf8mb4$)/i;

const FULL = `CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(50) DEFAULT 'a;b' COMMENT 'it''s');
INSERT INTO orders VALUES (1, 'a\\'b;c\\n'), (2, '\\\\'), (3, '/* ; */ -- #');
DELIMITER //
CREATE TRIGGER tr BEFORE INSERT ON orders FOR EACH ROW BEGIN SET NEW.note = 'x;y'; END//
CREATE PROCEDURE p() BEGIN -- comment; here
  SELECT ';'; END//
CREATE FUNCTION f() RETURNS INT DETERMINISTIC NO SQL BEGIN RETURN 1; END//
CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO BEGIN SELECT 1; END//
DELIMITER ;
CREATE VIEW v AS SELECT note AS \`a;b\` FROM orders;
`;
