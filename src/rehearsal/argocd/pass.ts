import type { Store } from '../cluster/store.ts';
import type { Tell } from '../event.ts';
import { type HealthCheck, healthOf } from '../health.ts';
import { type Comparing, type Comparison, isHeld } from './compare.ts';
import { deleteHooks, releaseHook } from './hook-objects.ts';
import type { LiveCache } from './live-cache.ts';
import type { Operation, OperationPhase, Result, ResultKey } from './operation.ts';
import { runTasks } from './run-tasks.ts';
import { setResult } from './set-result.ts';
import type { Settings } from './settings.ts';
import type { Task } from './task.ts';
import { type Tasks, tasksOf } from './tasks.ts';
import { waitingFor } from './waiting.ts';

/** What one pass over an operation works with. */
export interface Pass {
  readonly settings: Settings;
  readonly operation: Operation;
  readonly comparing: Comparing;
  readonly comparison: Comparison;
  readonly store: Store;
  readonly cache: LiveCache;
  readonly health: HealthCheck;
  readonly now: number;
  /** When the operation began; its retries count as part of it. */
  readonly startedAt: number;
  readonly results: Map<ResultKey, Result>;
  readonly tell: Tell;
}

export interface Outcome {
  readonly phase: OperationPhase;
  readonly message: string;
  /** A wave was applied that is not the last: Argo CD pauses before it looks on. */
  readonly pauses: boolean;
}

/**
 * The next step of an operation: looks at what runs, waits for it, or applies the next wave. All that it knows from
 * before are the results, and the cluster as Argo CD's copy shows it.
 */
export function syncPass(pass: Pass): Outcome {
  const { tasks, problems } = tasksOf(pass);
  if (problems.length > 0)
    return ended('Failed', `one or more synchronization tasks are not valid: ${problems.join('; ')}`);
  if (pass.results.size === 0) {
    const refused = begin(pass, tasks);
    if (refused !== undefined) return refused;
  }
  judgeRunning(pass, tasks);
  const stepped = multiStep(tasks);
  const running = tasks.filter((task) => (stepped || task.hook) && task.running);
  if (running.length > 0) return wait(pass, running);
  const dying = tasks.filter(
    ({ code, live }) => code === 'Pruned' && live?.metadata.deletionTimestamp !== undefined,
  );
  if (dying.length > 0) return goesOn(waitingFor(dying, true));
  for (const task of tasks) if (task.hook && task.completed) releaseHook(pass, task);
  return goOn(pass, tasks);
}

/** Once an operation: the namespace, and a dry run of all, which here means that each kind is known. */
function begin(pass: Pass, tasks: Tasks['tasks']): Outcome | undefined {
  for (const task of tasks) if (unlessSkipped(pass, [task]).length === 0) tellSkipped(pass, task);
  const { namespace } = pass.settings;
  const first = tasks.find(
    ({ target, live }) =>
      live === undefined && target?.kind === 'Namespace' && target.metadata.name === namespace,
  );
  if (first === undefined || runTasks(pass, [first]) !== 'failed') return undefined;
  return ended('Failed', `the namespace failed to apply, reason: ${first.message}`);
}

/** A hook ends by its health; an object of Git too, but one that is neither healthy nor degraded just goes on. */
function judgeRunning(pass: Pass, tasks: readonly Task[]): void {
  for (const task of tasks) {
    if (!task.running || task.live === undefined) continue;
    const judged = judge(pass, task);
    if (judged === undefined) continue;
    const { state, message, outcome } = judged;
    setResult(pass, task, task.code ?? 'Synced', state, message, outcome);
  }
}

interface Judged {
  readonly state: OperationPhase;
  readonly message: string;
  readonly outcome?: 'untold';
}

function judge(pass: Pass, task: Task): Judged | undefined {
  const { live } = task;
  if (live === undefined) return undefined;
  try {
    const health = healthOf(live, pass.health, new Date(pass.now), isHeld(live));
    if (health === undefined && !task.hook) return { state: 'Succeeded', message: '', outcome: 'untold' };
    if (health === undefined) return { state: 'Succeeded', message: `${live.metadata.name} created` };
    const { status, message } = health;
    if (status === 'Healthy') return { state: 'Succeeded', message };
    if (status === 'Degraded' || (task.hook && status === 'Unknown')) return { state: 'Failed', message };
    return task.hook ? { state: 'Running', message } : undefined;
  } catch (error) {
    const message = `failed to get resource health: ${(error as Error).message}`;
    return task.hook ? { state: 'Error', message } : undefined;
  }
}

