import {
  connectionVariables,
  DATABASE,
  DRIFT_DATABASE,
  ENV,
  type JobRole,
  MooringError,
  sourceVariable,
} from '../api/api.ts';

/** What its manifest tells a Job; made only here, of an environment that anybody may have set. */
export interface JobSettings {
  readonly role: JobRole;
  readonly bundleDir: string;
  /** Of the bundle that it is for, where the manifest says so; else its own object does. */
  readonly bundleDigest?: string;
  readonly name: string;
  /** `''` outside a cluster. */
  readonly namespace: string;
  /** Name of the Job; `''` outside a cluster. */
  readonly job: string;
  readonly target: string;
  /** Milliseconds. */
  readonly deadline: number;
  readonly grace: number;
  /** The longest wait for what is not there yet, whatever is waited for; milliseconds. */
  readonly patience: number;
  readonly connection: ConnectionSettings;
  /** URL of a server for scratch databases. */
  readonly scratch?: string;
  /** Codes that a person has allowed. */
  readonly allow: readonly string[];
}

export type ConnectionSettings = {
  readonly tls: 'verify' | 'encrypt' | 'off';
  /** A file in PEM, and where it comes from, in words. */
  readonly ca?: { readonly file: string; readonly source: string };
  readonly role?: string;
  readonly pooler: 'none' | 'session';
  /** What should be there and is not: where it should come from. */
  readonly missing: readonly string[];
} & (
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: string;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    }
);

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws `usage` for an environment that no manifest of ours has. */
export function readSettings(role: JobRole, env: Environment): JobSettings {
  const digest = env[ENV.bundleDigest];
  return {
    role,
    bundleDir: required(env, ENV.bundleDir),
    ...(digest === undefined || digest === '' ? {} : { bundleDigest: digest }),
    name: required(env, ENV.name),
    namespace: env[ENV.namespace] ?? '',
    job: env[ENV.job] ?? '',
    target: env[ENV.target] ?? '',
    deadline: seconds(env, ENV.deadline, 1800),
    grace: graceOf(env),
    patience: seconds(env, ENV.patience, Number.MAX_SAFE_INTEGER / 1000),
    connection: connectionOf(env),
    ...scratchOf(env),
    allow: (env.MOORING_ALLOW_HAZARDS ?? '').split(',').filter((code) => code !== ''),
  };
}

function scratchOf(env: Environment): { readonly scratch?: string } {
  const url = env[ENV.scratchUrl] ?? '';
  return url === '' ? {} : { scratch: url };
}

/** From SIGTERM to SIGKILL, milliseconds. Throws `usage`. */
export function graceOf(env: Environment): number {
  return seconds(env, ENV.grace, 60);
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new MooringError(
    'usage',
    `${name} is not set: this is what a Job runs, with what its manifest sets`,
    {
      hint: 'On a laptop or in CI: mooring migrate DIR --url …',
    },
  );
}

function seconds(env: Environment, name: string, fallback: number): number {
  const text = env[name] ?? '';
  const value = text === '' ? fallback : Number(text);
  if (Number.isFinite(value) && value >= 0) return value * 1000;
  throw new MooringError('usage', `${name} is "${text}": expected a number of seconds`, {
    hint: 'Render the manifests again, and sync.',
  });
}

/** The check may have an account of its own. */
function connectionOf(env: Environment): ConnectionSettings {
  const drift = connectionVariables(DRIFT_DATABASE);
  const own = env[drift.tls] !== undefined || env[drift.url] !== undefined;
  const names = own ? drift : connectionVariables(DATABASE);
  const role = env[names.role] ?? '';
  const caFile = env[names.caFile] ?? '';
  const parts = [names.user, names.password].map((name) => sourceVariable(name));
  const byParts = env[names.host] !== undefined || parts.some((name) => env[name] !== undefined);
  return {
    tls: oneOf(env, names.tls, ['verify', 'encrypt', 'off']),
    ...(caFile === '' ? {} : { ca: { file: caFile, source: source(env, names.caFile) } }),
    ...(role === '' ? {} : { role }),
    pooler: oneOf(env, names.pooler, ['none', 'session']),
    missing: (byParts ? [names.user, names.password] : [names.url]).flatMap((name) => missing(env, name)),
    ...(byParts
      ? {
          host: required(env, names.host),
          port: env[names.port] ?? '',
          database: required(env, names.name),
          user: env[names.user] ?? '',
          password: env[names.password] ?? '',
        }
      : { url: env[names.url] ?? '' }),
  };
}

/** The reference is optional, so that the container starts without it and can say which one it lacks. */
function missing(env: Environment, name: string): readonly string[] {
  const value = env[name];
  // A password may be empty, nothing else.
  if (value !== undefined && (value !== '' || name.endsWith('_PASSWORD'))) return [];
  return [source(env, name)];
}

/** `Secret/shop-db/url` in words. */
function source(env: Environment, name: string): string {
  const [kind, object, ...key] = (env[sourceVariable(name)] ?? '').split('/');
  return object === undefined ? name : `key ${key.join('/')} in ${kind} ${object} (${name})`;
}

function oneOf<const Words extends readonly string[]>(
  env: Environment,
  name: string,
  words: Words,
): Words[number] {
  const text = env[name] ?? '';
  const found = text === '' ? words[0] : words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new MooringError('usage', `${name} is "${text}": expected ${words.join(', ')}`, {
    hint: 'Render the manifests again, and sync.',
  });
}
