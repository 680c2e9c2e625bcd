import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import {
  type Answer,
  type Application,
  type ContainerSpec,
  type KubeObject,
  type Program,
  type Rehearsal,
  type RehearsalEvent,
  readApplication,
  startRehearsal,
  tellEvent,
  virtualClock,
} from '../../src/rehearsal/rehearsal.ts';
import { argocd } from '../rehearsal/argocd-command.ts';
import { type ApiProxy, startApiProxy } from '../support/api-proxy.ts';
import { ROOT } from '../support/cache.ts';
import { kubectl } from '../support/kubectl.ts';
import { luaHealth } from '../support/lua-health.ts';
import { type Database, sharedPostgres } from '../support/postgres-server.ts';
import { documents, manifestsOf, type Scenario } from './scenario.ts';

const PROGRAM = join(ROOT, 'dist/mooring.mjs');
const HEALTH = readFileSync(join(ROOT, 'manifests/argocd/health.lua'), 'utf8');
const INSTALLED = ['crd/databaseschemas.yaml', 'rbac/runner.yaml', 'rbac/drift.yaml'].flatMap((file) =>
  documents(readFileSync(join(ROOT, 'manifests', file), 'utf8')),
);

/** A cluster, an Argo CD, an API server with something before it, and a database. */
interface Stage {
  readonly scenario: Scenario;
  readonly world: Rehearsal;
  readonly app: Application;
  readonly proxy: ApiProxy;
  readonly database: Database;
  /** Certificate authority of the cluster that the Jobs run in. */
  cluster: string;
  /** What of `kubeconfig` they get. */
  copy: string | undefined;
  /** The grace after a sync is over: its seconds are real ones, which nobody waits for here. */
  later: boolean;
  /** What the application showed last. */
  shown: readonly string[];
}

/** Plays the steps of a scenario; gives what is seen of each. */
export async function play(scenario: Scenario): Promise<readonly string[]> {
  const server = await sharedPostgres();
  const database = await server.createDatabase();
  const stage: { now?: Stage } = {};
  await using world = await startRehearsal({
    container: (spec) => containerOf(spec, () => stage.now),
    // However slow this machine is, a Job takes no time.
    clock: virtualClock({ patience: 300_000 }),
    stamp: () => new Date().toISOString(),
    cluster: [NAMESPACE, secretOf(database.url), ...INSTALLED, ...scenario.cluster],
    health: (object) =>
      object.kind === 'DatabaseSchema'
        ? luaHealth(HEALTH, object, new Date(Date.now() + (stage.now?.later === true ? 61_000 : 0)))
        : undefined,
  });
  await using proxy = await startApiProxy(world.url);
  const app = world.app(readApplication(scenario.application, undefined));
  stage.now = {
    scenario,
    world,
    app,
    proxy,
    database,
    cluster: 'one',
    copy: undefined,
    later: false,
    shown: [],
  };
  const printed: string[] = [];
  try {
    for (const { line } of scenario.steps) {
      const from = world.events.length;
      const { exit, text } = await act(line, stage.now);
      const seen = [...shown(world.events.slice(from)), ...stateNow(stage.now)];
      const said = text === '' && exit === 0 ? [] : [exit === 0 ? text : `[${exit}] ${text}`];
      printed.push([...seen, ...said].join('\n').trim());
    }
  } finally {
    if (stage.now.copy !== undefined) await drop(database.url, stage.now.copy);
    await database.drop();
  }
  return printed;
}

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } } as KubeObject;

function secretOf(url: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop-db', namespace: 'demo' },
    data: { url: Buffer.from(url).toString('base64') },
  } as unknown as KubeObject;
}

/** The real program in place of the image `mooring`; it meets the API server through the proxy. */
function containerOf(
  { image, args, env }: ContainerSpec,
  stageOf: () => Stage | undefined,
): Program | undefined {
  const stage = stageOf();
  if (image !== 'mooring' || stage === undefined) return undefined;
  const { KUBECONFIG: given, ...rest } = env;
  return {
    file: process.execPath,
    args: [PROGRAM, ...args],
    env: { ...rest, ...(given === undefined ? {} : { KUBECONFIG: throughProxy(given, stage) }) },
  };
}