/** What runs and is gone from the cluster is not waited for any longer. */
function wait(pass: Pass, running: readonly Task[]): Outcome {
  for (const task of running) {
    if (task.live !== undefined || pass.store.find(task.ref) !== undefined) continue;
    const { group, kind, name } = task.ref;
    const message = `Resource ${group}/${kind}/${name} is missing, it might have been deleted`;
    setResult(pass, task, 'SyncFailed', 'Error', message);
  }
  return goesOn(waitingFor(running, false));
}

/** Nothing runs: the operation fails, is done, or gets its next wave. */
function goOn(pass: Pass, all: readonly Task[]): Outcome {
  const onFailure = all.filter(({ phase }) => phase === 'SyncFail');
  const tasks = all.filter(({ phase }) => phase !== 'SyncFail');
  const hooks = all.filter((task) => task.hook && task.live !== undefined && !task.running);
  if (tasks.some((task) => task.completed && !task.succeeded)) {
    deleteHooks(pass, hooks, 'HookFailed');
    const refused = tasks.filter(({ code }) => code === 'SyncFailed');
    return fail(pass, onFailure, refused, 'one or more synchronization tasks completed unsuccessfully');
  }
  const pending = unlessSkipped(
    pass,
    tasks.filter((task) => task.pending),
  );
  const [next] = pending;
  if (next === undefined) {
    deleteHooks(pass, hooks, 'HookSucceeded');
    return ended('Succeeded', 'successfully synced (no more tasks)');
  }
  const wave = pending.filter((task) => task.phase === next.phase && task.wave === next.wave);
  const last = pending.at(-1);
  const pauses = !(last?.phase === next.phase && last.wave === next.wave);
  switch (runTasks(pass, wave)) {
    case 'failed':
      return waveFailed(pass, wave, onFailure, hooks);
    case 'pending':
      return {
        ...goesOn(
          waitingFor(
            wave.filter((task) => task.deletesFirst),
            true,
          ),
        ),
        pauses,
      };
    default:
      if (wave.length < pending.length || wave.some((task) => task.hook))
        return { ...goesOn(waitingFor(wave, false)), pauses };
      // Nothing comes after it: it is not waited for, whatever becomes of it.
      deleteHooks(pass, hooks, 'HookSucceeded');
      return ended('Succeeded', 'successfully synced (all tasks run)');
  }
}

function waveFailed(
  pass: Pass,
  wave: readonly Task[],
  onFailure: readonly Task[],
  hooks: readonly Task[],
): Outcome {
  const running = wave.filter((task) => task.running);
  const refused = wave.filter(({ code }) => code === 'SyncFailed');
  const outcome = fail(pass, onFailure, refused, 'one or more objects failed to apply', running);
  if (running.length === 0 && outcome.phase === 'Failed') deleteHooks(pass, hooks, 'HookFailed');
  return outcome;
}

/** SyncFail hooks, if there are any, and then the end. */
function fail(
  pass: Pass,
  onFailure: readonly Task[],
  refused: readonly Task[],
  what: string,
  running: readonly Task[] = [],
): Outcome {
  const reasons = [...new Set(refused.map(({ message }) => message))];
  const message = reasons.length === 0 ? what : `${what}, reason: ${reasons.join(',')}`;
  const pending = onFailure.filter((task) => task.pending);
  if (pending.length > 0) runTasks(pass, pending);
  const waiting = [...running, ...pending];
  return waiting.length > 0 ? goesOn(waitingFor(waiting, false)) : ended('Failed', message);
}

/** ApplyOutOfSyncOnly: what does not differ is not applied, and does not count as a wave. */
function unlessSkipped(pass: Pass, tasks: readonly Task[]): readonly Task[] {
  if (!pass.operation.options.has('ApplyOutOfSyncOnly=true')) return tasks;
  const unchanged = new Set(
    pass.comparison.resources.filter(({ diff }) => diff?.modified === false).map(({ live }) => live),
  );
  return tasks.filter((task) => task.hook || task.target === undefined || !unchanged.has(task.live));
}

function tellSkipped({ tell, settings }: Pass, { phase, wave, ref }: Task): void {
  const [app, outcome, message] = [settings.name, 'skipped', 'not modified'] as const;
  tell({ type: 'object', app, phase, wave, object: ref, hook: false, outcome, message });
}

function multiStep(tasks: readonly Task[]): boolean {
  const [first, last] = [tasks[0], tasks.at(-1)];
  return first?.phase !== last?.phase || first?.wave !== last?.wave;
}

function goesOn(message: string): Outcome {
  return { phase: 'Running', message, pauses: false };
}

function ended(phase: 'Succeeded' | 'Failed', message: string): Outcome {
  return { phase, message, pauses: false };
}
