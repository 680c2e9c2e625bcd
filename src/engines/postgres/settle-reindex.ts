import type { Json } from '../../catalog/catalog.ts';
import type { QualifiedName, Settled, Settlement } from '../engine.ts';
import { SqlFailure } from '../failure.ts';
import { identifier, literal, type Wire } from './wire.ts';

type Facts = { readonly [key: string]: Json };

/** Tables whose indexes it rebuilds (null: all), and the copies that lie there already and are not its own. */
export async function beforeReindex(
  wire: Wire,
  settlement: Extract<Settlement, { readonly rule: 'reindex' }>,
): Promise<Facts> {
  const tables = await tablesOf(wire, settlement);
  const copies = await copiesOn(wire, tables);
  return { tables: tables === null ? null : [...tables], copies: copies.map(({ oid }) => oid) };
}

/** The invalid copies that the interrupted run left are dropped; then it can be run again. */
export async function settleReindex(wire: Wire, before: Facts): Promise<Settled> {
  const known = Array.isArray(before.copies) ? before.copies : [];
  const tables = Array.isArray(before.tables) ? before.tables.map(String) : null;
  const dropped: string[] = [];
  for (const { oid, name } of await copiesOn(wire, tables)) {
    if (known.includes(oid)) continue;
    try {
      await wire.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
      dropped.push(name);
    } catch (error) {
      // The copy of a TOAST table's index may be a superuser's to drop. It does no harm but cost.
      if (!(error instanceof SqlFailure) || error.kind === 'cancelled') throw error;
    }
  }
  if (dropped.length === 0) return { verdict: 'run', note: 'indexes can be built anew again' };
  const names = dropped.join(', ');
  return {
    verdict: 'run',
    note: `left invalid by the interrupted REINDEX and dropped: ${names}; it is run again`,
    cleaned: `left invalid by the REINDEX that failed and dropped: ${names}`,
  };
}

async function tablesOf(
  wire: Wire,
  { of, name }: Extract<Settlement, { readonly rule: 'reindex' }>,
): Promise<readonly string[] | null> {
  if (of === 'database' || name === undefined) return null;
  const relation = `pg_catalog.to_regclass(${literal(quoted(name))})`;
  const where = {
    index: `c.oid IN (SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = ${relation})`,
    table: `c.oid = ${relation} OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(${relation}))`,
    schema: `c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ${literal(name.name)})`,
  };
  const rows = await wire.query(`SELECT c.oid FROM pg_catalog.pg_class c WHERE ${where[of]}`);
  return rows.map((row) => row.oid ?? '');
}

/** `_ccnew`, `_ccold` and a number: the names that REINDEX CONCURRENTLY gives (PostgreSQL documentation, REINDEX). */
async function copiesOn(
  wire: Wire,
  tables: readonly string[] | null,
): Promise<readonly { readonly oid: string; readonly name: string }[]> {
  if (tables?.length === 0) return [];
  const among =
    tables === null
      ? ''
      : `AND (t.oid IN (${tables.join(', ')}) OR t.oid IN (SELECT reltoastrelid FROM pg_catalog.pg_class WHERE oid IN (${tables.join(', ')})))`;
  const rows = await wire.query(`
    SELECT i.indexrelid AS oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' ${among}`);
  return rows.map((row) => ({ oid: row.oid ?? '', name: row.name ?? '' }));
}

function quoted({ schema, name }: QualifiedName): string {
  return schema === undefined ? identifier(name) : `${identifier(schema)}.${identifier(name)}`;
}
