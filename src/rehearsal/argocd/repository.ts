import type { KubeObject } from '../cluster/object.ts';

/** What the plugin makes of one revision: manifests, or its failure. */
export type Output =
  | { readonly manifests: readonly KubeObject[]; readonly takes?: number }
  | {
      /** All that it wrote to stderr; it exited 1. */
      readonly failure: string;
      /** Milliseconds that the plugin needs. */
      readonly takes?: number;
    };

export type Generated =
  | { readonly manifests: readonly KubeObject[] }
  | { readonly failure: string; readonly cached: boolean };

const CACHED_AFTER = 3;
const CACHED_FOR = 3_600_000;

/** One source of an application: its commits, and the repo-server that runs the plugin on them. */
export class Repository {
  readonly #commits = new Map<string, Output>();
  readonly #generated = new Set<string>();
  readonly #failures = new Map<string, { count: number; since: number }>();
  #head = '';

  /** The newest revision of the branch that the application follows; empty before the first commit. */
  get head(): string {
    return this.#head;
  }

  /** An older revision may be committed again: as a `git revert` does, under a name of its own. */
  commit(revision: string, output: Output): void {
    this.#commits.set(revision, output);
    this.#head = revision;
  }

  has(revision: string): boolean {
    return this.#commits.has(revision);
  }

  /** Milliseconds until the manifests of that revision are there: none if they are in the cache. */
  takes(revision: string): number {
    return this.#generated.has(revision) ? 0 : (this.#commits.get(revision)?.takes ?? 0);
  }

  /** Manifests from the cache, or from a run of the plugin. A hard refresh empties the cache first. */
  generate(revision: string, now: number, hard: boolean): Generated {
    const output = this.#commits.get(revision) ?? {
      failure: `unable to resolve '${revision}' to a commit SHA`,
    };
    if (hard) this.#failures.delete(revision);
    if (!('failure' in output)) {
      this.#generated.add(revision);
      return output;
    }
    const failed = this.#failures.get(revision);
    if (failed !== undefined && failed.count >= CACHED_AFTER && now - failed.since < CACHED_FOR)
      return { failure: output.failure, cached: true };
    this.#failures.set(revision, { count: (failed?.count ?? 0) + 1, since: now });
    return { failure: output.failure, cached: false };
  }
}
