import { isReason } from '../cluster/api-error.ts';
import { completed } from '../cluster/defaults.ts';
import {
  finalizersOf,
  groupOf,
  isDeleting,
  type KubeObject,
  keyOf,
  type Ref,
  refOf,
  titleOf,
} from '../cluster/object.ts';
import type { Store } from '../cluster/store.ts';
import type { HealthStatus, SyncStatus } from '../event.ts';
import { type Health, type HealthCheck, healthOf, isWorse } from '../health.ts';
import { type Diff, type DiffMode, diffOf, pointersFor, respecting } from './diff.ts';
import { isHook, isSkipped, waveOf } from './hook.ts';
import type { LiveCache } from './live-cache.ts';
import type { Repository } from './repository.ts';
import type { Settings } from './settings.ts';
import { ANNOTATION, HOOK_FINALIZER, hasCompareOption } from './sync-options.ts';
import { belongsTo, tracked } from './tracking.ts';

export interface Resource {
  readonly ref: Ref;
  readonly target: KubeObject | undefined;
  readonly live: KubeObject | undefined;
  /** undefined for hooks and what is not the application's: they do not count. */
  readonly status: SyncStatus | undefined;
  readonly requiresPruning: boolean;
  readonly modified: boolean;
  readonly diff: Diff | undefined;
  readonly wave: number;
  readonly own: boolean;
}

export interface Condition {
  readonly type: string;
  readonly message: string;
}

export interface Comparison {
  readonly revisions: readonly string[];
  readonly resources: readonly Resource[];
  readonly hooks: readonly KubeObject[];
  readonly status: SyncStatus;
  readonly health: HealthStatus;
  /** Whose health it is. */
  readonly because: readonly { readonly object: Ref; readonly message: string }[];
  readonly conditions: readonly Condition[];
  /** The plugin failed. */
  readonly failed: boolean;
}

export interface Comparing {
  readonly settings: Settings;
  readonly repositories: readonly Repository[];
  readonly store: Store;
  readonly cache: LiveCache;
  readonly health: HealthCheck;
  readonly now: number;
}

/** One look at an application: what Git says at those revisions, what the cluster has, and how they differ. */
export function compare(parts: Comparing, revisions: readonly string[], hard: boolean): Comparison {
  const conditions: Condition[] = [];
  const { objects, failure } = load(parts, revisions, hard);
  if (failure !== undefined) conditions.push({ type: 'ComparisonError', message: failure });
  const targets = distinct(parts, objects, conditions);
  const wanted = targets.filter((object) => !isHook(object));
  const resources = join(parts, wanted, conditions);
  const unknown =
    failure !== undefined || conditions.some(({ message }) => message.startsWith('Failed to compare'));
  const [health, because] = appHealth(parts, resources, conditions);
  return {
    revisions,
    resources: unknown ? resources.map((one) => ({ ...one, status: one.status && 'Unknown' })) : resources,
    hooks: targets.filter(isHook),
    status: unknown ? 'Unknown' : statusOf(resources),
    health,
    because,
    conditions,
    failed: failure !== undefined,
  };
}

function load(
  { settings, repositories, now }: Comparing,
  revisions: readonly string[],
  hard: boolean,
): { readonly objects: readonly KubeObject[]; readonly failure: string | undefined } {
  const objects: KubeObject[] = [];
  for (const [index, repository] of repositories.entries()) {
    const got = repository.generate(revisions[index] ?? '', now, hard);
    if ('failure' in got) {
      const cached = got.cached ? 'Manifest generation error (cached): ' : '';
      const command = `\`${settings.sources[index]?.plugin ?? ''}\` failed exit status 1: ${got.failure}`;
      const failure = `Failed to load target state: failed to generate manifest for source ${index + 1} of ${repositories.length}: rpc error: code = Unknown desc = ${cached}CMP processing failed for application "${settings.name}": ${command}`;
      return { objects: [], failure };
    }
    objects.push(...got.manifests);
  }
  return { objects, failure: undefined };
}

/** As they are applied, each once: of two by one name the later counts. */
function distinct(
  { settings, store }: Comparing,
  objects: readonly KubeObject[],
  conditions: Condition[],
): readonly KubeObject[] {
  const found = new Map<string, KubeObject[]>();
  for (const object of objects) {
    const namespaced = store.kinds.find(groupOf(object.apiVersion), object.kind)?.namespaced ?? true;
    const target = tracked(completed(object), settings.name, settings.namespace, namespaced);
    // Hooks with a generateName have no name yet, and are never the same.
    const key = object.metadata.name === undefined ? String(found.size) : keyOf(refOf(target));
    found.set(key, [...(found.get(key) ?? []), target]);
  }
  for (const [key, targets] of found) {
    if (targets.length > 1) {
      const message = `Resource ${key} appeared ${targets.length} times among application resources.`;
      conditions.push({ type: 'RepeatedResourceWarning', message });
    }
  }
  return [...found.values()].flatMap((targets) => targets.slice(-1));
}

function join(
  parts: Comparing,
  targets: readonly KubeObject[],
  conditions: Condition[],
): readonly Resource[] {
  const { settings, cache } = parts;
  const left = new Map(cache.trackedBy(settings.name).map((object) => [keyOf(refOf(object)), object]));
  const pairs = targets.map((target): [KubeObject | undefined, KubeObject | undefined] => {
    const live = cache.find(refOf(target));
    if (live !== undefined) left.delete(keyOf(refOf(live)));
    return [target, live];
  });
  const extra = [...left.values()].map((live): [KubeObject | undefined, KubeObject | undefined] => [
    undefined,
    live,
  ]);
  return [...pairs, ...extra].map(([target, live]) => resourceOf(parts, target, live, conditions));
}

