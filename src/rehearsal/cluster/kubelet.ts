import { join } from 'node:path';
import { numberAt } from '../values.ts';
import type { Access } from './access.ts';
import type { Cluster } from './cluster.ts';
import type { Container } from './container.ts';
import { isDeleting, type KubeObject, uidOf } from './object.ts';
import { PodRun } from './pod-run.ts';

/** Runs the pods of the cluster as processes of this machine. */
export class Kubelet {
  readonly #cluster: Cluster;
  readonly #access: Access;
  readonly #container: Container;
  readonly #folder: string;
  readonly #runs = new Map<string, PodRun>();
  #closed = false;

  constructor(cluster: Cluster, access: Access, container: Container, folder: string) {
    this.#cluster = cluster;
    this.#access = access;
    this.#container = container;
    this.#folder = folder;
    cluster.store.changes.subscribe(({ type, object, before }) => {
      if (object.kind === 'ConfigMap' || object.kind === 'Secret') this.#dataChanged();
      if (object.kind !== 'Pod') return;
      if (type === 'ADDED') this.#begin(object);
      else if (type === 'DELETED') this.#gone(object);
      else if (isDeleting(object) && (before === undefined || !isDeleting(before))) this.#end(object);
    });
  }

  /** Kills all that still runs; nothing begins any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#runs.values()].map((run) => run.kill()));
  }

  #begin(pod: KubeObject): void {
    if (this.#closed) return;
    const { clock } = this.#cluster;
    const run = new PodRun({
      cluster: this.#cluster,
      access: this.#access,
      container: this.#container,
      folder: join(this.#folder, 'pods', uidOf(pod)),
      pod,
    });
    this.#runs.set(uidOf(pod), run);
    clock.after(this.#delay(pod), () => run.start());
  }

  #delay(pod: KubeObject): number {
    const { podStart } = this.#cluster.latency;
    return typeof podStart === 'number' ? podStart : podStart(pod);
  }

  #dataChanged(): void {
    const { clock, latency } = this.#cluster;
    for (const run of this.#runs.values()) {
      if (run.state === 'waiting') clock.after(this.#delay(run.pod), () => run.start());
      else if (run.state === 'running') clock.after(latency.volume, () => run.refresh());
    }
  }

  #end(pod: KubeObject): void {
    this.#runs.get(uidOf(pod))?.terminate(numberAt(pod, 'metadata', 'deletionGracePeriodSeconds') ?? 30);
  }

  #gone(pod: KubeObject): void {
    const run = this.#runs.get(uidOf(pod));
    this.#runs.delete(uidOf(pod));
    void run?.kill();
  }
}
