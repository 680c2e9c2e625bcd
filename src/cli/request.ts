import { type Definition, isDuration, MooringError, parseDuration, VERSION } from '../api/api.ts';
import { readBundle } from '../bundle/bundle.ts';
import { type FoundDefinition, parseDefinition, theDefinition } from '../definition/definition.ts';
import { engineOf, type Target } from '../engines/engines.ts';
import { listMigrations, type Migration, readMigrations } from '../migrations/migrations.ts';
import type { RunRequest } from '../runner/runner.ts';
import { type Given, list, text } from './command.ts';
import type { Io } from './io.ts';

/** A schema directory, read once. */
export interface Loaded {
  readonly found: FoundDefinition;
  readonly migrations: readonly Migration[];
  /** `sha256:…` of its bundle, made when it is first asked for. */
  readonly digest: string;
}

/** The one definition at or below DIR with its migrations. Throws what is wrong with them. */
export async function loadDirectory(given: Given): Promise<Loaded> {
  return readFiles(await findDefinition(given), readMigrations);
}

/**
 * What a run of the one definition at or below DIR is asked to do. Its files are being read while the server is
 * connected to; the SQL of those that are not pending is never read.
 */
export async function runRequest(given: Given, io: Io): Promise<RunRequest> {
  const found = await findDefinition(given);
  const request = await requestOf(given, io, { found, migrations: [], digest: '' });
  const reading = readFiles(found, listMigrations).then((loaded) => ({
    migrations: loaded.migrations,
    get bundle() {
      return loaded.digest;
    },
  }));
  // The run waits for it, and hears then what was wrong.
  reading.catch(() => {});
  return { ...request, reading };
}

async function findDefinition(given: Given): Promise<FoundDefinition> {
  const found = await theDefinition(given.args.DIR ?? '.', text(given, 'env'));
  return found;
}

async function readFiles(found: FoundDefinition, read: typeof readMigrations): Promise<Loaded> {
  const schema = await readBundle(found, { read });
  return {
    found,
    migrations: schema.migrations,
    get digest() {
      return schema.bundle.index.digest;
    },
  };
}

/** What a command asks of a database; with a DIR its definition rules, without one the defaults. */
export async function requestOf(given: Given, io: Io, loaded: Loaded | undefined): Promise<RunRequest> {
  const url = databaseUrl(given, io);
  const definition = narrowed(given, loaded?.found.definition ?? defaultDefinition(url));
  const { spec } = definition;
  return {
    engine: await engineOf(spec.engine),
    target: targetOf(definition, url, given, io),
    definition,
    migrations: loaded?.migrations ?? [],
    bundle: loaded?.digest ?? '',
    owner: loaded === undefined ? '' : `${io.env.MOORING_NAMESPACE ?? ''}/${definition.metadata.name}`,
    allow: new Set(
      [
        ...list(given, 'allow'),
        ...(io.env.MOORING_ALLOW_HAZARDS ?? '').split(','),
        ...spec.hazards.allow,
      ].filter((code) => code !== ''),
    ),
    deadline: Date.now() + duration(given, 'deadline', spec.job.deadline),
    patience: duration(given, 'wait', '0'),
    ...scratchOf(given, io),
    signal: io.signal,
    progress: (message) => io.err(message),
  };
}

function scratchOf(given: Given, io: Io): { readonly scratch?: string } {
  const url = text(given, 'scratch') ?? io.env.MOORING_SCRATCH_URL ?? '';
  return url === '' ? {} : { scratch: url };
}

/** Throws `usage` when there is none. */
export function databaseUrl(given: Given, io: Io): string {
  const url = text(given, 'url') ?? io.env.MOORING_DATABASE_URL;
  if (url !== undefined && url !== '') return url;
  throw new MooringError('usage', 'which database? neither --url nor MOORING_DATABASE_URL is there', {
    hint: 'mooring … --url postgres://USER:PASSWORD@HOST:5432/DATABASE',
  });
}

/** How to reach the database of a definition from a command line. */
export function targetOf(definition: Definition, url: string, given: Given, io: Io): Target {
  const { connection, scope } = definition.spec;
  const pooler = text(given, 'pooler') ?? connection.pooler;
  return {
    url,
    ...(connection.role === undefined ? {} : { role: connection.role }),
    pooler: pooler === 'session' ? 'session' : 'none',
    schemas: scope.schemas,
    application: `mooring ${definition.metadata.name}`,
    runner: VERSION,
    onNotice: (message) => io.err(`notice: ${message}`),
    ...(connection.tls.mode === 'verify' ? {} : { tls: { mode: connection.tls.mode } }),
  };
}

/** Without a definition: everything but the system's own, by the scheme of the URL. */
function defaultDefinition(url: string): Definition {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const engine = scheme === 'mysql' || scheme === 'mariadb' ? scheme : 'postgres';
  return parseDefinition(
    `apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: database}\nspec:\n  engine: ${engine}\n  connection: {urlFrom: {secretKeyRef: {name: unused, key: unused}}}\n`,
    { file: 'defaults' },
  );
}

/** What `--include` names. */
export function inclusion(given: Given): readonly ('privileges' | 'owners')[] {
  return list(given, 'include').map((what) => {
    if (what === 'privileges' || what === 'owners') return what;
    throw new MooringError('usage', `--include ${what}: expected privileges or owners`, {
      hint: '--include privileges,owners',
    });
  });
}

/** `--schema` and `--include` narrow and widen what a command looks at. */
function narrowed(given: Given, definition: Definition): Definition {
  const schemas = list(given, 'schema');
  const include = inclusion(given);
  if (schemas.length === 0 && include.length === 0) return definition;
  const { scope } = definition.spec;
  return {
    ...definition,
    spec: {
      ...definition.spec,
      scope: {
        ...scope,
        ...(schemas.length === 0 ? {} : { schemas }),
        ...(include.length === 0 ? {} : { include }),
      },
    },
  };
}

function duration(given: Given, name: string, fallback: string): number {
  const value = text(given, name) ?? fallback;
  if (!isDuration(value)) {
    throw new MooringError('usage', `--${name} ${value}: expected a duration`, {
      hint: 'Such as 30m, 90s, 500ms, 0.',
    });
  }
  return parseDuration(value);
}
