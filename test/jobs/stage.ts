import {
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type pg from 'pg';
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
import { ask, copy, drop, holdLock, restore } from './databases.ts';
import { documents, manifestsOf, type Scenario, withDirectory } from './scenario.ts';

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
  checks: number;
  /** The next pod of a role starts that much later than others, milliseconds. */
  late: { readonly role: string; readonly by: number } | undefined;
  /** The next bundle that a Job mounts is the older one, for so many milliseconds. */
  stale: number | undefined;
  /** The bundle that was mounted last. */
  bundle: string | undefined;
  holder: pg.Client | undefined;
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
    clock: virtualClock({ patience: scenario.patience }),
    latency: { podStart: (pod) => podStart(pod, stage.now) },
    stamp: () => new Date().toISOString(),
    cluster: [NAMESPACE, secretOf(database.url), ...INSTALLED, ...scenario.cluster],
    health: (object) =>
      object.kind === 'DatabaseSchema'
        ? luaHealth(HEALTH, object, new Date(Date.now() + (stage.now?.later === true ? 61_000 : 0)))
        : undefined,
  });
  await using proxy = await startApiProxy(world.url);
  const app = world.app(readApplication(scenario.application, undefined));
  const now: Stage = {
    scenario,
    world,
    app,
    proxy,
    database,
    cluster: 'one',
    copy: undefined,
    later: false,
    checks: 0,
    late: undefined,
    stale: undefined,
    bundle: undefined,
    holder: undefined,
    shown: [],
  };
  stage.now = now;
  const printed: string[] = [];
  try {
    for (const { line } of scenario.steps) {
      const from = world.events.length;
      const { exit, text } = await act(line, now);
      const seen = [...shown(world.events.slice(from)), ...stateNow(now)];
      const said = text === '' && exit === 0 ? [] : [exit === 0 ? text : `[${exit}] ${text}`];
      printed.push([...seen, ...said].join('\n').trim());
    }
  } finally {
    await now.holder?.end();
    if (now.copy !== undefined) await drop(database.url, now.copy);
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

/** One second, as for others, unless it is the one that is to be late. */
function podStart(pod: KubeObject, stage: Stage | undefined): number {
  const role = (pod.metadata.labels as Record<string, string> | undefined)?.['mooring.dev/role'];
  if (stage?.late === undefined || stage.late.role !== role) return 1_000;
  const { by } = stage.late;
  stage.late = undefined;
  return 1_000 + by;
}

/** The real program in place of the image `mooring`; it meets the API server through the proxy. */
function containerOf(
  { image, args, env }: ContainerSpec,
  stageOf: () => Stage | undefined,
): Program | undefined {
  const stage = stageOf();
  if (image !== 'mooring' || stage === undefined) return undefined;
  const { KUBECONFIG: given, MOORING_BUNDLE_DIR: mounted = '', ...rest } = env;
  return {
    file: process.execPath,
    args: [PROGRAM, ...args],
    env: {
      ...rest,
      MOORING_BUNDLE_DIR: asMounted(mounted, stage),
      ...(given === undefined ? {} : { KUBECONFIG: throughProxy(given, stage) }),
    },
  };
}

/** A kubelet that has not yet heard of the newer ConfigMap mounts the older one, and renews it after a while. */
function asMounted(mounted: string, stage: Stage): string {
  const now = `${mounted}.kept`;
  cpSync(realpathSync(join(mounted, '..data')), now, { recursive: true });
  const { stale, bundle } = stage;
  stage.bundle = now;
  if (stale === undefined || bundle === undefined) return mounted;
  stage.stale = undefined;
  const folder = `${mounted}.stale`;
  mkdirSync(folder);
  cpSync(bundle, join(folder, 'old'), { recursive: true });
  symlinkSync('old', join(folder, '..data'));
  setTimeout(() => {
    symlinkSync(now, join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
  }, stale);
  return folder;
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
    .replace(/\bt_[0-9a-f]{12}/g, 'DATABASE')
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
    case 'check':
      await check(stage);
      return SILENT;
    case 'psql':
      return { exit: 0, text: await ask(database.url, rest) };
    case 'mooring':
      return laptop(words(rest), stage);
    case 'late':
      stage.late = { role: words(rest)[0] ?? '', by: seconds(words(rest)[1] ?? '') * 1000 };
      return SILENT;
    case 'stale':
      stage.stale = seconds(rest) * 1000;
      return SILENT;
    case 'secret':
      await secret(rest, stage);
      return SILENT;
    case 'marks':
      return { exit: 0, text: marks(stage) };
    case 'status':
      return { exit: 0, text: status(stage) };
    case 'api':
      return api(words(rest), proxy);
    case 'cluster':
      stage.cluster = rest;
      return SILENT;
    case 'hold':
      stage.holder = await holdLock(database.url);
      return SILENT;
    case 'free':
      await stage.holder?.end();
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

/** A Job of the CronJob, now: as Argo CD's action *create job* makes one. */
async function check(stage: Stage): Promise<void> {
  const { world, app } = stage;
  const { namespace } = app.settings;
  const cron = world.object({ group: 'batch', kind: 'CronJob', namespace, name: 'shop-drift' });
  const template = (cron as { spec?: { jobTemplate?: { metadata?: object; spec?: object } } } | undefined)
    ?.spec?.jobTemplate;
  if (template === undefined) throw new Error('there is no CronJob');
  stage.checks += 1;
  const name = `shop-drift-${stage.checks}`;
  const config = JSON.parse(readFileSync(await world.kubeconfig(namespace), 'utf8'));
  const response = await fetch(`${world.url}/apis/batch/v1/namespaces/${namespace}/jobs`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${config.users[0].user.token}`,
      'content-type': 'application/json',
      'user-agent': 'kubectl-create',
    },
    body: JSON.stringify({ ...template, metadata: { ...template.metadata, name, namespace } }),
  });
  if (!response.ok) throw new Error(await response.text());
  const ended = (event: RehearsalEvent): boolean => event.type === 'job-ended' && event.job.name === name;
  await world.until(() => world.events.some(ended), 3_600_000);
  // Argo CD looks.
  await world.wait(1_000);
}

/** `mooring VERB @shop:1,2`: with a schema directory of that name and those migrations. */
async function laptop(args: readonly string[], { scenario, database }: Stage): Promise<Answer> {
  const [, name = '', versions = ''] = args.map((word) => /^@(\w+):([\d,]+)$/.exec(word)).find(Boolean) ?? [];
  return withDirectory(scenario, { name: name || 'shop', versions: versions.split(',') }, async (dir) => {
    const { exitCode = 1, all } = await execa(
      process.execPath,
      [PROGRAM, ...args.map((word) => (word.startsWith('@') ? dir : word))],
      {
        env: { MOORING_DATABASE_URL: database.url, MOORING_NAMESPACE: 'demo' },
        all: true,
        reject: false,
      },
    );
    return { exit: exitCode, text: normal(all) };
  });
}

/** `secret nowhere`: it leads to a database that is not there. */
async function secret(where: string, { world, app, database }: Stage): Promise<void> {
  const { namespace } = app.settings;
  const url = where === 'nowhere' ? `${database.url}_gone` : database.url;
  const config = JSON.parse(readFileSync(await world.kubeconfig(namespace), 'utf8'));
  const target = { url: world.url, token: config.users[0].user.token, namespace };
  const patch = JSON.stringify({ data: { url: Buffer.from(url).toString('base64') } });
  await kubectl(['patch', 'secret/shop-db', '--type', 'merge', '-p', patch], target);
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
  else if (what === 'ok') proxy.clear();
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

function words(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function seconds(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`no time: ${text}`);
  return Number(number) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
}
