import { MooringError } from '../../api/api.ts';
import type { Engine, Session, Target } from '../engine.ts';
import { WATCH_TIMES } from '../watchdog.ts';
import { translateConnect } from './errors.ts';
import { PostgresSession } from './session.ts';
import { SETTINGS_SQL, STARTUP_OPTIONS, sessionSql, settingsAtStart } from './settings.ts';
import { clientConfig } from './url.ts';
import { Wire } from './wire.ts';

/** Oldest version whose catalogs and statements we know. */
const OLDEST = 140_000;

/**
 * Opens a session and finds out where it stands before anything is set or locked: version, pooler, standby.
 * Throws `connection-*`, `server-unsupported`, `pooler-detected`, `read-only`.
 */
export async function connect(engine: Engine, target: Target): Promise<Session> {
  const { where, ...config } = clientConfig(target);
  const times = target.watch ?? WATCH_TIMES;
  let wire: Wire;
  try {
    wire = await Wire.open({ ...config, options: STARTUP_OPTIONS }, times).catch((error: unknown) => {
      if (!mayBeTheOptions(error)) throw error;
      return Wire.open(config, times);
    });
  } catch (error) {
    throw translateConnect(error, where);
  }
  try {
    return await probe(wire, engine, target, where);
  } catch (error) {
    await wire.close();
    throw error;
  }
}

/**
 * Poolers and managed servers refuse options of the startup message by many names (pgbouncer: 08P01, RDS Proxy: 0A000).
 * What is surely not about them: who we are, which database, and that the server is full or starting.
 */
function mayBeTheOptions(error: unknown): boolean {
  const { code, severity } = error as { readonly code?: string; readonly severity?: string };
  return severity !== undefined && code !== undefined && !/^(28|3D|53|57)/.test(code);
}

async function probe(wire: Wire, engine: Engine, target: Target, where: string): Promise<Session> {
  const [row] = await wire.query(`
    SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.current_setting('server_version_num') AS num,
      pg_catalog.current_setting('server_version') AS version, pg_catalog.pg_is_in_recovery() AS standby,
      ${SETTINGS_SQL}, pg_catalog.current_database() AS database, SESSION_USER AS usr`);
  const pid = Number(row?.pid);
  const versionNum = Number(row?.num);
  if (versionNum < OLDEST) {
    throw new MooringError(
      'server-unsupported',
      `${where}: PostgreSQL ${row?.version}; this runs on 14 and newer`,
      {
        hint: 'Upgrade the server first.',
      },
    );
  }
  if (pid !== wire.protocolPid && target.pooler !== 'session') {
    throw new MooringError(
      'pooler-detected',
      `${where}: a connection pooler stands between (it calls the session ${wire.protocolPid}, the server calls it ${pid}): a lock taken through it may stay with a session that is not ours`,
      {
        hint: "Connect to the server itself, not to the pooler's port; or, if the pooler keeps one session per client (pool_mode=session), set connection.pooler: session (--pooler session).",
      },
    );
  }
  if (row?.standby === 't' && target.readOnly !== true) {
    throw new MooringError(
      'read-only',
      `${where}: the server is a standby (in recovery) and takes no writes`,
      {
        hint: 'Connect to the primary, or wait for the failover to end and run again.',
      },
    );
  }
  if (row?.default_transaction_read_only === 'on' && target.readOnly !== true) {
    throw new MooringError(
      'read-only',
      `${where}: default_transaction_read_only is on for this role or database: it is to take no writes`,
      {
        hint: 'When the freeze is over: ALTER DATABASE … RESET default_transaction_read_only; (or ALTER ROLE … RESET …), then run again.',
      },
    );
  }
  wire.pid = pid;
  const info = {
    version: (row?.version ?? '').split(' ')[0] ?? '',
    versionNum,
    major: Math.floor(versionNum / 10_000),
    database: row?.database ?? '',
    user: row?.usr ?? '',
    pid,
  };
  const began = settingsAtStart(row ?? {});
  const session = sessionSql(target, began);
  if (session !== '') await wire.query(session);
  return new PostgresSession(engine, info, wire, target, began);
}
