import { at, type JsonMap, mapAt, numberAt } from '../values.ts';
import { type Cluster, CONTROLLER } from './cluster.ts';
import { isDeleting, type KubeObject, type Ref, refOf, uidOf } from './object.ts';

/** Can the pods of a Deployment become ready as things are? Asked again every few seconds while they cannot. */
export type Starts = (deployment: KubeObject) => boolean | Promise<boolean>;

const AGAIN = 5_000;
const DEADLINE_SECONDS = 600;

/** A stand-in for Deployments: no pods, but the status that a rollout of them shows. */
export function controlDeployments(cluster: Cluster, starts: Starts): void {
  cluster.store.changes.subscribe(({ type, object, before }) => {
    if (object.kind !== 'Deployment' || object.apiVersion !== 'apps/v1' || type === 'DELETED') return;
    const { generation } = object.metadata;
    if (isDeleting(object) || before?.metadata.generation === generation) return;
    cluster.clock.after(0, () => {
      if (!isCurrent(cluster, object)) return;
      write(cluster, object, { updatedReplicas: 0 });
      cluster.clock.after(cluster.latency.rollout, () => rollOut(cluster, starts, object, cluster.clock.now));
    });
  });
}

async function rollOut(
  cluster: Cluster,
  starts: Starts,
  deployment: KubeObject,
  since: number,
): Promise<void> {
  if (!isCurrent(cluster, deployment)) return;
  const ref = refOf(deployment);
  const replicas = replicasOf(deployment);
  if (await starts(deployment)) {
    write(cluster, deployment, {
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [progressing('True', 'NewReplicaSetAvailable', 'ReplicaSet has successfully progressed.')],
    });
    cluster.tell({ type: 'rolled-out', deployment: ref, message: '' });
    return;
  }
  const limit = numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? DEADLINE_SECONDS;
  const isLate = cluster.clock.now - since >= limit * 1000;
  if (cluster.clock.now === since || isLate) {
    const message = isLate ? 'its progress deadline is exceeded' : 'its pods do not become ready';
    cluster.tell({ type: 'rollout-stuck', deployment: ref, message });
  }
  write(cluster, deployment, {
    updatedReplicas: replicas,
    ...(isLate
      ? {
          conditions: [
            progressing('False', 'ProgressDeadlineExceeded', 'ReplicaSet has timed out progressing.'),
          ],
        }
      : {}),
  });
  cluster.clock.after(AGAIN, () => rollOut(cluster, starts, deployment, since));
}

function isCurrent({ store }: Cluster, deployment: KubeObject): boolean {
  const now = store.find(refOf(deployment));
  return (
    now !== undefined &&
    uidOf(now) === uidOf(deployment) &&
    now.metadata.generation === deployment.metadata.generation
  );
}

function write({ store }: Cluster, deployment: KubeObject, status: JsonMap): void {
  const ref: Ref = refOf(deployment);
  const { availableReplicas, readyReplicas, conditions } = mapAt(store.get(ref), 'status');
  store.setStatus(ref, CONTROLLER, {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: replicasOf(deployment),
    ...(conditions === undefined ? {} : { conditions }),
    // The pods of before, if there are any, serve on.
    ...(typeof readyReplicas === 'number'
      ? { readyReplicas, availableReplicas: availableReplicas ?? 0 }
      : {}),
    ...status,
  });
}

function replicasOf(deployment: KubeObject): number {
  return typeof at(deployment, 'spec', 'replicas') === 'number'
    ? (numberAt(deployment, 'spec', 'replicas') ?? 1)
    : 1;
}

function progressing(status: string, reason: string, message: string): JsonMap {
  return { type: 'Progressing', status, reason, message };
}
