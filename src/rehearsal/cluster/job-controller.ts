import type { Timer } from '../clock.ts';
import { at, isMap, type Json, type JsonMap, listAt, mapAt, numberAt, textAt } from '../values.ts';
import { type Cluster, CONTROLLER } from './cluster.ts';
import { judgeFailure } from './job-policy.ts';
import { isDeleting, type KubeObject, keyOf, ownersOf, type Ref, refOf, uidOf } from './object.ts';

/** What is known of one Job beyond what its object says. */
interface Progress {
  /** Pods that were counted, by uid: an object that is gone must not be forgotten. */
  readonly counted: Set<string>;
  failures: number;
  succeeded: number;
  failedAt: number | undefined;
  deadline: Timer | undefined;
  retry: Timer | undefined;
  ending: Ending | undefined;
}

interface Ending {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

const FIRST_RETRY = 10_000;
const LAST_RETRY = 360_000;

/** Kubernetes' Job controller, for Jobs of one pod at a time: `completions` and `parallelism` are taken as 1. */
export class JobController {
  readonly #cluster: Cluster;
  readonly #progress = new Map<string, Progress>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.changes.subscribe(({ type, object }) => {
      if (object.kind === 'Job' && object.apiVersion === 'batch/v1') {
        if (type === 'DELETED') this.#forget(object);
        else this.#look(refOf(object));
      }
      const owner = ownersOf(object).find(({ kind }) => kind === 'Job');
      if (object.kind === 'Pod' && owner !== undefined) this.#podChanged(type, object, owner);
    });
  }

  #podChanged(type: string, pod: KubeObject, owner: { name: string; uid: string }): void {
    const ref = { group: 'batch', kind: 'Job', namespace: pod.metadata.namespace ?? '', name: owner.name };
    const job = this.#cluster.store.find(ref);
    if (job === undefined || uidOf(job) !== owner.uid) return;
    // A pod that vanished before anybody saw how it ended has failed.
    this.#count(job, type === 'DELETED' && !isFinished(pod) ? { ...pod, status: { phase: 'Failed' } } : pod);
    this.#look(ref);
  }

  #count(job: KubeObject, pod: KubeObject): void {
    const progress = this.#of(job);
    if (!isFinished(pod) || progress.counted.has(uidOf(pod))) return;
    progress.counted.add(uidOf(pod));
    if (textAt(pod, 'status', 'phase') === 'Succeeded') {
      progress.succeeded += 1;
      return;
    }
    const judgement = judgeFailure(job, pod);
    if (judgement.action === 'Ignore') return;
    progress.failures += 1;
    progress.failedAt = this.#cluster.clock.now;
    if (judgement.action === 'FailJob')
      progress.ending ??= { type: 'Failed', reason: 'PodFailurePolicy', message: judgement.message };
  }

  /** Brings a Job on by what there is to do. */
  #look(ref: Ref): void {
    const job = this.#cluster.store.find(ref);
    if (job === undefined || endOf(job) !== undefined) return;
    const progress = this.#of(job);
    const pods = this.#cluster.store
      .dependents(uidOf(job))
      .filter((pod) => pod.kind === 'Pod' && !isFinished(pod));
    const suspended = at(job, 'spec', 'suspend') === true;
    const limit = numberAt(job, 'spec', 'backoffLimit') ?? 6;
    if (progress.succeeded > 0) {
      progress.ending = {
        type: 'Complete',
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      };
    } else if (progress.failures > limit) {
      progress.ending ??= {
        type: 'Failed',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      };
    }
    if (progress.ending !== undefined || suspended) {
      for (const pod of pods) if (!isDeleting(pod)) this.#cluster.store.remove(refOf(pod), CONTROLLER);
    } else if (pods.length === 0 && !isDeleting(job)) this.#startPod(job, progress);
    this.#write(ref, progress, suspended);
  }

  #startPod(job: KubeObject, progress: Progress): void {
    const { clock } = this.#cluster;
    const wait = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (progress.failures - 1));
    const due = progress.failedAt === undefined ? clock.now : progress.failedAt + wait;
    if (due > clock.now) {
      progress.retry?.cancel();
      progress.retry = clock.after(due - clock.now, () => this.#look(refOf(job)));
      return;
    }
    const seconds = numberAt(job, 'spec', 'activeDeadlineSeconds');
    if (seconds !== undefined && progress.deadline === undefined)
      progress.deadline = clock.after(seconds * 1000, () => this.#deadline(refOf(job), progress));
    this.#cluster.store.create(podOf(job), CONTROLLER);
  }

  #deadline(ref: Ref, progress: Progress): void {
    progress.ending ??= {
      type: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    };
    this.#look(ref);
  }

  #write(ref: Ref, progress: Progress, suspended: boolean): void {
    const { store, clock, tell } = this.#cluster;
    const job = store.get(ref);
    const now = store.stamp();
    const active = store
      .dependents(uidOf(job))
      .filter((pod) => pod.kind === 'Pod' && !isFinished(pod)).length;
    const { ending } = progress;
    const ended = ending !== undefined && active === 0;
    const conditions = [
      ...(suspended ? [condition('Suspended', 'JobSuspended', 'Job suspended', now)] : []),
      ...(ending === undefined ? [] : [condition(TARGET[ending.type], ending.reason, ending.message, now)]),
      ...(ended ? [condition(ending.type, ending.reason, ending.message, now)] : []),
    ];
    store.setStatus(ref, CONTROLLER, {
      ...mapAt(job, 'status'),
      ...(textAt(job, 'status', 'startTime') === undefined && !suspended ? { startTime: now } : {}),
      active,
      failed: progress.failures,
      succeeded: progress.succeeded,
      ...(ended && ending.type === 'Complete' ? { completionTime: now } : {}),
      conditions: keepTimes(listAt(job, 'status', 'conditions'), conditions),
    });
    if (!ended) return;
    tell({ type: 'job-ended', job: ref, condition: ending.type, message: ending.message });
    progress.deadline?.cancel();
    const left = numberAt(job, 'spec', 'ttlSecondsAfterFinished');
    if (left !== undefined) clock.after(left * 1000, () => this.#expire(ref, uidOf(job)));
  }

  #expire(ref: Ref, uid: string): void {
    const job = this.#cluster.store.find(ref);
    if (job !== undefined && uidOf(job) === uid)
      this.#cluster.store.remove(ref, CONTROLLER, { propagation: 'Foreground' });
  }

  #of(job: KubeObject): Progress {
    const key = `${keyOf(refOf(job))} ${uidOf(job)}`;
    const known = this.#progress.get(key);
    if (known !== undefined) return known;
    const fresh: Progress = {
      counted: new Set(),
      failures: 0,
      succeeded: 0,
      failedAt: undefined,
      deadline: undefined,
      retry: undefined,
      ending: undefined,
    };
    this.#progress.set(key, fresh);
    return fresh;
  }

  #forget(job: KubeObject): void {
    const progress = this.#of(job);
    progress.deadline?.cancel();
    progress.retry?.cancel();
    this.#progress.delete(`${keyOf(refOf(job))} ${uidOf(job)}`);
  }
}

