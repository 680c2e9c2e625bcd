import { MooringError } from '../../api/api.ts';
import type { Json } from '../../catalog/catalog.ts';
import type { QualifiedName, Settled, Settlement } from '../engine.ts';
import { beforeReindex, settleReindex } from './settle-reindex.ts';
import { identifier, literal, type Wire } from './wire.ts';

type Detach = Extract<Settlement, { readonly rule: 'detach' }>;
type Facts = { readonly [key: string]: Json };

/** What stands before a bare statement runs. Names are resolved now, while the session's search_path is the statement's. */
export async function beforeBare(wire: Wire, settlement: Settlement | undefined): Promise<Facts> {
  switch (settlement?.rule) {
    case 'index': {
      const schema = await schemaOf(
        wire,
        settlement.action === 'create' ? (settlement.table ?? settlement.name) : settlement.name,
      );
      const index = schema === null ? undefined : await findIndex(wire, schema, settlement.name.name);
      if (settlement.action === 'create' && index !== undefined && !index.valid)
        throw invalidIndex(schema ?? '', settlement.name.name);
      return {
        schema,
        oid: index?.oid ?? null,
        objects: schema === null ? [] : [await keyIn(wire, 'index', schema, settlement.name.name)],
      };
    }
    case 'detach': {
      const schema = await schemaOf(wire, settlement.table);
      const partitionSchema = await schemaOf(wire, settlement.partition);
      const objects = [
        await keyIn(wire, 'table', schema ?? '', settlement.table.name),
        await keyIn(wire, 'table', partitionSchema ?? '', settlement.partition.name),
      ];
      const link = { schema, partitionSchema };
      return { ...link, attached: (await pendingDetach(wire, settlement, link)) !== undefined, objects };
    }
    case 'reindex':
      return { objects: [], ...(await beforeReindex(wire, settlement)) };
    case 'run-again':
      return { objects: [] };
    default:
      return {};
  }
}

/** How an interrupted bare statement is gone on with (design: settlement rules). */
export async function settle(wire: Wire, settlement: Settlement, before: Facts): Promise<Settled> {
  switch (settlement.rule) {
    case 'run-again':
      return { verdict: 'run', note: 'can be run again' };
    case 'reindex':
      return settleReindex(wire, before);
    case 'index':
      return settlement.action === 'create'
        ? settleCreate(wire, settlement.name, before)
        : settleDrop(wire, settlement.name, before);
    case 'detach':
      return settleDetach(wire, settlement, before);
    case 'definition':
      throw new MooringError('internal', 'DDL of PostgreSQL runs in transactions, and is not settled');
  }
}

async function settleCreate(wire: Wire, name: QualifiedName, before: Facts): Promise<Settled> {
  const shown = show(before.schema, name);
  const index =
    typeof before.schema === 'string' ? await findIndex(wire, before.schema, name.name) : undefined;
  if (index === undefined) return { verdict: 'run', note: `index ${shown} is not there: it is built` };
  if (index.oid === before.oid)
    return { verdict: 'run', note: `index ${shown} was there before: the statement is sent again` };
  if (index.valid) return { verdict: 'done', note: `index ${shown} is there and valid: the build had ended` };
  await wire.query(`DROP INDEX CONCURRENTLY IF EXISTS ${shown}`);
  return {
    verdict: 'run',
    note: `index ${shown} was left invalid by the interrupted build: dropped, and built again`,
    cleaned: `index ${shown} was left invalid by the build that failed: dropped`,
  };
}

async function settleDrop(wire: Wire, name: QualifiedName, before: Facts): Promise<Settled> {
  const shown = show(before.schema, name);
  const index =
    typeof before.schema === 'string' ? await findIndex(wire, before.schema, name.name) : undefined;
  if (index !== undefined && index.oid === before.oid)
    return { verdict: 'run', note: `index ${shown} is still there: dropped again` };
  if (before.oid === null)
    return { verdict: 'run', note: `index ${shown} was not there before: the statement is sent again` };
  return { verdict: 'done', note: `index ${shown} is gone: the drop had ended` };
}

async function settleDetach(wire: Wire, settlement: Detach, before: Facts): Promise<Settled> {
  const parent = show(before.schema, settlement.table);
  const child = show(before.partitionSchema, settlement.partition);
  if (before.attached === false)
    return {
      verdict: 'run',
      note: `${child} was no partition of ${parent} before: the statement is sent again`,
    };
  const pending = await pendingDetach(wire, settlement, before);
  if (pending === undefined)
    return { verdict: 'done', note: `${child} is no partition of ${parent} any more: the detach had ended` };
  if (!pending) return { verdict: 'run', note: `${child} is still a partition of ${parent}: detached again` };
  await wire.query(`ALTER TABLE ${parent} DETACH PARTITION ${child} FINALIZE`);
  return { verdict: 'done', note: `the detach of ${child} from ${parent} was half done: finalized` };
}

/** Undefined where the one is no partition of the other. */
async function pendingDetach(wire: Wire, settlement: Detach, where: Facts): Promise<boolean | undefined> {
  const parent = show(where.schema, settlement.table);
  const child = show(where.partitionSchema, settlement.partition);
  const [row] = await wire.query(
    `SELECT inhdetachpending AS pending FROM pg_catalog.pg_inherits
     WHERE inhparent = pg_catalog.to_regclass(${literal(parent)}) AND inhrelid = pg_catalog.to_regclass(${literal(child)})`,
  );
  return row === undefined ? undefined : row.pending === 't';
}

async function schemaOf(wire: Wire, name: QualifiedName): Promise<string | null> {
  if (name.schema !== undefined) return name.schema;
  const [row] = await wire.query(
    `SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = pg_catalog.to_regclass(${literal(identifier(name.name))})`,
  );
  return row?.nspname ?? null;
}

/** As the catalog model names it. */
async function keyIn(wire: Wire, kind: string, schema: string, name: string): Promise<string> {
  const [row] = await wire.query(
    `SELECT pg_catalog.format('%s %I.%I', ${literal(kind)}, ${literal(schema)}, ${literal(name)}) AS key`,
  );
  return row?.key ?? '';
}

async function findIndex(
  wire: Wire,
  schema: string,
  name: string,
): Promise<{ readonly oid: string; readonly valid: boolean } | undefined> {
  const [row] = await wire.query(
    `SELECT i.indexrelid AS oid, i.indisvalid AND i.indisready AS valid FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ${literal(schema)} AND c.relname = ${literal(name)}`,
  );
  return row === undefined ? undefined : { oid: row.oid ?? '', valid: row.valid === 't' };
}

function invalidIndex(schema: string, name: string): MooringError {
  const shown = `${identifier(schema)}.${identifier(name)}`;
  return new MooringError(
    'sql-failed',
    `index ${shown} is there already and invalid: an interrupted build that is not this run's left it, and IF NOT EXISTS would take it for done`,
    { hint: `Look at it, then: DROP INDEX CONCURRENTLY ${shown};` },
  );
}

function show(schema: Json | undefined, name: QualifiedName): string {
  return typeof schema === 'string'
    ? `${identifier(schema)}.${identifier(name.name)}`
    : identifier(name.name);
}
