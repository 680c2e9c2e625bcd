import { annotationOf, type KubeObject, type Ref, refOf, withMetadata } from '../cluster/object.ts';
import { mapAt } from '../values.ts';
import { ANNOTATION } from './sync-options.ts';

/** An object of Git as it is applied: in its namespace, with the annotation that says whose it is. */
export function tracked(object: KubeObject, app: string, namespace: string, namespaced: boolean): KubeObject {
  const placed = withMetadata(object, {
    namespace: namespaced ? (object.metadata.namespace ?? namespace) : undefined,
  });
  const annotations = {
    ...mapAt(object, 'metadata', 'annotations'),
    [ANNOTATION.tracking]: trackingId(app, refOf(placed), namespace),
  };
  return withMetadata(placed, { annotations });
}

/** Is it an object of that application, and not a copy of one under another name? */
export function belongsTo(object: KubeObject, app: string, namespace: string): boolean {
  return annotationOf(object, ANNOTATION.tracking) === trackingId(app, refOf(object), namespace);
}

function trackingId(app: string, { group, kind, name, namespace }: Ref, fallback: string): string {
  return `${app}:${group}/${kind}:${namespace === '' ? fallback : namespace}/${name}`;
}
