import type { Json, JsonMap } from '../values.ts';
import { ApiError } from './api-error.ts';
import { fieldsOf, overlay, withoutField } from './fields.ts';
import type { Kind } from './kinds.ts';
import type { KubeObject } from './object.ts';

/**
 * Who last set which field of an object: what Kubernetes keeps in `managedFields`. A manager's server-side applies and
 * its other writes are counted apart.
 */
export type Ownership = ReadonlyMap<string, ReadonlySet<string>>;

/** After a write that was no server-side apply: what it changed is the writer's, and nobody else's. */
export function afterUpdate(
  owners: Ownership,
  manager: string,
  before: KubeObject | undefined,
  after: KubeObject,
  kind: Kind,
): Ownership {
  const [old, now] = [fieldsOf(owned(before ?? {}), kind.typed), fieldsOf(owned(after), kind.typed)];
  const changed = [...now].filter(
    ([field, value]) => !Object.is(JSON.stringify(old.get(field)), JSON.stringify(value)),
  );
  const gone = [...old.keys()].filter((field) => !now.has(field));
  const touched = new Set([...changed.map(([field]) => field), ...gone]);
  const left = new Map<string, ReadonlySet<string>>();
  for (const [name, fields] of owners)
    left.set(name, new Set([...fields].filter((field) => !touched.has(field))));
  const name = updater(manager);
  left.set(name, new Set([...(left.get(name) ?? []), ...changed.map(([field]) => field)]));
  return left;
}

export interface Applied {
  readonly object: JsonMap;
  readonly owners: Ownership;
}

/**
 * Server-side apply: the fields of `config` are set and become this manager's; fields that it applied before and does
 * not any more go, unless somebody else set them, too. Throws `Conflict` for a field that another set otherwise, unless
 * `force`.
 */
export function serverSideApply(
  live: KubeObject | undefined,
  owners: Ownership,
  config: KubeObject,
  manager: string,
  kind: Kind,
  force: boolean,
): Applied {
  const wanted = fieldsOf(owned(config), kind.typed);
  const found = fieldsOf(owned(live ?? {}), kind.typed);
  const mine = applier(manager);
  const others = [...owners].filter(([name]) => name !== mine);
  const foreign = [...wanted].filter(
    ([field, value]) =>
      found.has(field) &&
      JSON.stringify(found.get(field)) !== JSON.stringify(value) &&
      others.some(([, fields]) => fields.has(field)),
  );
  if (foreign.length > 0 && !force) throw conflict(foreign.map(([field]) => field));
  let merged: Json = overlay(live ?? {}, config, kind.typed);
  for (const field of owners.get(mine) ?? []) {
    if (wanted.has(field) || others.some(([, fields]) => fields.has(field))) continue;
    merged = withoutField(merged, field, kind.typed);
  }
  const lost = new Set(foreign.map(([field]) => field));
  const left = new Map(
    others.map(([name, fields]) => [name, new Set([...fields].filter((one) => !lost.has(one)))]),
  );
  return { object: merged as JsonMap, owners: left.set(mine, new Set(wanted.keys())) };
}

function conflict(fields: readonly string[]): ApiError {
  const shown = fields.map((field) => `.${(JSON.parse(field) as string[]).join('.')}`);
  return new ApiError('Conflict', `Apply failed with ${fields.length} conflict(s): ${shown.join(', ')}`);
}

function applier(manager: string): string {
  return `${manager} apply`;
}

function updater(manager: string): string {
  return `${manager} update`;
}

/** Nobody owns what names an object, what the server itself writes, or the copy that kubectl leaves. */
function owned(object: JsonMap): JsonMap {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  const kept = Object.entries((metadata ?? {}) as JsonMap).filter(([name]) =>
    ['annotations', 'labels', 'finalizers', 'ownerReferences'].includes(name),
  );
  const { annotations, ...others } = Object.fromEntries(kept);
  const { [LAST_APPLIED]: ___, ...own } = (annotations ?? {}) as JsonMap;
  return { ...rest, metadata: { ...others, ...(annotations === undefined ? {} : { annotations: own }) } };
}

/** Where kubectl keeps what it applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
