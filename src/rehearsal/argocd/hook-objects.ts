import { isReason } from '../cluster/api-error.ts';
import type { DeleteOptions } from '../cluster/store.ts';
import { ARGOCD } from './diff.ts';
import type { DeletePolicy } from './hook.ts';
import type { Pass } from './pass.ts';
import { HOOK_FINALIZER } from './sync-options.ts';
import type { Task } from './task.ts';

/** Takes Argo CD's own finalizer off a hook, so that it can be deleted. */
export function releaseHook({ store }: Pass, task: Task): void {
  store.release(task.ref, HOOK_FINALIZER, ARGOCD);
}

/** Deletes those hooks whose policy it is. */
export function deleteHooks(
  pass: Pass,
  hooks: readonly Task[],
  policy: 'HookSucceeded' | 'HookFailed',
): void {
  for (const task of hooks) if (task.has(policy)) deleteHook(pass, task, policy);
}

/** Tells false if there was nothing to delete any more. */
export function deleteHook(pass: Pass, task: Task, why: DeletePolicy | 'Terminated'): boolean {
  const object = pass.store.find(task.ref);
  try {
    pass.store.remove(task.ref, ARGOCD, propagation(pass));
    const isNew = object?.metadata.deletionTimestamp === undefined;
    if (isNew) pass.tell({ type: 'hook-deleted', app: pass.settings.name, object: task.ref, why });
    return true;
  } catch (error) {
    if (isReason(error, 'NotFound')) return false;
    throw error;
  }
}

/** How Argo CD deletes: what an object owns goes first, unless the application says otherwise. */
export function propagation({ operation }: Pass): DeleteOptions {
  if (operation.options.has('PrunePropagationPolicy=background')) return { propagation: 'Background' };
  if (operation.options.has('PrunePropagationPolicy=orphan')) return { propagation: 'Orphan' };
  return { propagation: 'Foreground' };
}
