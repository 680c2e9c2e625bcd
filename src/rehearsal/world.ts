import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from './application.ts';
import { AppState } from './argocd/app-state.ts';
import { AppController } from './argocd/controller.ts';
import { LiveCache } from './argocd/live-cache.ts';
import type { Settings } from './argocd/settings.ts';
import { type Clock, virtualClock } from './clock.ts';
import { Access, ADMIN } from './cluster/access.ts';
import { startApiServer } from './cluster/api-server.ts';
import { type Cluster, LATENCY, type Latency } from './cluster/cluster.ts';
import type { Container } from './cluster/container.ts';
import { CronController } from './cluster/cron-controller.ts';
import { controlDeployments, type Starts } from './cluster/deployment-controller.ts';
import { collectGarbage } from './cluster/garbage.ts';
import { JobController } from './cluster/job-controller.ts';
import { Kinds } from './cluster/kinds.ts';
import { Kubelet } from './cluster/kubelet.ts';
import type { KubeObject, Ref } from './cluster/object.ts';
import { Store } from './cluster/store.ts';
import type { Happening, RehearsalEvent } from './event.ts';
import type { HealthCheck } from './health.ts';
import { type TreeNode, treeOf } from './tree.ts';
import { tellWrites } from './writes.ts';

export interface RehearsalOptions {
  /** The process that stands for a container. */
  readonly container: Container;
  /** A virtual one by default, which jumps from one act to the next. */
  readonly clock?: Clock;
  /**
   * The time that the API server writes into objects and tells in its Date header. By default the clock's, in whole
   * seconds, as Kubernetes has it. Where Jobs compare it with a clock that is none of ours, such as a database's, it has
   * to be the real time, and finer.
   */
  readonly stamp?: () => string;
  /** The health of custom resources. */
  readonly health?: HealthCheck;
  /** Can the pods of a Deployment become ready? Always, by default. */
  readonly starts?: Starts;
  /** What is in the cluster before anything else: namespaces, definitions, Secrets. */
  readonly cluster?: readonly KubeObject[];
  readonly latency?: Partial<Latency>;
  /** Milliseconds between waves: `ARGOCD_SYNC_WAVE_DELAY`. */
  readonly waveDelay?: number;
  /** Called with each event as it happens. */
  readonly onEvent?: (event: RehearsalEvent) => void;
}

/** A small cluster with an Argo CD in it. Nothing happens in it but while somebody waits for something. */
export interface Rehearsal extends AsyncDisposable {
  readonly clock: Clock;
  /** All that happened so far. */
  readonly events: readonly RehearsalEvent[];
  /** Of the API server. */
  readonly url: string;
  app(settings: Settings): Application;
  tree(app: Application): readonly TreeNode[];
  object(ref: Ref): KubeObject | undefined;
  /** A kubeconfig file of an account, by default of the cluster's administrator; its path. */
  kubeconfig(namespace: string, user?: string): Promise<string>;
  /** What the pod has written so far. */
  log(namespace: string, pod: string): string;
  /** Lets so many milliseconds pass. */
  wait(milliseconds: number): Promise<void>;
  /** Lets time pass until that is so, or the milliseconds are over; tells whether it is. */
  until(condition: () => boolean, milliseconds: number): Promise<boolean>;
  /** Kills what runs, and leaves nothing behind. */
  close(): Promise<void>;
}

/** Begins a rehearsal. Its objects, and the folders that its pods mount, are gone when it is closed. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const clock = options.clock ?? virtualClock();
  const events: RehearsalEvent[] = [];
  const tell = (happening: Happening) => {
    const event = { at: clock.now, ...happening };
    events.push(event);
    options.onEvent?.(event);
  };
  const store = new Store(new Kinds(), options.stamp ?? (() => seconds(clock.now)));
  const latency = { ...LATENCY, ...options.latency };
  const cluster: Cluster = { store, clock, tell, latency };
  const folder = await mkdtemp(join(tmpdir(), 'mooring-rehearsal-'));
  const server = await startApiServer();
  const access = new Access(server.url, folder);
  const cache = new LiveCache(store, clock, latency.cache);
  collectGarbage(cluster);
  new JobController(cluster);
  new CronController(cluster);
  controlDeployments(cluster, options.starts ?? (() => true));
  const kubelet = new Kubelet(cluster, access, options.container, folder);
  for (const object of options.cluster ?? []) store.create(object, { user: ADMIN, manager: 'kubectl' });
  tellWrites(store, tell);
  const log = (namespace: string, pod: string) =>
    events
      .flatMap((event) =>
        event.type === 'pod-said' && event.pod.namespace === namespace && event.pod.name === pod
          ? [`${event.line}\n`]
          : [],
      )
      .join('');
  server.open(store, access, log);
  const controllers = new Map<Application, AppController>();
  const health = options.health ?? (() => undefined);
  const close = async () => {
    await kubelet.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    clock,
    events,
    url: server.url,
    app: (settings) => {
      const state = new AppState(settings, tell);
      const controller = new AppController(state, cluster, cache, health, options.waveDelay ?? 2_000);
      const application = new Application(controller, clock, (source, revision) =>
        tell({
          type: 'committed',
          app: settings.name,
          source: settings.sources.length > 1 ? source : '',
          revision,
        }),
      );
      controllers.set(application, controller);
      return application;
    },
    tree: (app) => {
      const comparing = controllers.get(app)?.comparing;
      return comparing === undefined || app.comparison === undefined ? [] : treeOf(comparing, app.comparison);
    },
    object: (ref) => store.find(ref),
    kubeconfig: (namespace, user = ADMIN) => access.kubeconfig(user, namespace),
    log,
    wait: async (milliseconds) => void (await clock.pass(milliseconds)),
    until: (condition, milliseconds) => clock.pass(milliseconds, condition),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function seconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
