import type { LossAnswer, LossQuestion } from '../engine.ts';
import { SqlFailure } from '../failure.ts';
import { literal, type Wire } from './wire.ts';

/**
 * Does what would go hold anything? A table: any row. A column: any value but NULL and its default. Asked within the
 * caller's transaction, under a lock that lets nobody write meanwhile; after `timeoutMs` the answer is "unknown".
 * Names are as the catalog model spells them: quoted where needed.
 */
export async function holdsData(wire: Wire, question: LossQuestion, timeoutMs: number): Promise<LossAnswer> {
  await wire.query(
    `SAVEPOINT mooring_loss; SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL lock_timeout = ${timeoutMs}; SET LOCAL row_security = off`,
  );
  let estimate = 'unknown';
  try {
    estimate = await estimateOf(wire, question);
    if (question.lock !== false) await wire.query(`LOCK TABLE ${question.table} IN SHARE MODE`);
    const [row] = await wire.query(
      `SELECT EXISTS (SELECT FROM ${question.table}${condition(question)} LIMIT 1) AS holds`,
    );
    await wire.query(
      'RELEASE SAVEPOINT mooring_loss; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL row_security = on',
    );
    return { holds: row?.holds === 't', estimate };
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    await wire.query('ROLLBACK TO SAVEPOINT mooring_loss; RELEASE SAVEPOINT mooring_loss');
    const late = error.kind === 'cancelled' || error.kind === 'lock-timeout';
    return {
      holds: 'unknown',
      estimate,
      why: late ? `no answer within ${timeoutMs / 1000} s` : error.message,
    };
  }
}

/** Text is compared, so that types without an equality operator (json, xml) can be asked as well. */
function condition(question: LossQuestion): string {
  if (question.type === 'table') return '';
  const column = `${question.column}::pg_catalog.text`;
  if (question.default === null) return ` WHERE ${question.column} IS NOT NULL`;
  return ` WHERE ${question.column} IS NOT NULL AND ${column} IS DISTINCT FROM (${question.default})::pg_catalog.text`;
}

/** In a table up to this size rows are counted; of a larger one the whole size is told, by the last ANALYZE. */
const COUNTED = 1_000;

/** `3 rows`, `~1200 rows`. */
async function estimateOf(wire: Wire, question: LossQuestion): Promise<string> {
  const { table } = question;
  if (question.count === true) return countOf(wire, question);
  const [row] = await wire.query(
    `SELECT c.reltuples::pg_catalog.int8 AS rows, (SELECT count(*) FROM (SELECT FROM ${table} LIMIT ${COUNTED + 1}) few) AS counted
     FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(${literal(table)})`,
  );
  if (row === undefined) return 'unknown';
  const size = Number(row.counted);
  if (size > COUNTED) return `~${Math.max(Number(row.rows), size)} rows`;
  return countOf(wire, question);
}

async function countOf(wire: Wire, question: LossQuestion): Promise<string> {
  const [held] = await wire.query(`SELECT count(*) AS counted FROM ${question.table}${condition(question)}`);
  const counted = Number(held?.counted);
  return `${counted} ${counted === 1 ? 'row' : 'rows'}`;
}

/** Rows deleted or overwritten by the current transaction so far, by table. */
export async function rowsChanged(wire: Wire): Promise<ReadonlyMap<string, number> | 'unknown'> {
  const [setting] = await wire.query("SELECT pg_catalog.current_setting('track_counts') AS on");
  if (setting?.on !== 'on') return 'unknown';
  const rows = await wire.query(
    `SELECT pg_catalog.quote_ident(schemaname) || '.' || pg_catalog.quote_ident(relname) AS name, n_tup_upd + n_tup_del AS changed
     FROM pg_catalog.pg_stat_xact_user_tables WHERE n_tup_upd + n_tup_del > 0 AND schemaname <> 'mooring' ORDER BY 1`,
  );
  return new Map(rows.map((row) => [row.name ?? '', Number(row.changed)]));
}
