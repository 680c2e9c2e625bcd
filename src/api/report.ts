import type { ErrorReport } from './error.ts';
import type { ErrorCode } from './error-codes.ts';
import type { Hazard, HazardCode } from './hazard-codes.ts';

export const API_VERSION = 'mooring.dev/v1alpha1';

/** Every JSON result but `split`'s: the fields of a single target also stand at the top level (contracts §7). */
export type Envelope<Kind extends string, T> = {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: Kind;
  readonly targets: readonly ({ readonly target: string } & T)[];
} & Partial<T>;

/** Wraps one target's result in the envelope, its fields also at the top level. */
export function envelope<Kind extends string, T extends object>(
  kind: Kind,
  result: T,
  target = 'default',
): Envelope<Kind, T> {
  return { apiVersion: API_VERSION, kind, ...result, targets: [{ target, ...result }] };
}

export interface Change {
  /** `<kind> <identity>`, e.g. `column public.orders.note`. */
  readonly object: string;
  readonly kind: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** `<property>: <old> → <new>`. */
  readonly details: readonly string[];
}

export interface DriftReport {
  readonly drifted: boolean;
  readonly changes: readonly Change[];
  /** Kinds of object that are there and that we do not model, with counts: `<kind> (<n>)`. */
  readonly unmodelled: readonly string[];
  /** Objects that the snapshot does not speak of because it was taken with less coverage; never drift. */
  readonly notRecorded: readonly string[];
  /** Migrations that are recorded elsewhere and not in the database. */
  readonly missing: readonly string[];
  /** Applied migrations that the files do not have. */
  readonly ahead: readonly string[];
  /** Why no verdict was given: the lock is held, a migration is open. */
  readonly quiet?: string;
  readonly fingerprint?: string;
  readonly snapshot?: { readonly fingerprint: string; readonly at: string };
}

export type RunResult = 'done' | 'nothing' | 'failed' | 'refused' | 'held' | 'superseded';

export interface Held {
  readonly id: string;
  readonly reason: ErrorCode;
  readonly message: string;
  /** How much is at stake, `~` before estimates. */
  readonly estimate?: string;
  /** What to add to the command so that it is done all the same; empty if nothing allows it. */
  readonly allow: string;
  /** What differs, for `undo-inexact`. */
  readonly differences?: readonly Change[];
}

export interface RunReport {
  readonly result: RunResult;
  readonly applied: readonly { readonly id: string; readonly ms: number }[];
  readonly undone: readonly {
    readonly id: string;
    readonly exact: boolean;
    readonly differences: readonly Change[];
  }[];
  readonly held: readonly Held[];
  /** Objects that were in drift and that this run changed: no longer reported as drift. */
  readonly absorbed: readonly string[];
  readonly pending: readonly string[];
  /** The fingerprint of the snapshot that now stands. */
  readonly snapshot?: string;
  /** Sentences for people: what was settled, retried, waited for. */
  readonly notes: readonly string[];
  readonly error?: ErrorReport;
}

export interface PlanReport {
  readonly pending: readonly {
    readonly id: string;
    readonly phase: 'expand' | 'contract';
    readonly transactional: boolean;
    readonly statements: readonly {
      readonly sql: string;
      readonly line: number;
      readonly endLine: number;
      readonly hazards: readonly Hazard[];
    }[];
  }[];
  /** Stands for what is pending; `hazards.approve` names it. */
  readonly digest: string;
  /** What the definition refuses: a run would end there. */
  readonly refused: readonly Hazard[];
  /** What a person has to approve first, of statements that nobody has written. */
  readonly unapproved: readonly Hazard[];
  /** Ids that the way back from here would undo, newest first. */
  readonly undo: readonly string[];
}

export interface StatusReport {
  readonly head: string | null;
  readonly applied: number;
  readonly pending: readonly string[];
  readonly failed: { readonly id: string; readonly at: string; readonly error: ErrorReport } | null;
  readonly inDoubt: {
    readonly id: string;
    readonly statement: number;
    readonly sql: string;
    readonly file: string;
    readonly line: number;
  } | null;
  readonly lock: LockHolder | null;
  readonly claim: {
    readonly owner: string;
    readonly bundle: string;
    readonly at: string;
    readonly by: string;
  } | null;
  readonly snapshot: { readonly fingerprint: string; readonly at: string } | null;
}

export interface LockHolder {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  readonly client: string;
  /** Seconds since its session or its statement began. */
  readonly ageSeconds: number;
  readonly query: string;
  /** The exact statement that ends it. */
  readonly terminate: string;
}

export interface HistoryReport {
  readonly entries: readonly {
    readonly seq: number;
    readonly action: string;
    readonly id: string;
    readonly checksum: string;
    readonly state: string;
    readonly at: string;
    readonly ms: number;
    readonly by: string;
    readonly runner: string;
    readonly bundle: string;
  }[];
}

export interface Finding {
  readonly code: ErrorCode | HazardCode;
  readonly severity: 'error' | 'warning' | 'info';
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export interface FindingsReport {
  readonly findings: readonly Finding[];
}

export interface RehearsalReport {
  /** The revisions, as they were named or found. */
  readonly from: string;
  readonly to: string;
  /** Those that were gone; the first one that is not as it should be is the last. */
  readonly steps: readonly RehearsalStep[];
}

export interface RehearsalStep {
  readonly name: string;
  readonly ok: boolean;
  /** What the Jobs said, and how the database stands after it; lines. */
  readonly detail: string;
}
