import { type Json, type JsonMap, listAt, mapAt, textAt } from '../values.ts';

/** A Kubernetes object as it is sent and stored. */
export type KubeObject = JsonMap & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
};

export type Metadata = JsonMap & {
  readonly name: string;
  readonly namespace?: string;
};

/** Which object, whatever its version. `namespace` is empty for what belongs to none. */
export interface Ref {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly blocks: boolean;
}

/** Is it an object at all: a map with apiVersion, kind and metadata? */
export function isObject(value: Json): value is KubeObject {
  return (
    textAt(value, 'apiVersion') !== undefined &&
    textAt(value, 'kind') !== undefined &&
    (textAt(value, 'metadata', 'name') ?? textAt(value, 'metadata', 'generateName')) !== undefined
  );
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

export function refOf(object: KubeObject): Ref {
  return {
    group: groupOf(object.apiVersion),
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  };
}

export function keyOf({ group, kind, namespace, name }: Ref): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

/** `Job/gate` */
export function titleOf(object: Pick<Ref, 'kind' | 'name'>): string {
  return `${object.kind}/${object.name}`;
}

/** `batch/Job/gate`, as Argo CD's messages name it; core kinds have an empty group. */
export function longTitleOf(object: Pick<Ref, 'group' | 'kind' | 'name'>): string {
  return `${object.group}/${object.kind}/${object.name}`;
}

export function annotationOf(object: KubeObject, name: string): string | undefined {
  return textAt(object, 'metadata', 'annotations', name);
}

export function uidOf(object: KubeObject): string {
  return textAt(object, 'metadata', 'uid') ?? '';
}

export function isDeleting(object: KubeObject): boolean {
  return textAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

export function finalizersOf(object: KubeObject): readonly Json[] {
  return listAt(object, 'metadata', 'finalizers');
}

export function labelsOf(object: KubeObject): JsonMap {
  return mapAt(object, 'metadata', 'labels');
}

export function ownersOf(object: KubeObject): readonly Owner[] {
  return listAt(object, 'metadata', 'ownerReferences').map((owner) => ({
    kind: textAt(owner, 'kind') ?? '',
    name: textAt(owner, 'name') ?? '',
    uid: textAt(owner, 'uid') ?? '',
    blocks: mapAt(owner).blockOwnerDeletion === true,
  }));
}

export function withMetadata(
  object: KubeObject,
  changes: { readonly [key: string]: Json | undefined },
): KubeObject {
  const entries = Object.entries({ ...object.metadata, ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...object, metadata: Object.fromEntries(entries) as Metadata };
}
