import type { BundledDefinition, Change, ErrorCode, Held, RunReport } from '../api/api.ts';
import type { Engine, Target } from '../engines/engines.ts';
import type { Migration } from '../migrations/migrations.ts';
import type { Awaited } from './awaited.ts';

/** What a run is asked to do, and by whom. */
export interface RunRequest {
  readonly engine: Engine;
  readonly target: Target;
  readonly definition: BundledDefinition;
  readonly migrations: readonly Migration[];
  /** Digest of the bundle; `''` without one. */
  readonly bundle: string;
  /** Both, where they are still being read while the server is connected to: `withFiles` waits for them. */
  readonly reading?: Promise<Files>;
  /** `<namespace>/<name>`; `/<name>` from outside a cluster. */
  readonly owner: string;
  /** Hash of the cluster's CA, where it is known. */
  readonly cluster?: string;
  /** Name of the Job; absent on a laptop. */
  readonly job?: string;
  /** URL of a server on which scratch databases may be made; absent: the target's own, where the definition lets us. */
  readonly scratch?: string;
  /** Codes that a person has allowed. */
  readonly allow: ReadonlySet<string>;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** How long a server that was never reached is waited for, milliseconds. */
  readonly patience: number;
  readonly signal?: AbortSignal;
  /** How long after the signal a server that does not answer is left to itself; milliseconds, 5,000 by default. */
  readonly leaveAfter?: number;
  /** Asked right before each contract migration: may it still run? Throws `superseded`. */
  readonly stillWanted?: () => Promise<void>;
  /** Sentences about what is waited for, for people. */
  readonly progress: (message: string) => void;
}

export type Files = Pick<RunRequest, 'migrations' | 'bundle'>;

/** The request with its files. Throws what is wrong with them: then no run has begun. */
export async function withFiles(request: RunRequest, log: Pick<RunLog, 'begun'>): Promise<RunRequest> {
  const { reading, ...rest } = request;
  if (reading === undefined) return request;
  try {
    const files = await reading;
    return {
      ...rest,
      migrations: files.migrations,
      // Where nothing is pending nobody asks for it.
      get bundle() {
        return files.bundle;
      },
    };
  } catch (error) {
    log.begun = false;
    throw error;
  }
}

export function isAllowed(request: RunRequest, code: ErrorCode): boolean {
  return request.allow.has(code) || request.allow.has('all');
}

/** What a run has done so far. It outlives a lost connection, so that the report tells all of it. */
export interface RunLog {
  readonly applied: { id: string; ms: number }[];
  readonly undone: { id: string; exact: boolean; differences: readonly Change[] }[];
  readonly held: Held[];
  readonly absorbed: Set<string>;
  readonly notes: string[];
  pending: string[];
  /** Key of the history entry that was written last. */
  last: string;
  /** The lock was had: from here on there is a run to report of. */
  begun: boolean;
  snapshot?: string;
  /** A COMMIT whose answer has not come. */
  readonly awaited: Awaited[];
}

export function newLog(): RunLog {
  return {
    applied: [],
    undone: [],
    held: [],
    absorbed: new Set(),
    notes: [],
    awaited: [],
    pending: [],
    last: '',
    begun: false,
  };
}

/** The report of contracts §7. */
export function reportOf(log: RunLog, result: RunReport['result'], error?: RunReport['error']): RunReport {
  return {
    result,
    applied: log.applied,
    undone: log.undone,
    held: log.held,
    absorbed: [...log.absorbed].sort(),
    pending: log.pending,
    ...(log.snapshot === undefined ? {} : { snapshot: log.snapshot }),
    notes: log.notes,
    ...(error === undefined ? {} : { error }),
  };
}

/** A migration was applied; objects that were in drift before and that it changed. */
export function tellApplied(
  log: RunLog,
  { id, ms }: { readonly id: string; readonly ms: number },
  absorbed: readonly string[] = [],
): void {
  log.applied.push({ id, ms: Math.round(ms) });
  for (const object of absorbed) log.absorbed.add(object);
}
