import { threeWay } from '../cluster/fields.ts';
import type { Kind } from '../cluster/kinds.ts';
import { annotationOf, type KubeObject } from '../cluster/object.ts';
import { LAST_APPLIED, type Ownership, serverSideApply } from '../cluster/ownership.ts';
import type { Store } from '../cluster/store.ts';
import { isMap, type Json, type JsonMap, type Path, same, withAt } from '../values.ts';
import type { IgnoredDifference } from './settings.ts';
import { hasSyncOption } from './sync-options.ts';

/** Argo CD's field manager. */
export const ARGOCD = { user: 'argocd', manager: 'argocd-controller' };

/**
 * How target and live are compared: three-way with what was applied last (Argo CD's default), by the owners of fields
 * as server-side apply would (`structured-merge`), or by asking the API server (`server-side`).
 */
export type DiffMode = 'three-way' | 'structured-merge' | 'server-side';

export interface Diff {
  readonly modified: boolean;
  /** What the object would be after it was applied. */
  readonly predicted: KubeObject;
  /** What it is, without what is not compared. */
  readonly live: KubeObject;
}

/** Throws `ApiError` if the API server refuses the dry run of a server-side diff. */
export function diffOf(
  mode: DiffMode,
  target: KubeObject,
  live: KubeObject,
  ignored: readonly IgnoredDifference[],
  kind: Kind,
  store: Store,
  owners: Ownership,
): Diff {
  const pointers = pointersFor(ignored, live, kind);
  const found = comparable(live, pointers);
  const wanted = comparable(target, pointers);
  const predicted = comparable(predict(mode, wanted, found, kind, store, owners), pointers);
  return { modified: !same(found, predicted), predicted, live: found };
}

function predict(
  mode: DiffMode,
  target: KubeObject,
  live: KubeObject,
  kind: Kind,
  store: Store,
  owners: Ownership,
): KubeObject {
  if (mode === 'server-side') return store.apply(target, ARGOCD, { dryRun: true, force: true });
  if (mode === 'structured-merge' || hasSyncOption(target, 'ServerSideApply=true'))
    return serverSideApply(live, owners, target, ARGOCD.manager, kind, true).object as KubeObject;
  const last = lastApplied(live);
  return threeWay(last ?? target, target, live, kind.typed) as KubeObject;
}

/** What kubectl noted as applied last. */
export function lastApplied(live: KubeObject): KubeObject | undefined {
  const text = annotationOf(live, LAST_APPLIED);
  return text === undefined ? undefined : (JSON.parse(text) as KubeObject);
}

/** `.status` is never compared, nor what the server keeps of its own accord. */
function comparable(object: KubeObject, pointers: readonly Path[]): KubeObject {
  const { status: _, ...rest } = object;
  const { resourceVersion: __, generation: ___, ...metadata } = object.metadata;
  let kept: JsonMap = { ...rest, metadata };
  for (const pointer of pointers) kept = without(kept, pointer);
  return kept as KubeObject;
}

function without(value: JsonMap, [key = '', ...rest]: Path): JsonMap {
  if (rest.length === 0) return withAt(value, [key], undefined);
  const inner = value[key];
  return isMap(inner) ? { ...value, [key]: without(inner, rest) } : value;
}

/** The fields of an object that the application's ignoreDifferences name. */
export function pointersFor(
  ignored: readonly IgnoredDifference[],
  object: KubeObject,
  kind: Kind,
): readonly Path[] {
  return ignored
    .filter((rule) => (rule.group === '*' || rule.group === kind.group) && rule.kind === kind.kind)
    .filter((rule) => rule.name === undefined || rule.name === object.metadata.name)
    .flatMap((rule) => rule.pointers.map(pathOf));
}

/** A JSON pointer (RFC 6901) in its parts. */
function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The target with the live values of what is ignored: RespectIgnoreDifferences. */
export function respecting(target: KubeObject, live: KubeObject, pointers: readonly Path[]): KubeObject {
  let kept: JsonMap = target;
  for (const pointer of pointers) kept = withAt(kept, pointer, valueAt(live, pointer));
  return kept as KubeObject;
}

function valueAt(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => (isMap(found) ? found[key] : undefined), value);
}
