import type { LockHolder } from '../../api/api.ts';
import { literal, type Wire } from './wire.ts';

/**
 * The one lock of a database, in the two-number space of session-level advisory locks (which are per database):
 * "moor" and "ing " in ASCII.
 */
const CLASS = 0x6d6f6f72;
const OBJECT = 0x696e6720;

const OURS = `locktype = 'advisory' AND classid = ${CLASS} AND objid = ${OBJECT} AND objsubid = 2
  AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`;

/** One row, `held`: whether this session has the lock. */
export const HELD_SQL = `SELECT EXISTS (SELECT FROM pg_catalog.pg_lock_status() WHERE locktype = 'advisory' AND classid = ${CLASS}
  AND objid = ${OBJECT} AND objsubid = 2 AND granted AND pid = pg_catalog.pg_backend_pid()) AS held`;

/**
 * A condition that nobody else has the lock, and from then on we do: session-level locks are counted, so taking one's own
 * again costs next to nothing, where a look at the lock table costs half a millisecond with each migration.
 */
export const STILL_OURS = `pg_catalog.pg_try_advisory_lock(${CLASS}, ${OBJECT})`;

/** Takes the lock if it is free, without waiting in the server; true as well when this session has it already: it is counted. */
export async function tryLock(wire: Wire): Promise<boolean> {
  const [row] = await wire.query(`SELECT pg_catalog.pg_try_advisory_lock(${CLASS}, ${OBJECT}) AS taken`);
  return row?.taken === 't';
}

/** However often it was taken. */
export const UNLOCK = 'SELECT pg_catalog.pg_advisory_unlock_all()';

export async function unlock(wire: Wire): Promise<void> {
  await wire.query(UNLOCK);
}

/** Whoever has the lock now; a role without pg_monitor sees no query of other roles. */
export async function lockHolder(wire: Wire): Promise<LockHolder | undefined> {
  const [row] = await wire.query(
    `
    SELECT l.pid, coalesce(a.usename, '?') AS usename, coalesce(a.application_name, '') AS application,
      coalesce(a.client_addr::pg_catalog.text, 'local') AS client,
      coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.query_start, a.backend_start)), 0)::pg_catalog.int8 AS age,
      coalesce(pg_catalog.left(a.query, 200), '') AS query
    FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
    WHERE ${OURS} AND l.granted LIMIT 1`.replace('locktype', 'l.locktype'),
  );
  if (row === undefined) return undefined;
  return {
    pid: Number(row.pid),
    user: row.usename ?? '',
    application: row.application ?? '',
    client: row.client ?? '',
    ageSeconds: Number(row.age),
    query: (row.query ?? '').replace(/\s+/g, ' ').trim(),
    terminate: `SELECT pg_terminate_backend(${row.pid});`,
  };
}

/** Sessions that keep a table lock which this statement would wait for; and old transactions in general. */
export async function oldTransactions(wire: Wire, olderThanSeconds: number): Promise<readonly string[]> {
  const rows = await wire.query(`
    SELECT pid, coalesce(usename, '?') AS usename, coalesce(application_name, '') AS application, state,
      extract(epoch FROM pg_catalog.clock_timestamp() - xact_start)::pg_catalog.int8 AS age,
      coalesce(pg_catalog.left(query, 100), '') AS query
    FROM pg_catalog.pg_stat_activity
    WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid() AND xact_start IS NOT NULL
      AND backend_type = ${literal('client backend')}
      AND xact_start < pg_catalog.clock_timestamp() - ${literal(`${olderThanSeconds} seconds`)}::pg_catalog.interval
    ORDER BY xact_start LIMIT 5`);
  return rows.map(
    (row) =>
      `pid ${row.pid} (${row.usename}${row.application === '' ? '' : `, ${row.application}`}), ${row.state}, in a transaction for ${row.age} s: ` +
      `${(row.query ?? '').replace(/\s+/g, ' ')} — to end it: SELECT pg_terminate_backend(${row.pid});`,
  );
}