function throughProxy(path: string, { proxy, cluster }: Stage): string {
  const config = JSON.parse(readFileSync(path, 'utf8')) as {
    clusters: { cluster: Record<string, unknown> }[];
  };
  for (const each of config.clusters) {
    each.cluster.server = proxy.url;
    each.cluster['certificate-authority-data'] = Buffer.from(cluster).toString('base64');
  }
  const other = `${path}.${cluster}`;
  writeFileSync(other, JSON.stringify(config), { mode: 0o600 });
  return other;
}

/** What people look at: the ends of things, in words without times and made-up names. */
function shown(events: readonly RehearsalEvent[]): readonly string[] {
  return events.filter(isShown).map((event) => normal(tellEvent(event)));
}

/** Sync status and health as they are after a step, if they are others than before. */
function stateNow(stage: Stage): readonly string[] {
  const last = (type: 'sync-status' | 'health'): readonly string[] =>
    stage.world.events.flatMap((event) => (event.type === type ? [normal(tellEvent(event))] : [])).slice(-1);
  const now = [...last('sync-status'), ...last('health')];
  const changed = now.filter((line) => !stage.shown.includes(line));
  stage.shown = now;
  return changed;
}

function isShown(event: RehearsalEvent): boolean {
  switch (event.type) {
    case 'operation-started':
    case 'operation-ended':
    case 'operation-retries':
    case 'reported':
    case 'condition':
    case 'rolled-out':
    case 'rollout-stuck':
    case 'pod-waits':
    case 'pod-signalled':
      return true;
    case 'pod-said':
      return !/^(mooring \S+ \w+ of|applying) /.test(event.line);
    case 'pod-ended':
      return event.exitCode !== 0;
    case 'job-ended':
      return event.condition === 'Failed';
    case 'written':
      return event.what === 'deleted';
    default:
      return false;
  }
}

/** What differs from run to run. */
function normal(text: string): string {
  return text
    .replace(/shop-(prepare|converge)-[0-9a-f]{10}/g, '$1')
    .replace(/shop-drift-\w+/g, 'check')
    .replaceAll('Job/shop-gate', 'Job/gate')
    .replace(/ended: (\d+): [\s\S]*/, 'ended: $1')
    .replace(/pod demo\/[\w-]+/g, 'pod demo/POD')
    .replace(/sha256:[0-9a-f]{6,64}…?/g, 'sha256:…')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replace(/127\.0\.0\.1:\d+/g, 'API')
    .replace(/\b\d+(\.\d+)? (s ago|s\b)/g, 'N $2')
    .replace(/pid \d+/g, 'pid N')
    .replace(/\(\d+ ms\)/g, '(N ms)')
    .replace(/\/tmp\/mooring-rehearsal-\S+?\/bundle/g, 'BUNDLE')
    .replace(/mooring_test_\w+/g, 'DATABASE')
    .replaceAll('\n', '\n    ');
}

const SILENT: Answer = { exit: 0, text: '' };

