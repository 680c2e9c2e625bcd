import type { DefinitionSpec } from './definition.ts';
import type { ErrorReport } from './error.ts';
import type { ConditionType, Reason } from './reasons.ts';
import type { Change, Held, RunResult } from './report.ts';

/**
 * The object of kind DatabaseSchema as it stands in a cluster (contracts §6). `spec` comes from Git; `status` is
 * written by our Jobs and is a copy: the truth lies in the database.
 */
export interface DatabaseSchema {
  readonly apiVersion: 'mooring.dev/v1alpha1';
  readonly kind: 'DatabaseSchema';
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: DatabaseSchemaSpec;
  readonly status?: DatabaseSchemaStatus;
}

export type DatabaseSchemaSpec = Omit<DefinitionSpec, 'job' | 'manifests'> & {
  readonly bundle: {
    /** `sha256:` and 64 hex digits. */
    readonly digest: string;
    /** How many migrations the bundle holds, repeatables included. */
    readonly migrations: number;
    /** Id of the last migration in order; absent where there is none. */
    readonly head?: string;
  };
};

/**
 * What is absent is not known yet. Times with the word *epoch* are whole seconds, which the health script can compare;
 * all others are RFC 3339 in UTC. Lists and texts are cut by who writes them (STATUS_LIMITS): the health script has no
 * means to, and the CRD does not refuse long ones, since a refused status would be an old one.
 */
export interface DatabaseSchemaStatus {
  /** `metadata.generation` that was looked at. */
  readonly observedGeneration: number;
  /** At most one of each type. */
  readonly conditions: readonly Condition[];
  readonly bundle?: StatusBundle;
  readonly history?: StatusHistory;
  readonly snapshot?: { readonly fingerprint: string; readonly at: string };
  readonly drift?: StatusDrift;
  /** Undos that wait for a person; empty or absent when none does. */
  readonly held?: readonly StatusHeld[];
  readonly lastRun?: LastRun;
  /** When the database was last looked at. */
  readonly checkedAt?: string;
  /** Epoch: from then on silence counts as bad news. */
  readonly staleAfter?: number;
  /** Epoch: until then health is good, whatever else is said, so that a PostSync hook is not held up. */
  readonly graceUntil?: number;
  readonly targets?: StatusTargets;
}

export interface Condition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: Reason;
  /** One line, ready to be shown. */
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

export interface StatusBundle {
  /** Of the bundle that the database last converged to; absent before the first report of that. */
  readonly digest?: string;
  /** The bundle of a rollout that has begun; `until`, epoch, is when its Jobs must have ended. */
  readonly awaited?: { readonly digest: string; readonly until: number };
}

export interface StatusHistory {
  /** How many migrations are applied. */
  readonly count: number;
  /** Id of the newest applied migration; absent where none is. */
  readonly head?: string;
  /** `sha256:` and hex over the RFC 8785 JSON list of the ids of all applied migrations, in the order of their application. */
  readonly digest: string;
  /** sha256 of the stored undo, by migration id, of those that a rollback may take back. An undo with another hash is not run. */
  readonly undoHashes: Readonly<Record<string, string>>;
}

export interface StatusDrift {
  /** How many objects differ; 0 is none. */
  readonly count: number;
  /** Of the live catalog. */
  readonly fingerprint: string;
  /** The first of them. */
  readonly changes: readonly Change[];
}

export type StatusHeld = Pick<Held, 'id' | 'reason' | 'message' | 'allow' | 'estimate'>;

/** The last run that was to change the database, also one that changed nothing. */
export interface LastRun {
  /** `cli`: from a laptop or CI. A check changes nothing and is no run. */
  readonly job: 'gate' | 'prepare' | 'converge' | 'cli';
  readonly result: RunResult;
  /** When it ended. */
  readonly at: string;
  /** How long it took. */
  readonly ms: number;
  /** Digest of its bundle. */
  readonly bundle: string;
  /** How many migrations it applied, and undid. */
  readonly applied: number;
  readonly undone: number;
  readonly error?: Pick<ErrorReport, 'code' | 'message' | 'hint' | 'file' | 'line'>;
}

export interface StatusTargets {
  readonly total: number;
  readonly ready: number;
  /** Those furthest from ready, the worst first. */
  readonly worst: readonly { readonly target: string; readonly reason: Reason; readonly message: string }[];
}

/** How much of something a status holds. */
export const STATUS_LIMITS = {
  /** `drift.changes`, and `details` of each. */
  changes: 20,
  details: 5,
  /** `targets.worst`. */
  worst: 20,
  /** Characters of a message or a detail. */
  message: 300,
} as const;
