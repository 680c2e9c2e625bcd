import type { KubeObject } from './object.ts';

/** Who writes: the account, and the field manager by which its writes are told apart. */
export interface Writer {
  readonly user: string;
  readonly manager: string;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly before: KubeObject | undefined;
  readonly by: Writer;
  readonly version: number;
}

/** All that ever changed in a store, and who wants to know of it. */
export class Changes {
  readonly #all: Change[] = [];
  #listeners: readonly ((change: Change) => void)[] = [];

  add(change: Change): void {
    this.#all.push(change);
    for (const listener of this.#listeners) listener(change);
  }

  /** Since a version, oldest first: what a watch gives. */
  since(version: number): readonly Change[] {
    return this.#all.filter((change) => change.version > version);
  }

  /** Tells each change once it is stored; the returned function ends that. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }
}