function resourceOf(
  parts: Comparing,
  target: KubeObject | undefined,
  live: KubeObject | undefined,
  conditions: Condition[],
): Resource {
  const { settings, store } = parts;
  const object = (live ?? target) as KubeObject;
  const own = live === undefined || live.metadata.annotations === undefined || isOwn(settings, live);
  const diff =
    target === undefined || live === undefined ? undefined : differ(parts, target, live, conditions);
  const modified = target === undefined || live === undefined || diff?.modified === true;
  const skipped = isHook(object) || (target !== undefined && isSkipped(target)) || !own;
  const kind = store.kinds.find(groupOf(object.apiVersion), object.kind);
  const permitted = settings.project.permits(
    groupOf(object.apiVersion),
    object.kind,
    kind?.namespaced ?? true,
  );
  const status = skipped ? undefined : modified ? 'OutOfSync' : 'Synced';
  return {
    ref: refOf(object),
    target,
    live,
    status: permitted ? status : 'Unknown',
    requiresPruning: target === undefined && !skipped,
    modified,
    diff,
    wave: target === undefined ? waveOf(object) : waveOf(target),
    own,
  };
}

/** Without a tracking id it is taken for the application's, with that of another object it is a copy. */
function isOwn(settings: Settings, live: KubeObject): boolean {
  const annotations = live.metadata.annotations as { readonly [name: string]: unknown } | undefined;
  return (
    annotations?.[ANNOTATION.tracking] === undefined || belongsTo(live, settings.name, settings.namespace)
  );
}

function differ(
  { settings, store }: Comparing,
  target: KubeObject,
  live: KubeObject,
  conditions: Condition[],
): Diff | undefined {
  const mode: DiffMode = settings.serverSideDiff
    ? 'server-side'
    : settings.options.has('ServerSideApply=true')
      ? 'structured-merge'
      : 'three-way';
  try {
    const owners = store.ownersOf(refOf(live));
    return diffOf(mode, target, live, settings.ignoreDifferences, store.kindOf(live), store, owners);
  } catch (error) {
    if (!isReason(error, 'Invalid', 'NotFound', 'Forbidden')) throw error;
    conditions.push({
      type: 'ComparisonError',
      message: `Failed to compare desired state to live state: failed to calculate diff: error calculating server side diff: serverSideDiff error: error running server side apply in dryrun mode for resource ${titleOf(refOf(live))}: ${error.message}`,
    });
    return undefined;
  }
}

function statusOf(resources: readonly Resource[]): SyncStatus {
  const counts = resources.filter(
    ({ status, requiresPruning, live }) =>
      status === 'OutOfSync' && !(requiresPruning && hasCompareOption(live, 'IgnoreExtraneous')),
  );
  return counts.length > 0 ? 'OutOfSync' : 'Synced';
}

/** The worst of what is live and no hook; a missing object does not count unless all are. */
function appHealth(
  { health, now }: Comparing,
  resources: readonly Resource[],
  conditions: Condition[],
): [HealthStatus, readonly { readonly object: Ref; readonly message: string }[]] {
  const counted = resources.filter(
    ({ target, live }) =>
      !(target !== undefined && isSkipped(target)) && !(live !== undefined && isHook(live)),
  );
  const live = counted.flatMap((one) => (one.live === undefined ? [] : [one.live]));
  let worst: HealthStatus = counted.length > 0 && live.length === 0 ? 'Missing' : 'Healthy';
  const found: { object: Ref; health: Health }[] = [];
  for (const object of live) {
    const annotations = object.metadata.annotations as { readonly [name: string]: unknown } | undefined;
    if (annotations?.[ANNOTATION.ignoreHealth] === 'true') continue;
    const one = tryHealth(object, health, now, conditions);
    if (one === undefined) continue;
    found.push({ object: refOf(object), health: one });
    if (isWorse(one.status, worst)) worst = one.status;
  }
  const because = worst === 'Healthy' ? [] : found.filter(({ health: one }) => one.status === worst);
  return [worst, because.map(({ object, health: { message } }) => ({ object, message }))];
}

function tryHealth(
  object: KubeObject,
  check: HealthCheck,
  now: number,
  conditions: Condition[],
): Health | undefined {
  try {
    return healthOf(object, check, new Date(now), isHeld(object));
  } catch (error) {
    const { kind, metadata } = object;
    const message = (error as Error).message;
    if (!conditions.some((one) => one.message.startsWith('error setting app health'))) {
      conditions.push({
        type: 'ComparisonError',
        message: `error setting app health: failed to get resource health for "${kind}" with name "${metadata.name}" in namespace "${metadata.namespace ?? ''}": ${message}`,
      });
    }
    return { status: 'Unknown', message };
  }
}

/** A hook that is being deleted and waits for Argo CD itself has a health of its own still. */
export function isHeld(object: KubeObject): boolean {
  return isDeleting(object) && finalizersOf(object).includes(HOOK_FINALIZER);
}

/** The target as RespectIgnoreDifferences applies it. */
export function respected(
  { settings, store }: Comparing,
  { target, live }: Resource,
): KubeObject | undefined {
  if (target === undefined || live === undefined) return target;
  return respecting(target, live, pointersFor(settings.ignoreDifferences, live, store.kindOf(live)));
}
