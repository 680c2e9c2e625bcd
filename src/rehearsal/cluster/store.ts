import { type Json, type JsonMap, mapAt, same, textAt, withAt } from '../values.ts';
import { ApiError } from './api-error.ts';
import { Changes, type Writer } from './changes.ts';
import { born, completed } from './defaults.ts';
import { withoutNulls } from './fields.ts';
import type { Kind, Kinds } from './kinds.ts';
import {
  finalizersOf,
  isDeleting,
  type KubeObject,
  keyOf,
  ownersOf,
  type Ref,
  refOf,
  uidOf,
  withMetadata,
} from './object.ts';
import { afterUpdate, type Ownership, serverSideApply } from './ownership.ts';
import { validate, validateChange } from './validate.ts';

export interface WriteOptions {
  /** Checks and computes all, and stores nothing. */
  readonly dryRun?: boolean;
  readonly subresource?: 'status';
}

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly propagation?: Propagation;
  /** Seconds; 0 removes a running pod at once. */
  readonly grace?: number;
  readonly uid?: string;
}

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/**
 * The API server's objects and the rules of writing them: versions, generations, immutable fields, status apart from
 * the rest, finalizers, who owns which field. Throws `ApiError` as the API server would answer. A write that changes
 * nothing is no change: no new version, nobody is told.
 */
export class Store {
  readonly kinds: Kinds;
  readonly changes = new Changes();
  readonly #stamp: () => string;
  readonly #objects = new Map<string, KubeObject>();
  readonly #owners = new Map<string, Ownership>();
  #version = 0;
  #names = 0;

  constructor(kinds: Kinds, stamp: () => string) {
    this.kinds = kinds;
    this.#stamp = stamp;
  }

  /** The time that is written into objects. */
  stamp(): string {
    return this.#stamp();
  }

  get version(): number {
    return this.#version;
  }

  find(ref: Ref): KubeObject | undefined {
    return this.#objects.get(keyOf(ref));
  }

  get(ref: Ref): KubeObject {
    const found = this.find(ref);
    if (found === undefined) throw new ApiError('NotFound', `${this.#named(ref)} not found`);
    return found;
  }

