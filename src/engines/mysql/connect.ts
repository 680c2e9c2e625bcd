import { MooringError } from '../../api/api.ts';
import type { Engine, Session, Target } from '../engine.ts';
import { translateConnect } from './errors.ts';
import type { Flavor } from './flavor.ts';
import { MysqlSession } from './session.ts';
import { knownSettings, sessionVariables } from './settings.ts';
import { connectionOptions } from './url.ts';
import { identifier, Wire } from './wire.ts';

/**
 * Opens a session and finds out where it stands before anything is set or locked: server and version, cluster, pooler,
 * read-only. Throws `connection-*`, `server-unsupported`, `pooler-detected`, `read-only`.
 */
export async function connect(engine: Engine, flavor: Flavor, target: Target): Promise<Session> {
  const { options, where, database } = connectionOptions(target);
  let wire: Wire;
  try {
    wire = await Wire.open(options, target.watch);
  } catch (error) {
    throw translateConnect(error, where);
  }
  try {
    const variables = await sessionVariables(wire);
    checkServer(variables, flavor, where);
    const { role, ...session } = await probe(wire, variables, target, where);
    wire.serverPid = session.pid;
    const home = {
      flavor,
      database,
      role: target.role === undefined ? flavor.firstRole(role) : `SET ROLE ${identifier(target.role)}`,
    };
    if (target.readOnly !== true) checkWritable(variables, where);
    for (const sql of knownSettings({ lockTimeout: 0, statementTimeout: 0 }, home)) await wire.query(sql);
    const server = { ...versionOf(variables.get('version') ?? ''), database, ...session };
    const ignoresCase = (variables.get('lower_case_table_names') ?? '0') !== '0';
    return new MysqlSession(engine, home, server, wire, target, ignoresCase, await sessionVariables(wire));
  } catch (error) {
    await wire.close();
    throw error;
  }
}

type Variables = ReadonlyMap<string, string>;

function checkServer(variables: Variables, flavor: Flavor, where: string): void {
  const version = variables.get('version') ?? '';
  const told = `${version} ${variables.get('version_comment') ?? ''}`;
  const other = ['Vitess', 'PlanetScale', 'TiDB', 'SingleStore', 'OceanBase'].find((name) =>
    told.toLowerCase().includes(name.toLowerCase()),
  );
  if (other !== undefined) {
    throw unsupported(
      `${where}: the server is ${other} (${version}), which has no lock that one session can hold`,
      `Run migrations by ${other}'s own means.`,
    );
  }
  if (!flavor.isVersion(version)) {
    const found = flavor.name === 'mysql' ? 'mariadb' : 'mysql';
    throw unsupported(
      `${where}: the server says ${version}; the engine is ${flavor.name}`,
      `Set engine: ${found} in mooring.yaml; without one, begin the URL with ${found}://`,
    );
  }
  const { major, minor } = versionOf(version);
  const [oldestMajor, oldestMinor] = flavor.oldest;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw unsupported(
      `${where}: ${flavor.label} ${version}; this runs on ${oldestMajor}.${oldestMinor} and newer`,
      'Upgrade the server first.',
    );
  }
  const provider = variables.get('wsrep_provider') ?? 'none';
  if (variables.get('wsrep_on') === 'ON' && provider !== 'none' && provider !== '') {
    throw unsupported(
      `${where}: the server is a Galera node (wsrep_on): a lock taken on one node is not seen on the others`,
      ONE_WRITER,
    );
  }
  if (
    (variables.get('group_replication_group_name') ?? '') !== '' &&
    variables.get('group_replication_single_primary_mode') === 'OFF'
  ) {
    throw unsupported(
      `${where}: the server belongs to a replication group with several primaries: a lock taken on one is not seen on the others`,
      ONE_WRITER,
    );
  }
}

const ONE_WRITER =
  'Run migrations against a server that alone takes writes; there is no lease for several writers yet.';

function checkWritable(variables: Variables, where: string): void {
  for (const name of [
    'super_read_only',
    'read_only',
    'innodb_read_only',
    'transaction_read_only',
    'tx_read_only',
  ]) {
    if (!['OFF', '0', undefined].includes(variables.get(name))) {
      throw new MooringError(
        'read-only',
        `${where}: the server is read-only (${name} = ${variables.get(name)}) and takes no writes`,
        {
          hint: 'Connect to the primary, or wait for the failover to end and run again.',
        },
      );
    }
  }
}

async function probe(
  wire: Wire,
  variables: Variables,
  target: Target,
  where: string,
): Promise<{ readonly user: string; readonly pid: number; readonly role: string | undefined }> {
  const [row] = await wire.query(
    'SELECT CONNECTION_ID() AS pid, CURRENT_USER() AS usr, CURRENT_ROLE() AS role',
  );
  const pid = Number(row?.pid);
  // The greeting has room for 32 bits of the number.
  if (pid % 2 ** 32 !== wire.protocolPid && target.pooler !== 'session') {
    throw new MooringError(
      'pooler-detected',
      `${where}: a proxy stands between (it calls the session ${wire.protocolPid}, the server ${variables.get('version')} calls it ${pid}): a lock taken through it may stay with a session that is not ours`,
      {
        hint: 'Connect to the server itself; or, if the proxy keeps one session per client, set connection.pooler: session (--pooler session).',
      },
    );
  }
  return { user: row?.usr ?? '', pid, role: row?.role ?? undefined };
}

/** `11.8.9` of `11.8.9-MariaDB-0+deb13u1`; some old proxies write `5.5.5-` before it. */
function versionOf(text: string): {
  readonly version: string;
  readonly major: number;
  readonly minor: number;
} {
  const [version = '', major = '0', minor = '0'] =
    /(\d+)\.(\d+)(?:\.\d+)*/.exec(text.replace(/^5\.5\.5-/, '')) ?? [];
  return { version, major: Number(major), minor: Number(minor) };
}

function unsupported(message: string, hint: string): MooringError {
  return new MooringError('server-unsupported', message, { hint });
}
