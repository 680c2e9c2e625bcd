import type { Comparing, Comparison } from './argocd/compare.ts';
import { isHeld } from './argocd/compare.ts';
import { type KubeObject, type Ref, refOf, uidOf } from './cluster/object.ts';
import { type Health, healthOf } from './health.ts';

/** A node of the application's tree as Argo CD shows it, with what belongs to it below. */
export interface TreeNode {
  readonly object: Ref;
  readonly health: Health | undefined;
  readonly children: readonly TreeNode[];
}

/** The application's objects, hooks among them, and what they made: Jobs their pods, CronJobs their Jobs. */
export function treeOf({ cache, health, now }: Comparing, { resources }: Comparison): readonly TreeNode[] {
  const node = (object: KubeObject): TreeNode => ({
    object: refOf(object),
    health: tryHealth(() => healthOf(object, health, new Date(now), isHeld(object))),
    children: cache.children(uidOf(object)).map(node),
  });
  return resources.flatMap(({ live }) => (live === undefined ? [] : [node(live)]));
}

function tryHealth(read: () => Health | undefined): Health | undefined {
  try {
    return read();
  } catch (error) {
    return { status: 'Unknown', message: (error as Error).message };
  }
}
