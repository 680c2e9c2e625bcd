import { Cron } from 'croner';
import type { Timer } from '../clock.ts';
import { at, mapAt, numberAt, textAt } from '../values.ts';
import { type Cluster, CONTROLLER } from './cluster.ts';
import { endOf } from './job-controller.ts';
import { type KubeObject, keyOf, ownersOf, type Ref, refOf, uidOf, withMetadata } from './object.ts';

/** Kubernetes' CronJob controller, on the rehearsal's clock. It is never late, so that no schedule is ever missed. */
export class CronController {
  readonly #cluster: Cluster;
  readonly #timers = new Map<string, Timer>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.changes.subscribe(({ type, object, before }) => {
      if (object.kind === 'CronJob' && object.apiVersion === 'batch/v1') {
        if (type === 'DELETED') this.#timers.get(keyOf(refOf(object)))?.cancel();
        else if (before?.metadata.generation !== object.metadata.generation) this.#plan(refOf(object));
      }
      const owner = ownersOf(object).find(({ kind }) => kind === 'CronJob');
      if (object.kind === 'Job' && owner !== undefined)
        this.#jobChanged({ ...refOf(object), kind: 'CronJob', name: owner.name }, object);
    });
  }

  #plan(ref: Ref): void {
    const { store, clock } = this.#cluster;
    this.#timers.get(keyOf(ref))?.cancel();
    const cronJob = store.find(ref);
    if (cronJob === undefined || at(cronJob, 'spec', 'suspend') === true) return;
    const schedule = new Cron(textAt(cronJob, 'spec', 'schedule') ?? '', {
      paused: true,
      timezone: textAt(cronJob, 'spec', 'timeZone') ?? 'UTC',
    });
    const next = schedule.nextRun(new Date(clock.now));
    if (next === null) return;
    const timer = clock.after(next.getTime() - clock.now, () => {
      this.#due(ref);
      this.#plan(ref);
    });
    this.#timers.set(keyOf(ref), timer);
  }

  #due(ref: Ref): void {
    const { store, clock } = this.#cluster;
    const cronJob = store.find(ref);
    if (cronJob === undefined) return;
    const active = this.#jobsOf(cronJob).filter((job) => endOf(job) === undefined);
    const policy = textAt(cronJob, 'spec', 'concurrencyPolicy') ?? 'Allow';
    if (active.length > 0 && policy === 'Forbid') return;
    if (policy === 'Replace') for (const job of active) store.remove(refOf(job), CONTROLLER);
    store.create(jobOf(cronJob, `${ref.name}-${Math.floor(clock.now / 60_000)}`), CONTROLLER);
    this.#write(ref, { lastScheduleTime: store.stamp() });
  }

  #jobChanged(ref: Ref, job: KubeObject): void {
    const { store } = this.#cluster;
    const cronJob = store.find(ref);
    if (cronJob === undefined) return;
    this.#write(ref, endOf(job) === 'Complete' ? { lastSuccessfulTime: store.stamp() } : {});
    const limits = [
      ['Complete', numberAt(cronJob, 'spec', 'successfulJobsHistoryLimit') ?? 3],
      ['Failed', numberAt(cronJob, 'spec', 'failedJobsHistoryLimit') ?? 1],
    ] as const;
    for (const [end, limit] of limits) {
      const ended = this.#jobsOf(cronJob).filter((one) => endOf(one) === end);
      for (const old of ended.slice(0, Math.max(0, ended.length - limit)))
        store.remove(refOf(old), CONTROLLER);
    }
  }

  #jobsOf(cronJob: KubeObject): readonly KubeObject[] {
    return this.#cluster.store.dependents(uidOf(cronJob)).filter((object) => object.kind === 'Job');
  }

  #write(ref: Ref, changes: { readonly [key: string]: string }): void {
    const { store } = this.#cluster;
    const cronJob = store.get(ref);
    const active = this.#jobsOf(cronJob)
      .filter((job) => endOf(job) === undefined)
      .map((job) => ({ apiVersion: 'batch/v1', kind: 'Job', name: job.metadata.name, uid: uidOf(job) }));
    store.setStatus(ref, CONTROLLER, { ...mapAt(cronJob, 'status'), ...changes, active });
  }
}

function jobOf(cronJob: KubeObject, name: string): KubeObject {
  const template = mapAt(cronJob, 'spec', 'jobTemplate');
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: mapAt(template, 'spec') };
  return withMetadata(job, {
    ...mapAt(template, 'metadata'),
    name,
    namespace: cronJob.metadata.namespace,
    ownerReferences: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        name: cronJob.metadata.name,
        uid: uidOf(cronJob),
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
}