const TARGET = { Complete: 'SuccessCriteriaMet', Failed: 'FailureTarget' } as const;

/** How a Job ended; undefined while it has not. */
export function endOf(job: KubeObject): 'Complete' | 'Failed' | undefined {
  const types = listAt(job, 'status', 'conditions')
    .filter((one) => textAt(one, 'status') === 'True')
    .map((one) => textAt(one, 'type'));
  return types.includes('Failed') ? 'Failed' : types.includes('Complete') ? 'Complete' : undefined;
}

function isFinished(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '');
}

function condition(type: string, reason: string, message: string, now: string): JsonMap {
  return { type, status: 'True', reason, message, lastTransitionTime: now };
}

/** A condition that is as before keeps the time at which it came. */
function keepTimes(before: readonly Json[], after: readonly JsonMap[]): readonly Json[] {
  return after.map(
    (one) => before.find((old) => isMap(old) && old.type === one.type && old.message === one.message) ?? one,
  );
}

function podOf(job: KubeObject): KubeObject {
  const template = mapAt(job, 'spec', 'template');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...mapAt(template, 'metadata'),
      generateName: `${job.metadata.name}-`,
      namespace: job.metadata.namespace ?? '',
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: job.metadata.name,
          uid: uidOf(job),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: mapAt(template, 'spec'),
  } as unknown as KubeObject;
}
