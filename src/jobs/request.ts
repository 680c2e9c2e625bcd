import { readFileSync } from 'node:fs';
import { type BundledDefinition, VERSION } from '../api/api.ts';
import { type Bundle, sourceFiles } from '../bundle/bundle.ts';
import { engineOf, type Target } from '../engines/engines.ts';
import { listMigrations } from '../migrations/migrations.ts';
import type { RunRequest } from '../runner/runner.ts';
import type { Job } from './job.ts';
import type { ConnectionSettings } from './settings.ts';

/** How long a server that was never reached is waited for, milliseconds (design §4.2). */
const PATIENCE = { usual: 60_000, gateSync: 300_000 } as const;

/** What a Job asks of the runner. Its SQL is read when it is needed. Throws what is wrong with the files' names. */
export async function requestOf(job: Job, bundle: Bundle, cluster?: string): Promise<RunRequest> {
  const { settings, io, signal } = job;
  const { definition, digest } = bundle.index;
  const first = settings.role === 'prepare' && definition.spec.gate === 'Sync';
  return {
    engine: await engineOf(definition.spec.engine),
    target: targetOf(settings.connection, definition, settings.role, io.log),
    definition,
    migrations: listMigrations(sourceFiles(bundle), definition),
    bundle: digest,
    owner: `${settings.namespace}/${settings.name}`,
    ...(cluster === undefined ? {} : { cluster }),
    job: settings.job === '' ? `${settings.name}-${settings.role}` : settings.job,
    ...(settings.scratch === undefined ? {} : { scratch: settings.scratch }),
    allow: new Set([...settings.allow, ...definition.spec.hazards.allow]),
    deadline: job.stop.until,
    patience: Math.min(first ? PATIENCE.gateSync : PATIENCE.usual, settings.patience),
    signal,
    // Time for the last words, and to spare (design §4.4).
    leaveAfter: Math.min(5_000, settings.grace * 0.6),
    progress: io.log,
  };
}

function targetOf(
  connection: ConnectionSettings,
  { spec }: BundledDefinition,
  role: string,
  log: (line: string) => void,
): Target {
  const { tls, ca, pooler } = connection;
  const pem = ca === undefined ? undefined : readFileSync(ca.file, 'utf8');
  return {
    url: urlOf(connection, spec.engine),
    // Verified it is anyway; unsaid, the URL may say more.
    ...(tls === 'verify' && pem === undefined
      ? {}
      : { tls: { mode: tls, ...(pem === undefined ? {} : { ca: pem }) } }),
    ...(connection.role === undefined ? {} : { role: connection.role }),
    pooler,
    schemas: spec.scope.schemas,
    application: `mooring ${role}`,
    runner: VERSION,
    onNotice: (message) => log(`notice: ${message}`),
  };
}

function urlOf(connection: ConnectionSettings, scheme: string): string {
  if ('url' in connection) return connection.url;
  const { host, port, database, user, password } = connection;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const who = `${encodeURIComponent(user)}${password === '' ? '' : `:${encodeURIComponent(password)}`}`;
  return `${scheme}://${who}@${name}${port === '' ? '' : `:${port}`}/${encodeURIComponent(database)}`;
}
