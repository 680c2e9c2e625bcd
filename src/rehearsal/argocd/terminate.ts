import { healthOf } from '../health.ts';
import { isHeld } from './compare.ts';
import { deleteHook, releaseHook } from './hook-objects.ts';
import type { Outcome, Pass } from './pass.ts';
import { setResult } from './set-result.ts';
import type { Task } from './task.ts';
import { tasksOf } from './tasks.ts';

/** Ends an operation: hooks that run are deleted; what is no hook is left alone, running or not. */
export function terminatePass(pass: Pass): Outcome {
  const hooks = tasksOf(pass).tasks.filter((task) => task.hook);
  for (const task of hooks) if (task.completed) releaseHook(pass, task);
  for (const task of hooks) if (task.running) terminate(pass, task);
  return { phase: 'Failed', message: 'Operation terminated', pauses: false };
}

function terminate(pass: Pass, task: Task): void {
  const live = task.live ?? pass.store.find(task.ref);
  if (live === undefined) {
    setResult(pass, task, task.code ?? 'Synced', 'Succeeded', 'Terminated');
    return;
  }
  const health = healthOf(live, pass.health, new Date(pass.now), isHeld(live))?.status;
  const runs = health === 'Progressing' || health === 'Suspended';
  releaseHook(pass, task);
  if (runs || task.has('HookFailed')) deleteHook(pass, task, 'Terminated');
  if (runs) setResult(pass, task, task.code ?? 'Synced', 'Failed', 'Terminated');
  else setResult(pass, task, task.code ?? 'Synced', health === 'Healthy' ? 'Succeeded' : 'Failed', '');
}
