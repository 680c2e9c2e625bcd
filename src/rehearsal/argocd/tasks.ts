import { isReason } from '../cluster/api-error.ts';
import { finalizersOf, groupOf, type KubeObject, keyOf, refOf, withMetadata } from '../cluster/object.ts';
import { textAt } from '../values.ts';
import { respected } from './compare.ts';
import { phasesOf } from './hook.ts';
import { runsHooks } from './operation.ts';
import type { Pass } from './pass.ts';
import { HOOK_FINALIZER, hasSyncOption } from './sync-options.ts';
import { Task } from './task.ts';

export interface Tasks {
  readonly tasks: readonly Task[];
  /** Why the sync cannot even begin; each text once, sorted. */
  readonly problems: readonly string[];
}

/** All that an operation has to do, in order, each task with what is known of it from earlier passes. */
export function tasksOf(pass: Pass): Tasks {
  const tasks = [...resourceTasks(pass), ...hookTasks(pass), ...namespaceTask(pass)];
  for (const task of tasks) {
    if (task.target !== undefined && task.live === undefined) task.live = pass.cache.find(refOf(task.target));
  }
  const problems = tasks.flatMap((task) => problemOf(pass, tasks, task));
  reverseWavesOfPruned(tasks);
  pruneLast(pass, tasks);
  const sorted = withDependenciesFirst([...tasks].sort(inOrder));
  for (const task of sorted) {
    const result = pass.results.get(task.key);
    if (result === undefined) continue;
    task.code = result.code;
    task.state = result.state;
    task.message = result.message;
  }
  return { tasks: sorted, problems: [...new Set(problems)].sort() };
}

function resourceTasks(pass: Pass): readonly Task[] {
  const { operation, comparison } = pass;
  const respects = operation.options.has('RespectIgnoreDifferences=true');
  const chosen = comparison.resources.filter(
    ({ ref, own }) =>
      own &&
      (operation.only.length === 0 ||
        operation.only.some(
          ({ group, kind, name }) => ref.group === group && ref.kind === kind && ref.name === name,
        )),
  );
  return chosen.flatMap((resource) => {
    const target = respects ? respected(pass.comparing, resource) : resource.target;
    const object = target ?? resource.live;
    if (
      object === undefined ||
      textAt(object, 'metadata', 'annotations', 'argocd.argoproj.io/hook') !== undefined
    )
      return [];
    return [new Task('Sync', target, resource.live)];
  });
}

function hookTasks({ operation, comparison, startedAt }: Pass): readonly Task[] {
  if (!runsHooks(operation)) return [];
  return comparison.hooks.flatMap((hook) =>
    phasesOf(hook).map((phase) => {
      const seconds = Math.floor(startedAt / 1000);
      const revision = (operation.revisions[0] ?? '').slice(0, 7);
      const name =
        textAt(hook, 'metadata', 'name') ??
        `${textAt(hook, 'metadata', 'generateName')}${revision}-${phase}-${seconds}`.toLowerCase();
      const finalizers = finalizersOf(hook).filter((one) => one !== HOOK_FINALIZER);
      const target = withMetadata(hook, {
        name,
        generateName: undefined,
        finalizers: [...finalizers, HOOK_FINALIZER],
      });
      return new Task(phase, target, undefined);
    }),
  );
}

/** CreateNamespace, unless the namespace is there or among the manifests. */
function namespaceTask({ operation, settings, comparison, store }: Pass): readonly Task[] {
  if (!operation.options.has('CreateNamespace=true')) return [];
  const { namespace: name } = settings;
  const inGit = comparison.resources.some(
    ({ target }) => target?.kind === 'Namespace' && target.metadata.name === name,
  );
  if (inGit || store.find({ group: '', kind: 'Namespace', namespace: '', name }) !== undefined) return [];
  return [new Task('PreSync', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, undefined)];
}

/** What stands against a task before anything is done: a kind that is not known, or that the project forbids. */
function problemOf(pass: Pass, tasks: readonly Task[], task: Task): readonly string[] {
  const { group, kind } = task.ref;
  try {
    const known = pass.store.kindOf(task.object);
    if (pass.settings.project.permits(group, kind, known.namespaced)) return [];
    return [`resource ${group}:${kind} is not permitted in project ${pass.settings.project.name}`];
  } catch (error) {
    if (!isReason(error, 'NotFound')) throw error;
    const comes = tasks.some(({ target }) => target !== undefined && definesKind(target, group, kind));
    const skips = 'SkipDryRunOnMissingResource=true';
    if (!comes && !pass.operation.options.has(skips) && !hasSyncOption(task.target, skips))
      return [error.message];
    task.skipDryRun = true;
    return [];
  }
}

function definesKind(object: KubeObject, group: string, kind: string): boolean {
  return (
    object.kind === 'CustomResourceDefinition' &&
    textAt(object, 'spec', 'group') === group &&
    textAt(object, 'spec', 'names', 'kind') === kind
  );
}

/** What was made first goes last: the lowest wave and the highest change places, and so on inwards. */
function reverseWavesOfPruned(tasks: readonly Task[]): void {
  const pruned = tasks.filter((task) => task.prunes);
  const waves = [...new Set(pruned.map((task) => task.wave))].sort((a, b) => a - b);
  const reversed = pruned.map((task) => [task, waves.at(-1 - waves.indexOf(task.wave))] as const);
  for (const [task, wave] of reversed) task.waveOverride = wave;
}

function pruneLast({ operation }: Pass, tasks: readonly Task[]): void {
  const last = Math.max(0, ...tasks.filter(({ phase }) => phase === 'Sync').map(({ wave }) => wave)) + 1;
  for (const task of tasks) {
    const asked = operation.options.has('PruneLast=true') || hasSyncOption(task.live, 'PruneLast=true');
    if (task.prunes && asked) task.waveOverride = last;
  }
}

/** Phase, wave, kind, name. */
function inOrder(a: Task, b: Task): number {
  return (
    PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) ||
    a.wave - b.wave ||
    rank(a.object.kind) - rank(b.object.kind) ||
    (a.object.metadata.name < b.object.metadata.name ? -1 : 1)
  );
}

const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

const KINDS =
  'Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController ReplicaSet Deployment HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService'.split(
    ' ',
  );

/** Kinds that are not listed, such as custom resources, come last. */
function rank(kind: string): number {
  const index = KINDS.indexOf(kind);
  return index < 0 ? KINDS.length : index;
}

/** A namespace comes right before the first that lies in it, a definition before the first of its kind. */
function withDependenciesFirst(tasks: readonly Task[]): readonly Task[] {
  const sorted = [...tasks];
  for (const task of tasks) {
    const { target } = task;
    if (target === undefined) continue;
    const first = sorted.findIndex((other) => other.target !== undefined && dependsOn(other.target, target));
    const own = sorted.indexOf(task);
    const dependent = sorted[first];
    if (dependent === undefined || first > own) continue;
    task.waveOverride = dependent.wave;
    task.phase = dependent.phase;
    sorted.splice(own, 1);
    sorted.splice(first, 0, task);
  }
  return sorted;
}

function dependsOn(object: KubeObject, other: KubeObject): boolean {
  if (keyOf(refOf(object)) === keyOf(refOf(other))) return false;
  if (other.kind === 'Namespace') return object.metadata.namespace === other.metadata.name;
  return definesKind(other, groupOf(object.apiVersion), object.kind);
}
