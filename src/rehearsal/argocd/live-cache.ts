import type { Clock } from '../clock.ts';
import type { Change } from '../cluster/changes.ts';
import { annotationOf, type KubeObject, keyOf, type Ref, refOf } from '../cluster/object.ts';
import type { Store } from '../cluster/store.ts';
import { ANNOTATION } from './sync-options.ts';

/**
 * Argo CD's copy of the cluster. It follows the API server by a moment, and what reads it meanwhile sees what was: a
 * Job that was just replaced is still the old one there.
 */
export class LiveCache {
  readonly #objects = new Map<string, KubeObject>();
  #listeners: readonly ((change: Change) => void)[] = [];

  constructor(store: Store, clock: Clock, lag: number) {
    store.changes.subscribe((change) => {
      clock.after(lag, () => this.#follow(change));
    });
  }

  find(ref: Ref): KubeObject | undefined {
    return this.#objects.get(keyOf(ref));
  }

  /** All that carry the tracking id of an application, whatever object it names. */
  trackedBy(app: string): readonly KubeObject[] {
    return [...this.#objects.values()].filter((object) =>
      annotationOf(object, ANNOTATION.tracking)?.startsWith(`${app}:`),
    );
  }

  children(uid: string): readonly KubeObject[] {
    return [...this.#objects.values()].filter((object) =>
      (object.metadata.ownerReferences as readonly { uid?: unknown }[] | undefined)?.some(
        (one) => one.uid === uid,
      ),
    );
  }

  subscribe(listener: (change: Change) => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  #follow(change: Change): void {
    const key = keyOf(refOf(change.object));
    if (change.type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, change.object);
    for (const listener of this.#listeners) listener(change);
  }
}
