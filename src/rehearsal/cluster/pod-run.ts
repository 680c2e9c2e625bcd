import { mkdir, rm } from 'node:fs/promises';
import { at, type Json, type JsonMap, listAt, mapAt, textAt, textsAt, withAt } from '../values.ts';
import { type Access, accountUser } from './access.ts';
import { type Cluster, KUBELET } from './cluster.ts';
import type { Container } from './container.ts';
import { isDeleting, type KubeObject, ownersOf, type Ref, refOf } from './object.ts';
import { environmentOf, expanded } from './pod-environment.ts';
import { NotYet } from './pod-reference.ts';
import { makeVolumes, rewritten, type Volumes } from './pod-volumes.ts';
import { type Program, type Running, startProgram } from './program.ts';

export interface PodRunParts {
  readonly cluster: Cluster;
  readonly access: Access;
  readonly container: Container;
  /** For its volumes; made here, removed at its end. */
  readonly folder: string;
  readonly pod: KubeObject;
}

interface Ended {
  readonly name: string;
  readonly exitCode: number;
  readonly message: string;
}

/** The life of one pod: waiting, its containers as processes, its end. */
export class PodRun {
  readonly #parts: PodRunParts;
  readonly #pod: Ref;
  readonly #of: Ref;
  readonly #logs = new Map<string, string[]>();
  #state: 'pending' | 'waiting' | 'running' | 'ended' = 'pending';
  #volumes: Volumes | undefined;
  #running: Running[] = [];
  #ended: Promise<void> = Promise.resolve();
  #terminating = false;
  #killed = false;
  #starting: Promise<void> = Promise.resolve();

  constructor(parts: PodRunParts) {
    this.#parts = parts;
    this.#pod = refOf(parts.pod);
    const [owner] = ownersOf(parts.pod);
    this.#of =
      owner === undefined ? this.#pod : { ...this.#pod, group: 'batch', kind: owner.kind, name: owner.name };
  }

  get state(): 'pending' | 'waiting' | 'running' | 'ended' {
    return this.#state;
  }

  get pod(): KubeObject {
    return this.#parts.pod;
  }