  /** Sorted by namespace and name. */
  list(kind: Pick<Kind, 'group' | 'kind'>, namespace?: string): readonly KubeObject[] {
    return [...this.#objects.entries()]
      .filter(([key]) => key.startsWith(`${kind.group}/${kind.kind}/`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace);
  }

  dependents(uid: string): readonly KubeObject[] {
    return [...this.#objects.values()].filter((object) =>
      ownersOf(object).some((owner) => owner.uid === uid),
    );
  }

  ownersOf(ref: Ref): Ownership {
    return this.#owners.get(keyOf(ref)) ?? new Map();
  }

  create(given: KubeObject, by: Writer, options: WriteOptions = {}): KubeObject {
    const kind = this.kindOf(given);
    const [object, ref] = this.#placed(given, kind);
    if (this.find(ref) !== undefined)
      throw new ApiError('AlreadyExists', `${this.#named(ref)} already exists`);
    const fresh = this.#born(object, kind);
    validate(fresh, kind);
    const owners = afterUpdate(new Map(), by.manager, undefined, fresh, kind);
    return this.#put(undefined, fresh, by, owners, options);
  }

  /** PUT: all of the object; with a resourceVersion only if that is still the newest. */
  replace(given: KubeObject, by: Writer, options: WriteOptions = {}): KubeObject {
    const kind = this.kindOf(given);
    const [object, ref] = this.#placed(given, kind);
    const before = this.get(ref);
    const version = textAt(object, 'metadata', 'resourceVersion');
    if (version !== undefined && version !== textAt(before, 'metadata', 'resourceVersion')) {
      throw new ApiError(
        'Conflict',
        `Operation cannot be fulfilled on ${this.#named(ref)}: the object has been modified; please apply your changes to the latest version and try again`,
      );
    }
    const after = this.#joined(before, object, kind, options);
    const owners = afterUpdate(this.ownersOf(ref), by.manager, before, after, kind);
    return this.#put(before, after, by, owners, options);
  }

  /** Any change that is worked out from the object as it is. */
  update(
    ref: Ref,
    by: Writer,
    change: (object: KubeObject) => KubeObject,
    options: WriteOptions = {},
  ): KubeObject {
    return this.replace(change(this.get(ref)), by, options);
  }

  setStatus(ref: Ref, by: Writer, status: JsonMap): KubeObject {
    return this.update(ref, by, (object) => ({ ...object, status }), { subresource: 'status' });
  }

  /** Server-side apply; makes the object where there is none. */
  apply(
    given: KubeObject,
    by: Writer,
    options: WriteOptions & { readonly force?: boolean } = {},
  ): KubeObject {
    const kind = this.kindOf(given);
    const [config, ref] = this.#placed(completed(given), kind);
    const before = this.find(ref);
    const { object, owners } = serverSideApply(
      before,
      this.ownersOf(ref),
      config,
      by.manager,
      kind,
      options.force ?? false,
    );
    const merged = object as KubeObject;
    const after =
      before === undefined ? this.#born(merged, kind) : this.#joined(before, merged, kind, options);
    validate(after, kind);
    return this.#put(before, after, by, owners, options);
  }

  /** Begins the deletion; finalizers and running pods put off its end. */
  remove(ref: Ref, by: Writer, { propagation = 'Background', grace, uid }: DeleteOptions = {}): void {
    const object = this.get(ref);
    if (uid !== undefined && uid !== uidOf(object)) {
      throw new ApiError(
        'Conflict',
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(object)}`,
      );
    }
    const finalizers = new Set(finalizersOf(object));
    if (propagation === 'Foreground') finalizers.add(FOREGROUND);
    if (propagation === 'Orphan') finalizers.add(ORPHAN);
    const seconds = isRunningPod(object) ? (grace ?? graceOf(object)) : 0;
    if (finalizers.size === 0 && seconds === 0) {
      this.#drop(object, by);
      return;
    }
    const deleting = withMetadata(object, {
      deletionTimestamp: textAt(object, 'metadata', 'deletionTimestamp') ?? this.stamp(),
      finalizers: finalizers.size === 0 ? undefined : [...finalizers],
      ...(isRunningPod(object) ? { deletionGracePeriodSeconds: seconds } : {}),
    });
    this.#put(object, deleting, by, this.ownersOf(ref), {});
  }

  /** Takes a finalizer off; the last one off an object that is being deleted ends it. */
  release(ref: Ref, finalizer: string, by: Writer): void {
    const object = this.find(ref);
    if (object === undefined) return;
    const left = finalizersOf(object).filter((other) => other !== finalizer);
    if (left.length === finalizersOf(object).length) return;
    this.#put(
      object,
      withMetadata(object, { finalizers: left.length === 0 ? undefined : left }),
      by,
      this.ownersOf(ref),
      {},
    );
  }

  /** The end of a pod whose processes are gone. */
  drop(ref: Ref, by: Writer): void {
    const object = this.find(ref);
    if (object !== undefined) this.#drop(object, by);
  }

  /** Throws `NotFound` for a kind that the API server does not know. */
  kindOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): Kind {
    const group = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] ?? '') : '';
    const kind = this.kinds.find(group, object.kind);
    if (kind !== undefined) return kind;
    throw new ApiError(
      'NotFound',
      `The Kubernetes API could not find ${group}/${object.kind}: the server could not find the requested resource`,
    );
  }

  /** With the namespace that its kind asks for, and a name made up from generateName. */
  #placed(object: KubeObject, kind: Kind): [KubeObject, Ref] {
    const namespace = kind.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    if (
      namespace !== undefined &&
      !this.#objects.has(keyOf({ group: '', kind: 'Namespace', namespace: '', name: namespace }))
    ) {
      throw new ApiError('NotFound', `namespaces "${namespace}" not found`);
    }
    const prefix = textAt(object, 'metadata', 'generateName');
    const name = textAt(object, 'metadata', 'name') ?? `${prefix ?? ''}${this.#suffix()}`;
    const placed = withMetadata(withoutNulls(object), { namespace, name });
    return [placed, refOf(placed)];
  }

  #born(object: KubeObject, kind: Kind): KubeObject {
    this.#names += 1;
    const uid = `00000000-0000-4000-8000-${String(this.#names).padStart(12, '0')}`;
    const fresh = withMetadata(object, {
      uid,
      creationTimestamp: this.stamp(),
      generation: 1,
      resourceVersion: undefined,
      deletionTimestamp: undefined,
    });
    // Kubernetes' own kinds have a status from the first moment.
    return born(kind.status ? (withAt(fresh, ['status'], kind.typed ? {} : undefined) as KubeObject) : fresh);
  }

  /** What a write may change of an object, the rest as it was. */
  #joined(before: KubeObject, given: KubeObject, kind: Kind, { subresource }: WriteOptions): KubeObject {
    if (subresource === 'status') return withAt(before, ['status'], mapAt(given, 'status')) as KubeObject;
    const kept: readonly string[] = [
      'uid',
      'creationTimestamp',
      'generation',
      'deletionTimestamp',
      'resourceVersion',
    ];
    const metadata = Object.fromEntries(kept.map((name) => [name, before.metadata[name]]));
    const after = completed(withMetadata(given, metadata));
    const whole = kind.status ? (withAt(after, ['status'], before.status) as KubeObject) : after;
    validateChange(before, whole, kind);
    validate(whole, kind);
    if (same(content(before), content(whole))) return whole;
    return withMetadata(whole, { generation: Number(before.metadata.generation) + 1 });
  }

  #put(
    before: KubeObject | undefined,
    after: KubeObject,
    by: Writer,
    owners: Ownership,
    options: WriteOptions,
  ): KubeObject {
    if (before !== undefined && same(before, after)) {
      if (options.dryRun !== true) this.#owners.set(keyOf(refOf(after)), owners);
      return before;
    }
    if (options.dryRun === true) return after;
    this.#version += 1;
    const stored = withMetadata(after, { resourceVersion: String(this.#version) });
    const key = keyOf(refOf(stored));
    if (isDeleting(stored) && finalizersOf(stored).length === 0 && !isRunningPod(stored)) {
      this.#forget(stored, before, by);
      return stored;
    }
    this.#objects.set(key, stored);
    this.#owners.set(key, owners);
    if (stored.kind === 'CustomResourceDefinition') this.kinds.learn(stored);
    this.changes.add({
      type: before === undefined ? 'ADDED' : 'MODIFIED',
      object: stored,
      before,
      by,
      version: this.#version,
    });
    return stored;
  }

  #drop(object: KubeObject, by: Writer): void {
    this.#version += 1;
    this.#forget(withMetadata(object, { resourceVersion: String(this.#version) }), object, by);
  }

  #forget(object: KubeObject, before: KubeObject | undefined, by: Writer): void {
    this.#objects.delete(keyOf(refOf(object)));
    this.#owners.delete(keyOf(refOf(object)));
    if (object.kind === 'CustomResourceDefinition') this.kinds.forget(object);
    this.changes.add({ type: 'DELETED', object, before, by, version: this.#version });
  }

  #suffix(): string {
    this.#names += 1;
    return (this.#names * 1_000_003).toString(36).padStart(5, '0').slice(-5);
  }

  #named({ group, kind, name }: Ref): string {
    const plural = this.kinds.find(group, kind)?.plural ?? kind.toLowerCase();
    return `${plural}${group === '' ? '' : `.${group}`} "${name}"`;
  }
}

/** A pod whose containers may still be running: its end waits for the kubelet. */
function isRunningPod(object: KubeObject): boolean {
  return object.kind === 'Pod' && textAt(object, 'status', 'phase') === 'Running';
}

function graceOf(pod: KubeObject): number {
  const seconds = mapAt(pod, 'spec').terminationGracePeriodSeconds;
  return typeof seconds === 'number' ? seconds : 30;
}

/** What a generation counts. */
function content(object: KubeObject): Json {
  const { metadata: _, status: __, ...rest } = object;
  return rest;
}
