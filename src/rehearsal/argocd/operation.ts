import type { Ref } from '../cluster/object.ts';
import type { SyncPhase } from '../event.ts';
import type { Retry } from './settings.ts';

/** What an application is asked to do. */
export interface Operation {
  readonly why: 'sync' | 'rollback' | 'automated sync' | 'self-heal';
  /** One a source. */
  readonly revisions: readonly string[];
  /** Of a rollback: the history entry. */
  readonly entry: number | undefined;
  readonly prune: boolean;
  readonly options: ReadonlySet<string>;
  /** Rollback and `--strategy apply`: no hooks. */
  readonly applyOnly: boolean;
  readonly force: boolean;
  /** The objects of a selective sync, which runs no hooks either; empty for all. */
  readonly only: readonly Selected[];
  readonly retry: Retry | undefined;
  readonly automated: boolean;
  /** How many syncs by self-heal came before, with nothing else between them. */
  readonly selfHealAttempts: number;
}

/** Without a namespace, as Argo CD notes it. */
export type Selected = Pick<Ref, 'group' | 'kind' | 'name'>;

export type OperationPhase = 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';
export type ResultCode = 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';

/** What became of one object in one phase of an operation, as its status tells it. */
export interface Result {
  readonly ref: Ref;
  readonly phase: SyncPhase;
  readonly hook: boolean;
  readonly code: ResultCode;
  readonly state: OperationPhase;
  readonly message: string;
}

/** `Sync batch/Job/demo/gate` */
export type ResultKey = string;
export type Results = ReadonlyMap<ResultKey, Result>;

export interface OperationState {
  readonly operation: Operation;
  readonly phase: OperationPhase;
  readonly message: string;
  readonly startedAt: number;
  /** Also while it is Running and waits for its next attempt. */
  readonly finishedAt: number | undefined;
  readonly retries: number;
  readonly revisions: readonly string[];
  readonly results: Results;
}

export function runsHooks(operation: Operation): boolean {
  return !operation.applyOnly && operation.only.length === 0;
}

export function isOver(phase: OperationPhase): phase is 'Succeeded' | 'Failed' | 'Error' {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Error';
}
