import { MooringError } from '../../api/api.ts';
import { literal, type Wire } from './wire.ts';

/** Version of our tables. Changes are additive; a runner also works with tables one version newer. */
export const TABLES_VERSION = 1;

const STAMPS = `
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  by text NOT NULL DEFAULT SESSION_USER,
  owner text NOT NULL,
  runner text NOT NULL`;

/** Statements from nothing to version 1, from 1 to 2, and so on; each can be run again. */
const STEPS: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS mooring;
   CREATE TABLE IF NOT EXISTS mooring.meta (
     version integer PRIMARY KEY,
     at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
     by text NOT NULL DEFAULT SESSION_USER,
     runner text NOT NULL);
   CREATE TABLE IF NOT EXISTS mooring.claim (
     key uuid PRIMARY KEY, ${STAMPS},
     bundle text NOT NULL, job text NOT NULL, cluster text);
   CREATE TABLE IF NOT EXISTS mooring.history (
     key uuid PRIMARY KEY, ${STAMPS},
     action text NOT NULL, id text NOT NULL, description text NOT NULL, state text NOT NULL,
     checksum text NOT NULL, phase text NOT NULL, repeat text NOT NULL, breaking boolean NOT NULL,
     ms bigint NOT NULL, bundle text NOT NULL, cluster text, script text, undo text, transaction text,
     error jsonb, detail jsonb NOT NULL);
   CREATE TABLE IF NOT EXISTS mooring.journal (
     key uuid PRIMARY KEY, ${STAMPS},
     run uuid NOT NULL, action text NOT NULL, id text NOT NULL, statement integer NOT NULL, event text NOT NULL,
     checksum text NOT NULL, file text NOT NULL, line integer NOT NULL, sql text NOT NULL, detail jsonb NOT NULL);
   CREATE TABLE IF NOT EXISTS mooring.snapshot (
     key uuid PRIMARY KEY, ${STAMPS},
     parent uuid, history uuid, model integer NOT NULL, fingerprint text NOT NULL, delta text NOT NULL,
     detail jsonb NOT NULL);
   CREATE TABLE IF NOT EXISTS mooring.object (
     fingerprint text NOT NULL, part integer NOT NULL, body bytea NOT NULL,
     PRIMARY KEY (fingerprint, part));
   COMMENT ON SCHEMA mooring IS 'Mooring: what was done to this database. Written by the migrator alone.'`,
];

const NAMES = ['meta', 'claim', 'history', 'journal', 'snapshot', 'object'];

export interface TablesState {
  readonly state: 'absent' | 'current' | 'older';
  /** Nobody but the owner was ever granted anything on them: `guardTables` has nothing to find. */
  readonly ungranted: boolean;
  /** Of the query that was asked along. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** How our tables stand. `also` is asked with it in one message, if the tables are there. Throws `history-newer`. */
export async function tablesState(wire: Wire, also = 'SELECT'): Promise<TablesState> {
  const tables = await wire.query(
    `SELECT relname, relacl IS NULL AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL) AS ungranted
     FROM pg_catalog.pg_class c WHERE relname IN (${NAMES.map(literal).join(', ')})
       AND relnamespace = pg_catalog.to_regnamespace('mooring') AND relkind = 'r'`,
  );
  const ungranted = tables.every((table) => table.ungranted === 't');
  if (!tables.some((table) => table.relname === 'meta')) return { state: 'absent', ungranted, rows: [] };
  const [[meta = []] = [], rows = []] = await wire.batch([
    'SELECT coalesce(max(version), 0), max(runner) FROM mooring.meta',
    also,
  ]);
  const version = Number(meta[0] ?? 0);
  if (version > TABLES_VERSION + 1) {
    throw new MooringError(
      'history-newer',
      `schema mooring has version ${version} of our tables, written by Mooring ${meta[1]}; this one knows versions up to ${TABLES_VERSION + 1}`,
      { hint: `Use Mooring ${meta[1]} or newer.` },
    );
  }
  return { state: version >= TABLES_VERSION ? 'current' : 'older', ungranted, rows };
}

/** Creates or upgrades, in one transaction; grants that default privileges made are taken back. */
export async function ensureTables(wire: Wire, runner: string, allowPublication: boolean): Promise<void> {
  const { state } = await tablesState(wire);
  if (state === 'current') return;
  if (state === 'absent' && !allowPublication) await refusePublication(wire);
  const [row] =
    state === 'absent'
      ? []
      : await wire.query('SELECT coalesce(max(version), 0) AS version FROM mooring.meta');
  const from = Number(row?.version ?? 0);
  const steps = STEPS.slice(from).map(
    (step, n) =>
      `${step}; INSERT INTO mooring.meta (version, runner) VALUES (${from + n + 1}, ${literal(runner)}) ON CONFLICT DO NOTHING`,
  );
  await wire.query(`BEGIN; ${steps.join('; ')}; ${REVOKE}; COMMIT`).catch(async (error) => {
    if (!wire.lost) await wire.query('ROLLBACK');
    throw error;
  });
}

const OTHERS = `
  SELECT c.oid, c.relname, x.grantee, x.privilege_type,
    CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS who
  FROM pg_catalog.pg_class c CROSS JOIN LATERAL (
    SELECT grantee, privilege_type FROM pg_catalog.aclexplode(c.relacl)
    UNION ALL SELECT e.grantee, e.privilege_type
      FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) e WHERE a.attrelid = c.oid) x
  WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'mooring')
    AND c.relkind = 'r' AND x.grantee <> c.relowner
    AND x.grantee <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER)`;

const REVOKE = `DO $mooring$ DECLARE r record; BEGIN
  FOR r IN ${OTHERS} LOOP
    EXECUTE pg_catalog.format('REVOKE ALL ON mooring.%I FROM %s', r.relname, r.who);
  END LOOP; END $mooring$`;

/** Who can write the history can make us undo: so nobody else may. Throws `history-writable`. */
export async function guardTables(wire: Wire): Promise<void> {
  const rows = await wire.query(`
    SELECT who, pg_catalog.string_agg(DISTINCT relname, ', ' ORDER BY relname) AS tables,
      pg_catalog.string_agg(DISTINCT privilege_type, ', ' ORDER BY privilege_type) AS privileges
    FROM (${OTHERS}) o WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER') GROUP BY who ORDER BY who`);
  if (rows.length === 0) return;
  const found = rows.map((row) => `${row.who} has ${row.privileges} on ${row.tables}`).join('; ');
  throw new MooringError(
    'history-writable',
    `others than the migrator may write our tables in schema mooring: ${found}; whoever writes the history decides what is undone`,
    {
      hint: rows
        .map(
          (row) =>
            `REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER ON ALL TABLES IN SCHEMA mooring FROM ${row.who};`,
        )
        .join('\n'),
    },
  );
}

async function refusePublication(wire: Wire): Promise<void> {
  const rows = await wire.query(
    'SELECT pubname FROM pg_catalog.pg_publication WHERE puballtables ORDER BY 1',
  );
  if (rows.length === 0) return;
  const names = rows.map((row) => row.pubname).join(', ');
  throw new MooringError(
    'publication-all-tables',
    `publication ${names} is FOR ALL TABLES: it would carry our tables to its subscribers, where inserts into tables that are not there stop the replication`,
    {
      hint:
        'Either publish by schema: DROP PUBLICATION …; CREATE PUBLICATION … FOR TABLES IN SCHEMA public;\n' +
        'or, where the subscribers may have our tables as well: mooring migrate … --allow publication-all-tables (and create schema mooring on them first)',
    },
  );
}
