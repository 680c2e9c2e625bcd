import { ApiError } from '../cluster/api-error.ts';
import { isDeleting } from '../cluster/object.ts';
import { applyObject } from './apply-object.ts';
import { ARGOCD } from './diff.ts';
import { deleteHook, propagation, releaseHook } from './hook-objects.ts';
import type { Pass } from './pass.ts';
import { setResult } from './set-result.ts';
import { hasSyncOption } from './sync-options.ts';
import type { Task } from './task.ts';

/** `pending`: something has to go before the rest can be made. */
export type RunState = 'successful' | 'pending' | 'failed';

/** Applies a wave: prunes, deletes the hooks that stand in the way, and makes the rest kind after kind. */
export function runTasks(pass: Pass, tasks: readonly Task[]): RunState {
  for (const task of tasks) if (task.hook && task.pending && task.live !== undefined) releaseHook(pass, task);
  const pruned = tasks.filter((task) => task.prunes).map((task) => prune(pass, task));
  if (pruned.includes(false)) return 'failed';
  const made = tasks.filter((task) => !task.prunes);
  let waits = false;
  for (const task of made.filter((one) => one.deletesFirst)) {
    if (deleteHook(pass, task, 'BeforeHookCreation')) waits = true;
    else task.live = undefined;
  }
  if (waits) return 'pending';
  const applied = made.map((task) => apply(pass, task));
  return applied.includes(false) ? 'failed' : 'successful';
}

function prune(pass: Pass, task: Task): boolean {
  const { live } = task;
  if (live === undefined) return true;
  const skip = (message: string) => {
    setResult(pass, task, 'PruneSkipped', 'Succeeded', message, 'not pruned');
    return true;
  };
  if (!pass.operation.prune) return skip('ignored (requires pruning)');
  if (hasSyncOption(live, 'Prune=false') || pass.operation.options.has('Prune=false'))
    return skip('ignored (no prune)');
  return attempt(pass, task, () => {
    if (!isDeleting(live)) pass.store.remove(task.ref, ARGOCD, propagation(pass));
    setResult(pass, task, 'Pruned', 'Succeeded', 'pruned', 'pruned');
  });
}

function apply(pass: Pass, task: Task): boolean {
  return attempt(pass, task, () => {
    const outcome = applyObject(pass.store, pass.operation, task);
    const { kind, name } = task.ref;
    setResult(pass, task, 'Synced', 'Running', `${kind.toLowerCase()}/${name} ${outcome}`, outcome);
  });
}

function attempt(pass: Pass, task: Task, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    setResult(pass, task, 'SyncFailed', 'Failed', error.message, 'refused');
    return false;
  }
}