  /** Starts its processes, or says what it waits for. */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { cluster, pod, folder } = this.#parts;
    if (this.#killed || (this.#state !== 'pending' && this.#state !== 'waiting')) return;
    if (cluster.store.find(this.#pod) === undefined) return;
    try {
      await mkdir(folder, { recursive: true });
      this.#volumes = await makeVolumes(cluster.store, pod, folder, () =>
        this.#parts.access.tokenOf(this.#account()),
      );
      const programs = await Promise.all(this.#containers('containers').map((one) => this.#program(one)));
      const before = await Promise.all(this.#containers('initContainers').map((one) => this.#program(one)));
      if (this.#killed) return;
      this.#state = 'running';
      this.#status({ phase: 'Running', startTime: cluster.store.stamp() });
      cluster.tell({ type: 'pod-started', pod: this.#pod, of: this.#of });
      this.#ended = this.#run(before, programs);
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      this.#wait(error);
    }
  }

  /** SIGTERM, and SIGKILL when the grace period, in seconds, is over. */
  terminate(grace: number): void {
    if (this.#terminating || this.#state !== 'running') return;
    this.#terminating = true;
    this.#signal('SIGTERM');
    this.#parts.cluster.clock.after(grace * 1000, () => {
      if (this.#state === 'running') this.#signal('SIGKILL');
    });
  }

  /** At once, without a word; what has not begun does not begin any more. */
  async kill(): Promise<void> {
    this.#killed = true;
    for (const running of this.#running) running.signal('SIGKILL');
    if (this.#state !== 'running') this.#state = 'ended';
    await this.#starting.catch(() => {});
    await this.#ended;
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  async refresh(): Promise<void> {
    if (this.#state === 'running') await this.#volumes?.refresh();
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#parts.cluster.tell({ type: 'pod-signalled', pod: this.#pod, of: this.#of, signal });
    for (const running of this.#running) running.signal(signal);
  }

  async #run(before: readonly NamedProgram[], programs: readonly NamedProgram[]): Promise<void> {
    const ended: Ended[] = [];
    for (const one of before) {
      ended.push(await this.#one(one));
      if (ended.at(-1)?.exitCode !== 0 || this.#terminating || this.#killed) return this.#over(ended, []);
    }
    const main = await Promise.all(programs.map((one) => this.#one(one)));
    this.#over(ended, main);
  }

  #one({ name, program, container }: NamedProgram): Promise<Ended> {
    const { cluster } = this.#parts;
    const log: string[] = [];
    this.#logs.set(name, log);
    return new Promise((resolve) => {
      const running = startProgram(program, cluster.clock, {
        line: (line) => {
          log.push(line);
          cluster.tell({ type: 'pod-said', pod: this.#pod, of: this.#of, line });
        },
        ended: (exitCode) => {
          this.#running = this.#running.filter((other) => other !== running);
          const falls = textAt(container, 'terminationMessagePolicy') === 'FallbackToLogsOnError';
          resolve({ name, exitCode, message: falls && exitCode !== 0 ? lastWords(log) : '' });
        },
      });
      this.#running.push(running);
    });
  }

  #over(before: readonly Ended[], main: readonly Ended[]): void {
    const { cluster } = this.#parts;
    this.#state = 'ended';
    const all = [...before, ...main];
    const failed = all.find(({ exitCode }) => exitCode !== 0);
    const pod = cluster.store.find(this.#pod);
    if (pod === undefined) return;
    cluster.tell({
      type: 'pod-ended',
      pod: this.#pod,
      of: this.#of,
      exitCode: failed?.exitCode ?? 0,
      message: failed?.message ?? '',
    });
    this.#status({
      phase: failed === undefined && !(this.#terminating && main.length === 0) ? 'Succeeded' : 'Failed',
      initContainerStatuses: before.map((one) => terminated(one, cluster.store.stamp())),
      containerStatuses: main.map((one) => terminated(one, cluster.store.stamp())),
    });
    if (isDeleting(pod)) cluster.store.drop(this.#pod, KUBELET);
  }

  #wait({ reason, message }: NotYet): void {
    const { cluster } = this.#parts;
    if (this.#state === 'waiting') return;
    this.#state = 'waiting';
    this.#status({
      phase: 'Pending',
      containerStatuses: this.#containers('containers').map((container) => ({
        name: textAt(container, 'name') ?? '',
        state: { waiting: { reason, message } },
      })),
    });
    cluster.tell({ type: 'pod-waits', pod: this.#pod, of: this.#of, reason, message });
  }

  #status(status: JsonMap): void {
    const { store } = this.#parts.cluster;
    const pod = store.find(this.#pod);
    if (pod !== undefined) store.setStatus(this.#pod, KUBELET, { ...mapAt(pod, 'status'), ...status });
  }

  #containers(list: 'containers' | 'initContainers'): readonly Json[] {
    return listAt(this.#parts.pod, 'spec', list);
  }

  async #program(container: Json): Promise<NamedProgram> {
    const { cluster, pod, access } = this.#parts;
    const mounts = this.#volumes?.mountsOf(container) ?? [];
    const set = environmentOf(cluster.store, pod, container);
    const place = (text: string) => rewritten(expanded(text, set), mounts);
    const env = Object.fromEntries(
      Object.entries(set).map(([name, value]) => [name, rewritten(value, mounts)]),
    );
    const { namespace } = this.#pod;
    const spec = {
      pod: this.#pod,
      name: textAt(container, 'name') ?? '',
      image: textAt(container, 'image') ?? '',
      command: textsAt(container, 'command').map(place),
      args: textsAt(container, 'args').map(place),
      env: this.#hasToken()
        ? { KUBECONFIG: await access.kubeconfig(this.#account(), namespace), ...env }
        : env,
    };
    const program = this.#parts.container(spec);
    if (program === undefined) throw new NotYet('ImagePullBackOff', `Back-off pulling image "${spec.image}"`);
    return { name: spec.name, container, program: { ...program, env: { ...spec.env, ...program.env } } };
  }

  /** The pod's own word counts before that of its account. */
  #hasToken(): boolean {
    const { cluster, pod } = this.#parts;
    const { namespace } = this.#pod;
    const ref = { group: '', kind: 'ServiceAccount', namespace, name: this.#accountName() };
    const said = at(pod, 'spec', 'automountServiceAccountToken');
    return (said ?? at(cluster.store.find(ref), 'automountServiceAccountToken')) !== false;
  }

  #account(): string {
    return accountUser(this.#pod.namespace, this.#accountName());
  }

  #accountName(): string {
    return textAt(this.#parts.pod, 'spec', 'serviceAccountName') ?? 'default';
  }
}

interface NamedProgram {
  readonly name: string;
  readonly container: Json;
  readonly program: Program;
}

function terminated({ name, exitCode, message }: Ended, at: string): JsonMap {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const state = { exitCode, reason, finishedAt: at, ...(message === '' ? {} : { message }) };
  return withAt({ name }, ['state', 'terminated'], state);
}

/** What becomes of a log as a termination message: its last 80 lines, of these the last 2,048 bytes. */
function lastWords(lines: readonly string[]): string {
  const bytes = Buffer.from(lines.slice(-80).join('\n'));
  return new TextDecoder().decode(bytes.subarray(Math.max(0, bytes.length - 2048))).replace(/^\uFFFD+/, '');
}
