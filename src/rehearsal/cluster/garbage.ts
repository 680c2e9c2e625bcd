import { listAt, textAt } from '../values.ts';
import { type Cluster, CONTROLLER } from './cluster.ts';
import { finalizersOf, isDeleting, type KubeObject, ownersOf, refOf, uidOf, withMetadata } from './object.ts';

/**
 * The garbage collector: what an object owns goes after it (background), before it (foreground), or stays without it
 * (orphan).
 */
export function collectGarbage(cluster: Cluster): void {
  const { store, clock, latency } = cluster;
  store.changes.subscribe(({ type, object }) => {
    if (type === 'DELETED') clock.after(latency.garbage, () => dropDependents(cluster, object));
    if (type === 'MODIFIED' && isDeleting(object)) clock.after(latency.garbage, () => goOn(cluster, object));
  });
}

function dropDependents(cluster: Cluster, owner: KubeObject): void {
  for (const object of cluster.store.dependents(uidOf(owner))) {
    const others = ownersOf(object).filter((other) => other.uid !== uidOf(owner));
    if (others.length > 0) disown(cluster, object, owner);
    else remove(cluster, object);
  }
  // It may be the last one that an owner's foreground deletion waits for.
  for (const { uid } of ownersOf(owner)) {
    const waiting = cluster.store.kinds
      .all()
      .flatMap((kind) => cluster.store.list(kind))
      .find((object) => uidOf(object) === uid && isDeleting(object));
    if (waiting !== undefined) goOn(cluster, waiting);
  }
}

function goOn(cluster: Cluster, seen: KubeObject): void {
  const owner = cluster.store.find(refOf(seen));
  if (owner === undefined || uidOf(owner) !== uidOf(seen)) return;
  const finalizers = finalizersOf(owner);
  const dependents = cluster.store.dependents(uidOf(owner));
  if (finalizers.includes('orphan')) {
    for (const object of dependents) disown(cluster, object, owner);
    cluster.store.release(refOf(owner), 'orphan', CONTROLLER);
  } else if (finalizers.includes('foregroundDeletion')) {
    for (const object of dependents) if (!isDeleting(object)) remove(cluster, object);
    const blocking = cluster.store
      .dependents(uidOf(owner))
      .filter((object) => ownersOf(object).some((other) => other.uid === uidOf(owner) && other.blocks));
    if (blocking.length === 0) cluster.store.release(refOf(owner), 'foregroundDeletion', CONTROLLER);
  }
}

function remove({ store }: Cluster, object: KubeObject): void {
  if (store.find(refOf(object)) !== undefined) store.remove(refOf(object), CONTROLLER);
}

function disown({ store }: Cluster, object: KubeObject, owner: KubeObject): void {
  store.update(refOf(object), CONTROLLER, (current) =>
    withMetadata(current, {
      ownerReferences: listAt(current, 'metadata', 'ownerReferences').filter(
        (other) => textAt(other, 'uid') !== uidOf(owner),
      ),
    }),
  );
}
