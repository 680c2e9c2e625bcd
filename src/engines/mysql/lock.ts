import type { LockHolder } from '../../api/api.ts';
import { MooringError } from '../../api/api.ts';
import { literal, type Wire } from './wire.ts';

/** `held` is 1 where this session holds the lock. */
export function heldSql(name: string): string {
  return `SELECT IS_USED_LOCK(${literal(name)}) = CONNECTION_ID() AS held`;
}

/** Does this session hold the lock? */
async function hasLock(wire: Wire, name: string): Promise<boolean> {
  const [row] = await wire.query(heldSql(name));
  return row?.held === '1';
}

/**
 * Takes the lock if it is free, without waiting in the server; true as well when this session has it already, without
 * taking it a second time: GET_LOCK counts, and RELEASE_LOCK would have to be called as often.
 */
export async function tryLock(wire: Wire, name: string): Promise<boolean> {
  if (await hasLock(wire, name)) return true;
  const [row] = await wire.query(`SELECT GET_LOCK(${literal(name)}, 0) AS taken`);
  if (row?.taken === '1') return true;
  if (row?.taken === '0') return false;
  // NULL: out of memory, or the session was killed while it asked.
  throw new MooringError(
    'lock-busy',
    'the server answered NULL to GET_LOCK: it could not tell whether the lock is free',
    {
      hint: "Run again; if it stays so, look into the server's error log.",
    },
  );
}

export async function unlock(wire: Wire, name: string): Promise<void> {
  await wire.query(`SELECT RELEASE_LOCK(${literal(name)})`);
}

/** Whoever has the lock now; an account without PROCESS sees no sessions of others but their number. */
export async function lockHolder(wire: Wire, name: string): Promise<LockHolder | undefined> {
  const [used] = await wire.query(`SELECT IS_USED_LOCK(${literal(name)}) AS id`);
  if (used?.id == null) return undefined;
  const row = (await wire.query('SHOW FULL PROCESSLIST')).find((each) => each.Id === used.id);
  return {
    pid: Number(used.id),
    user: row?.User ?? '?',
    application: await applicationOf(wire, used.id),
    client: row?.Host ?? '?',
    ageSeconds: Number(row?.Time ?? 0),
    query: (row?.Info ?? '').replace(/\s+/g, ' ').trim().slice(0, 200),
    terminate: `KILL ${used.id};`,
  };
}

/** Servers without performance_schema, MariaDB's default, do not keep it. */
async function applicationOf(wire: Wire, id: string): Promise<string> {
  try {
    const [row] = await wire.query(
      `SELECT ATTR_VALUE AS name FROM performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = ${id} AND ATTR_NAME = 'program_name'`,
    );
    return row?.name ?? '';
  } catch (error) {
    if (wire.lost) throw error;
    return '';
  }
}

/**
 * Transactions that a statement of ours may have to wait for, in a sentence each, and how many seconds ago the oldest of all
 * others began (0 where there is none). An account without PROCESS sees none. InnoDB tells times of the server's own zone.
 */
export async function oldTransactions(
  wire: Wire,
  olderThanSeconds: number,
): Promise<{ readonly told: readonly string[]; readonly oldest: number }> {
  try {
    const rows = await wire.query(`
      SELECT trx_mysql_thread_id AS id, trx_state AS state, TIMESTAMPDIFF(SECOND, trx_started, CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')) AS age, LEFT(COALESCE(trx_query, ''), 100) AS query
      FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id NOT IN (0, CONNECTION_ID())
      ORDER BY trx_started LIMIT 5`);
    const old = rows.filter(({ age }) => Number(age) > olderThanSeconds);
    const told = old.map(
      (row) =>
        `session ${row.id}, ${row.state}, in a transaction for ${row.age} s: ${(row.query ?? '').replace(/\s+/g, ' ')} — to end it: KILL ${row.id};`,
    );
    return { told, oldest: Math.max(0, Number(rows[0]?.age ?? 0)) };
  } catch (error) {
    if (wire.lost) throw error;
    return { told: [], oldest: 0 };
  }
}
