import type { Clock } from '../clock.ts';
import type { Tell } from '../event.ts';
import type { Writer } from './changes.ts';
import type { KubeObject } from './object.ts';
import type { Store } from './store.ts';

/** What every part of the cluster works with. */
export interface Cluster {
  readonly store: Store;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly latency: Latency;
}

/** How long things take, in milliseconds of the rehearsal's clock. */
export interface Latency {
  /** From a change in the API server to Argo CD's copy of it. */
  readonly cache: number;
  /** From there to the comparison: Argo CD gathers changes before it looks. */
  readonly batch: number;
  /** From one step of an operation to the next. */
  readonly step: number;
  /** Between comparisons when nothing happens: `timeout.reconciliation`. */
  readonly resync: number;
  /** From a pod to its first process; a pod may be later than others. */
  readonly podStart: number | ((pod: KubeObject) => number);
  /** From a Deployment to its pods being ready. */
  readonly rollout: number;
  /** Until what belongs to a deleted object is deleted, too. */
  readonly garbage: number;
  /** Until a running pod sees a changed ConfigMap in its volume. */
  readonly volume: number;
}

export const LATENCY: Latency = {
  cache: 30,
  batch: 130,
  step: 10,
  resync: 120_000,
  podStart: 1_000,
  rollout: 3_000,
  garbage: 50,
  volume: 60_000,
};

/** Kubernetes' own controllers. */
export const CONTROLLER: Writer = {
  user: 'system:kube-controller-manager',
  manager: 'kube-controller-manager',
};

export const KUBELET: Writer = { user: 'system:node:laptop', manager: 'kubelet' };
