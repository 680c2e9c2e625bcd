import { ApiError, isReason } from '../cluster/api-error.ts';
import { threeWay } from '../cluster/fields.ts';
import { type KubeObject, refOf, withMetadata } from '../cluster/object.ts';
import { LAST_APPLIED } from '../cluster/ownership.ts';
import type { Store } from '../cluster/store.ts';
import type { ObjectOutcome } from '../event.ts';
import { mapAt, textAt, withAt } from '../values.ts';
import { ARGOCD, lastApplied } from './diff.ts';
import type { Operation } from './operation.ts';
import { hasSyncOption } from './sync-options.ts';
import type { Task } from './task.ts';

/**
 * Brings one object to what Git says, by the way that its options ask for: kubectl's apply, server-side apply, or
 * replace, which with force deletes and makes it anew. Throws `ApiError`.
 */
export function applyObject(store: Store, operation: Operation, task: Task): ObjectOutcome {
  const target = task.target as KubeObject;
  const has = (option: string) => hasSyncOption(target, option) || hasSyncOption(task.live, option);
  const force = operation.force || has('Force=true');
  if (operation.options.has('Replace=true') || has('Replace=true')) {
    if (task.live === undefined) return created(store, target);
    return force ? replaced(store, target) : overwritten(store, target);
  }
  const disabled = hasSyncOption(target, 'ServerSideApply=false');
  const serverSide =
    operation.options.has('ServerSideApply=true') || hasSyncOption(target, 'ServerSideApply=true');
  if (serverSide && !disabled) return serverSideApplied(store, target);
  return applied(store, target, force);
}

function created(store: Store, target: KubeObject): ObjectOutcome {
  store.create(target, ARGOCD);
  return 'created';
}

/** `kubectl replace --force`: what it owns, a running pod among it, ends in the background while the new one begins. */
function replaced(store: Store, target: KubeObject): ObjectOutcome {
  const ref = refOf(target);
  if (store.find(ref) !== undefined) store.remove(ref, ARGOCD, { propagation: 'Background', grace: 0 });
  store.create(target, ARGOCD);
  return 'replaced';
}

/** `kubectl replace`: fields that others added go, too. Namespaces and definitions keep what lives in them. */
function overwritten(store: Store, target: KubeObject): ObjectOutcome {
  const before = versionOf(store, target);
  store.replace(withMetadata(target, { resourceVersion: undefined }), ARGOCD);
  return versionOf(store, target) === before ? 'unchanged' : 'changed';
}

function serverSideApplied(store: Store, target: KubeObject): ObjectOutcome {
  const before = versionOf(store, target);
  store.apply(target, ARGOCD, { force: true });
  const after = versionOf(store, target);
  return before === undefined ? 'created' : before === after ? 'unchanged' : 'changed';
}

/** `kubectl apply`: a patch from what it applied last, which it notes in an annotation. */
function applied(store: Store, target: KubeObject, force: boolean): ObjectOutcome {
  const noted = withAt(
    target,
    ['metadata', 'annotations', LAST_APPLIED],
    JSON.stringify(target),
  ) as KubeObject;
  const ref = refOf(target);
  const live = store.find(ref);
  if (live === undefined) return created(store, noted);
  const kind = store.kindOf(live);
  const patched = threeWay(lastApplied(live) ?? {}, noted, live, kind.typed) as KubeObject;
  const before = versionOf(store, target);
  try {
    store.replace(withMetadata(patched, { resourceVersion: undefined }), ARGOCD);
  } catch (error) {
    if (force && isReason(error, 'Invalid', 'Conflict')) return replaced(store, noted);
    if (isRoleRef(error, target)) return replaced(store, noted);
    throw error;
  }
  return versionOf(store, target) === before ? 'unchanged' : 'changed';
}

/** Before it applies, Argo CD reconciles RBAC objects, which makes a binding anew whose role changed. */
function isRoleRef(error: unknown, target: KubeObject): boolean {
  return (
    error instanceof ApiError && error.message.includes('roleRef') && target.kind.endsWith('RoleBinding')
  );
}

function versionOf(store: Store, object: KubeObject): string | undefined {
  return textAt(mapAt(store.find(refOf(object)), 'metadata'), 'resourceVersion');
}