async function act(line: string, stage: Stage): Promise<Answer> {
  const [, program = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
  const { world, app, scenario, database, proxy } = stage;
  switch (program) {
    case 'git': {
      const revision = words(rest)[1] ?? '';
      app.commit(revision, { manifests: await manifestsOf(scenario, revision) });
      return SILENT;
    }
    case 'argocd':
      if (/^app (sync|rollback)/.test(rest)) stage.later = false;
      return argocd(words(rest), { app, world });
    case 'kubectl': {
      const { namespace } = app.settings;
      const config = JSON.parse(readFileSync(await world.kubeconfig(namespace), 'utf8'));
      const { exit, text } = await kubectl(words(rest), {
        url: world.url,
        token: config.users[0].user.token,
        namespace,
      });
      return { exit, text: normal(text) };
    }
    case 'wait':
      stage.later ||= seconds(rest) >= 60;
      await world.wait(seconds(rest) * 1000);
      return SILENT;
    case 'psql':
      return { exit: 0, text: await ask(database.url, rest) };
    case 'mooring': {
      const { exitCode = 1, all } = await execa(process.execPath, [PROGRAM, ...words(rest)], {
        env: { MOORING_DATABASE_URL: database.url, MOORING_NAMESPACE: 'demo' },
        all: true,
        reject: false,
      });
      return { exit: exitCode, text: normal(all) };
    }
    case 'marks':
      return { exit: 0, text: marks(stage) };
    case 'status':
      return { exit: 0, text: status(stage) };
    case 'api':
      return api(words(rest), proxy);
    case 'cluster':
      stage.cluster = rest;
      return SILENT;
    case 'backup':
      stage.copy = await copy(database.url);
      return SILENT;
    case 'restore':
      await restore(database.url, stage.copy ?? '');
      stage.copy = undefined;
      return SILENT;
    default:
      throw new Error(`no such step: ${line}`);
  }
}

/** `api 409 3 PATCH status`: the next three such requests are answered so; `api away 2`, `api slow 2000 1`. */
function api([what = '', ...rest]: readonly string[], proxy: ApiProxy): Answer {
  const [ms, args] = what === 'slow' ? [Number(rest[0]), rest.slice(1)] : [0, rest];
  const [count = '1', method, path] = args;
  const which = { method, path };
  const reasons: Readonly<Record<string, string>> = {
    403: 'Forbidden',
    409: 'Conflict',
    429: 'TooManyRequests',
    500: 'InternalError',
    503: 'ServiceUnavailable',
  };
  const n = count === 'all' ? Number.POSITIVE_INFINITY : Number(count);
  if (what === 'away') proxy.trouble({ kind: 'away' }, n, which);
  else if (what === 'slow') proxy.trouble({ kind: 'slow', ms }, n, which);
  else if (what === 'met') return { exit: 0, text: proxy.left === 0 ? 'all met' : `${proxy.left} left` };
  else {
    const retryAfter = what === '429' ? { retryAfter: 1 } : {};
    proxy.trouble(
      { kind: 'answer', status: Number(what), reason: reasons[what] ?? '', ...retryAfter },
      n,
      which,
    );
  }
  return SILENT;
}

function live({ world, app }: Stage, kind: 'prepare' | 'converge' | 'schema'): KubeObject | undefined {
  const { namespace } = app.settings;
  if (kind === 'schema')
    return world.object({ group: 'mooring.dev', kind: 'DatabaseSchema', namespace, name: 'shop' });
  const found = app.comparison?.resources.find(
    ({ ref }) => ref.kind === 'Job' && ref.name.startsWith(`shop-${kind}-`),
  );
  return found === undefined ? undefined : world.object(found.ref);
}

function marks(stage: Stage): string {
  return (['prepare', 'converge', 'schema'] as const)
    .map((kind) => {
      const object = live(stage, kind);
      const state = (object?.metadata.annotations as Record<string, string> | undefined)?.[
        'mooring.dev/state'
      ];
      return `${kind}: ${object === undefined ? 'not there' : normal(String(state))}`;
    })
    .join('\n');
}

function status(stage: Stage): string {
  const object = live(stage, 'schema') as
    | (KubeObject & {
        status?: {
          conditions?: { type: string; status: string; reason: string; message: string }[];
          lastRun?: { job: string; result: string; applied: number; undone: number };
          history?: { count: number; head?: string };
          drift?: { count: number };
          held?: { id: string; reason: string }[];
        };
      })
    | undefined;
  if (object === undefined) return 'no DatabaseSchema';
  const { conditions = [], lastRun, history, drift, held = [] } = object.status ?? {};
  return [
    ...conditions.map((each) => normal(`${each.type} ${each.status} ${each.reason}: ${each.message}`)),
    ...(history === undefined ? [] : [`history: ${history.count} applied, head ${history.head ?? 'none'}`]),
    ...(drift === undefined ? [] : [`drift: ${drift.count}`]),
    ...held.map(({ id, reason }) => `held: ${id} ${reason}`),
    ...(lastRun === undefined
      ? ['no run told of']
      : [`last run: ${lastRun.job} ${lastRun.result}, ${lastRun.applied} applied, ${lastRun.undone} undone`]),
  ].join('\n');
}

async function ask(url: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results = [await client.query({ text: sql, rowMode: 'array' })].flat();
    const rows: unknown[][] = results.at(-1)?.rows ?? [];
    return rows.map((row) => row.join(' | ')).join('\n');
  } finally {
    await client.end();
  }
}

/** A copy of the database as it is now, for `restore`. */
async function copy(url: string): Promise<string> {
  const name = new URL(url).pathname.slice(1);
  await ask(adminOf(url), `create database ${name}_copy template ${name}`);
  return `${name}_copy`;
}

async function restore(url: string, from: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await ask(adminOf(url), `drop database ${name} with (force)`);
  await ask(adminOf(url), `alter database ${from} rename to ${name}`);
}

async function drop(url: string, name: string): Promise<void> {
  await ask(adminOf(url), `drop database if exists ${name} with (force)`);
}

function adminOf(url: string): string {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  return admin.href;
}

function words(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function seconds(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`no time: ${text}`);
  return Number(number) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
}
