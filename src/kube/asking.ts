import { MooringError } from '../api/api.ts';
import { ApiFailure } from './failure.ts';
import type { KubeObject } from './object.ts';

export type Answer = KubeObject | 'denied' | 'absent';

/** What becomes of an API server's no: some things a run must know, all others it does without, and says so once. */
export class Asking {
  readonly #log: (line: string) => void;
  readonly #told = new Set<string>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Done without where it is forbidden. Throws `cluster-unreachable` where nobody answers; `state` is what is so far done. */
  async needed(what: string, state: string, ask: () => Promise<KubeObject>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      if (error.isAbsent) return 'absent';
      if (error.isForbidden) {
        this.excuse(what, error);
        return 'denied';
      }
      throw new MooringError(
        'cluster-unreachable',
        `the API server did not let this Job ${what}: ${error.message}`,
        { hint: `${state} Sync again when the cluster is well.`, cause: error },
      );
    }
  }

  /** Something that a run does not fail for. */
  async optional(what: string, ask: () => Promise<KubeObject>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiFailure && error.isAbsent) return 'absent';
      this.excuse(what, error);
      return 'denied';
    }
  }

  /** Said once for each thing. Throws what is no answer of the server. */
  excuse(what: string, error: unknown): void {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.isAbsent || error.status === 409 || this.#told.has(what)) return;
    this.#told.add(what);
    this.#log(`note: cannot ${what}: ${error.message}`);
  }
}
