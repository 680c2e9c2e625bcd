import pg from 'pg';
import type { Database, PostgresServer } from '../test/support/postgres-server.ts';

/** So that very many tables are made in less than a minute. */
export const FEW_INDEXES = 1;

/** Tables made by one statement; all of their locks are held until it ends. */
const BATCH = 100;

/** A database of so many tables with 10 columns each, a primary key and so many more indexes, three at most. */
export async function largeDatabase(server: PostgresServer, tables: number, indexes = 3): Promise<Database> {
  const database = await server.createDatabase();
  // Nobody waits for disks while it is filled; everything is on disk before anything is measured.
  await ask(server.url, 'ALTER SYSTEM SET fsync = off', 'SELECT pg_reload_conf()');
  const half = Math.ceil(tables / BATCH / 2) * BATCH;
  await Promise.all([fill(database.url, 0, half, indexes), fill(database.url, half, tables, indexes)]);
  await ask(
    server.url,
    'ALTER SYSTEM RESET fsync',
    'SELECT pg_reload_conf()',
    'SELECT pg_sleep(0.1)',
    'CHECKPOINT',
  );
  // As autovacuum would have done by the time that anybody has so many tables.
  await ask(
    database.url,
    'VACUUM ANALYZE pg_class, pg_attribute, pg_attrdef, pg_index, pg_constraint, pg_depend, pg_type',
  );
  return database;
}

async function fill(url: string, from: number, to: number, indexes: number): Promise<void> {
  const statements: string[] = [];
  for (let first = from; first < to; first += BATCH)
    statements.push(tablesSql(first, Math.min(first + BATCH, to) - 1, indexes));
  await ask(url, ...statements);
}

function tablesSql(first: number, last: number, indexes: number): string {
  return `DO $do$ DECLARE t text; BEGIN
  FOR n IN ${first}..${last} LOOP
    t := 'table_' || lpad(n::text, 5, '0');
    EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, parent bigint, name text NOT NULL, note varchar(200),
      amount numeric(12,2) DEFAULT 0, state integer NOT NULL DEFAULT 1, tags text[], data jsonb,
      created_at timestamptz NOT NULL DEFAULT now(), day date)', t);
    ${INDEXES.slice(0, indexes).join('\n    ')}
  END LOOP;
END $do$`;
}

const INDEXES = [
  `EXECUTE format('CREATE INDEX %I ON %I (parent)', t || '_parent', t);`,
  `EXECUTE format('CREATE UNIQUE INDEX %I ON %I (name, day)', t || '_name', t);`,
  `EXECUTE format('CREATE INDEX %I ON %I (lower(note)) WHERE state > 1', t || '_note', t);`,
];

/** Runs statements one by one in a session of its own. */
export async function ask(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}
