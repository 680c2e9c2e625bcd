import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogStamp } from '../../../../src/engines/postgres/catalog/catalog.ts';
import { ROOT } from '../../../support/cache.ts';
import { sharedPostgres, versions } from '../../../support/postgres-server.ts';
import { openReader, type Reader } from './reads.ts';

const SETUP = readFileSync(join(ROOT, 'test/cases/catalog-touched/setup.sql'), 'utf8');

/** Nothing that a catalog tells. */
const SILENT = [
  'SELECT 1',
  "INSERT INTO shop.customers (name) VALUES ('x')",
  "SELECT nextval('shop.numbers')",
  'ANALYZE',
  'VACUUM shop.customers',
  'VACUUM (FREEZE) shop.people',
  'CREATE TEMPORARY TABLE scratch (id serial PRIMARY KEY, what text DEFAULT 1)',
  'DROP TABLE scratch',
  'SELECT pg_current_xact_id()',
];

const LOUD = [
  'ALTER TABLE shop.orders ADD COLUMN extra text',
  'ALTER TABLE shop.orders RENAME COLUMN extra TO more',
  "COMMENT ON COLUMN shop.orders.more IS 'x'",
  'COMMENT ON COLUMN shop.orders.more IS NULL',
  "ALTER TYPE shop.state ADD VALUE 'lost'",
  "CREATE OR REPLACE FUNCTION shop.next_number() RETURNS integer LANGUAGE sql AS 'SELECT 2'",
  'GRANT SELECT ON shop.orders TO PUBLIC',
  'GRANT SELECT (id) ON shop.orders TO PUBLIC',
  'ALTER SEQUENCE shop.owned OWNED BY NONE',
  'ALTER SEQUENCE shop.numbers INCREMENT 2',
  'ALTER EXTENSION plpgsql ADD FUNCTION shop.next_number()',
  'ALTER EXTENSION plpgsql DROP FUNCTION shop.next_number()',
  'ALTER DOMAIN shop.email DROP CONSTRAINT has_at',
  'ALTER TABLE shop.orders DISABLE TRIGGER stamp',
  'ALTER POLICY own ON shop.orders USING (true)',
  'DROP VIEW shop.cities',
  'ALTER SCHEMA shop RENAME TO store',
];

describe.each(versions())('PostgreSQL %i', (version) => {
  test('stays the same when nothing of the catalog changes', async () => {
    await using reader = await prepared(version);
    const before = await catalogStamp(reader.query, reader.version);
    for (const sql of SILENT) {
      await reader.run(sql);
      expect(await catalogStamp(reader.query, reader.version), sql).toBe(before);
    }
  });

  test('differs after each change, within the transaction that makes it too', async () => {
    await using reader = await prepared(version);
    let before = await catalogStamp(reader.query, reader.version);
    for (const sql of LOUD) {
      await reader.run(`BEGIN; ${sql}`);
      const within = await catalogStamp(reader.query, reader.version);
      expect(within, sql).not.toBe(before);
      await reader.run('COMMIT');
      expect(await catalogStamp(reader.query, reader.version), sql).toBe(within);
      before = within;
    }
  });
});

async function prepared(version: number): Promise<Reader> {
  const server = await sharedPostgres(version);
  const reader = await openReader((await server.createDatabase()).url);
  await reader.run(SETUP);
  return reader;
}
