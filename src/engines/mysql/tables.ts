import { MooringError } from '../../api/api.ts';
import type { Place } from './rows.ts';
import { literal } from './wire.ts';

/** Version of our tables. Changes are additive; a runner also works with tables one version newer. */
export const TABLES_VERSION = 1;

const STAMPS = `\`key\` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL AUTO_INCREMENT UNIQUE,
  \`at\` DATETIME(3) NOT NULL COMMENT 'UTC',
  \`by\` VARCHAR(300) NOT NULL,
  owner VARCHAR(300) NOT NULL,
  runner VARCHAR(100) NOT NULL`;
const REFERENCE = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const OPTIONS =
  "ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin COMMENT = 'Mooring: what was done to this database'";

/** Statements from nothing to version 1, from 1 to 2, and so on; each can be run again, for DDL is not transactional. */
const STEPS: readonly ((table: Place['table']) => readonly string[])[] = [
  (table) => [
    `CREATE TABLE IF NOT EXISTS ${table('claim')} (${STAMPS},
      bundle TEXT NOT NULL, job TEXT NOT NULL, cluster TEXT) ${OPTIONS}`,
    `CREATE TABLE IF NOT EXISTS ${table('history')} (${STAMPS},
      action VARCHAR(20) NOT NULL, id TEXT NOT NULL, description TEXT NOT NULL, state VARCHAR(20) NOT NULL,
      checksum TEXT NOT NULL, phase VARCHAR(20) NOT NULL, \`repeat\` VARCHAR(20) NOT NULL, breaking TINYINT(1) NOT NULL,
      ms BIGINT NOT NULL, bundle TEXT NOT NULL, cluster TEXT, script TEXT, \`undo\` TEXT, \`transaction\` TEXT,
      error LONGTEXT, detail LONGTEXT NOT NULL) ${OPTIONS}`,
    `CREATE TABLE IF NOT EXISTS ${table('journal')} (${STAMPS},
      run ${REFERENCE} NOT NULL, action VARCHAR(20) NOT NULL, id TEXT NOT NULL, statement INT NOT NULL, event VARCHAR(20) NOT NULL,
      checksum TEXT NOT NULL, file TEXT NOT NULL, line INT NOT NULL, \`sql\` MEDIUMTEXT NOT NULL, detail LONGTEXT NOT NULL) ${OPTIONS}`,
    `CREATE TABLE IF NOT EXISTS ${table('snapshot')} (${STAMPS},
      parent ${REFERENCE}, history ${REFERENCE}, model INT NOT NULL, fingerprint TEXT NOT NULL, delta TEXT NOT NULL,
      detail LONGTEXT NOT NULL) ${OPTIONS}`,
    `CREATE TABLE IF NOT EXISTS ${table('object')} (
      fingerprint VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, part INT NOT NULL, body MEDIUMBLOB NOT NULL,
      PRIMARY KEY (fingerprint, part)) ${OPTIONS}`,
  ],
];

/** How our tables stand. Throws `history-newer`. */
export async function tablesState(place: Place, database: string): Promise<'absent' | 'current' | 'older'> {
  if (!(await metaThere(place, database))) return 'absent';
  const { version, runner } = await written(place);
  // What was cut short before all of them were there.
  if (version === 0) return 'absent';
  if (version > TABLES_VERSION + 1) {
    throw new MooringError(
      'history-newer',
      `the tables mooring_* of ${database} have version ${version}, written by Mooring ${runner}; this one knows versions up to ${TABLES_VERSION + 1}`,
      { hint: `Use Mooring ${runner} or newer.` },
    );
  }
  return version >= TABLES_VERSION ? 'current' : 'older';
}

/** Creates or upgrades; what an interrupted call left is gone on with. */
export async function ensureTables(place: Place, database: string, runner: string): Promise<void> {
  const state = await tablesState(place, database);
  if (state === 'current') return;
  const meta = place.table('meta');
  await place.wire.query(
    `CREATE TABLE IF NOT EXISTS ${meta} (version INT NOT NULL PRIMARY KEY, \`at\` DATETIME(3) NOT NULL COMMENT 'UTC',
      \`by\` VARCHAR(300) NOT NULL, runner VARCHAR(100) NOT NULL) ${OPTIONS}`,
  );
  const { version: from } = await written(place);
  for (const [n, step] of STEPS.slice(from).entries()) {
    for (const sql of step(place.table)) await place.wire.query(sql);
    await place.wire.write(
      `INSERT IGNORE INTO ${meta} (version, \`at\`, \`by\`, runner) VALUES (${from + n + 1}, UTC_TIMESTAMP(3), CURRENT_USER(), ${literal(runner)})`,
    );
  }
}

/**
 * Refuses grants to others that name our tables. A grant on the whole database, as applications have it, covers our
 * tables too and is let pass: MySQL has no way to except a table from it, and undos are checked against their hashes.
 */
export async function guardTables({ wire }: Place, database: string): Promise<void> {
  const rows = await wire.query(`
    SELECT DISTINCT GRANTEE AS who, TABLE_NAME AS name FROM information_schema.TABLE_PRIVILEGES
    WHERE TABLE_SCHEMA = ${literal(database)} AND TABLE_NAME LIKE 'mooring|_%' ESCAPE '|'
      AND PRIVILEGE_TYPE IN ('INSERT', 'UPDATE', 'DELETE', 'DROP', 'ALTER', 'TRIGGER')
      AND REPLACE(GRANTEE, '''', '') <> CURRENT_USER() ORDER BY 1, 2`);
  if (rows.length === 0) return;
  const who = [...new Set(rows.map((row) => row.who ?? ''))];
  const names = [...new Set(rows.map((row) => row.name ?? ''))];
  throw new MooringError(
    'history-writable',
    `${who.join(', ')} may write our tables in ${database}: ${names.join(', ')}`,
    {
      hint: rows.map((row) => `REVOKE ALL ON ${database}.${row.name} FROM ${row.who};`).join('\n'),
    },
  );
}

async function metaThere({ wire }: Place, database: string): Promise<boolean> {
  const rows = await wire.query(
    `SELECT 1 AS one FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${literal(database)} AND TABLE_NAME = 'mooring_meta'`,
  );
  return rows.length > 0;
}

async function written({
  wire,
  table,
}: Place): Promise<{ readonly version: number; readonly runner: string }> {
  const [row] = await wire.query(
    `SELECT version, runner FROM ${table('meta')} ORDER BY version DESC LIMIT 1`,
  );
  return { version: Number(row?.version ?? 0), runner: row?.runner ?? '' };
}
