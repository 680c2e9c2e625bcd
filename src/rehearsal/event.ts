import type { Ref } from './cluster/object.ts';

/** What happened, and when. In the order in which it happened. */
export type RehearsalEvent = Happening & {
  /** Milliseconds since 1970, of the rehearsal's clock. */
  readonly at: number;
};

export type Happening = ClusterHappening | ApplicationHappening;

/** In the cluster, whoever caused it. */
export type ClusterHappening =
  /** Somebody who is neither Argo CD nor Kubernetes itself wrote to an object. */
  | {
      readonly type: 'written';
      readonly object: Ref;
      readonly by: string;
      readonly what: 'created' | 'deleted';
    }
  | {
      readonly type: 'changed';
      readonly object: Ref;
      readonly by: string;
      /** Each changed field with its new value, `undefined` where it is gone. */
      readonly fields: readonly { readonly path: readonly string[]; readonly value: string | undefined }[];
    }
  | { readonly type: 'pod-started'; readonly pod: Ref; readonly of: Ref }
  | {
      readonly type: 'pod-waits';
      readonly pod: Ref;
      readonly of: Ref;
      readonly reason: string;
      readonly message: string;
    }
  | { readonly type: 'pod-said'; readonly pod: Ref; readonly of: Ref; readonly line: string }
  | {
      readonly type: 'pod-signalled';
      readonly pod: Ref;
      readonly of: Ref;
      readonly signal: 'SIGTERM' | 'SIGKILL';
    }
  | {
      readonly type: 'pod-ended';
      readonly pod: Ref;
      readonly of: Ref;
      readonly exitCode: number;
      /** The last lines of its log, if it failed and its containers ask for them. */
      readonly message: string;
    }
  | {
      readonly type: 'job-ended';
      readonly job: Ref;
      readonly condition: 'Complete' | 'Failed';
      readonly message: string;
    }
  | { readonly type: 'rolled-out' | 'rollout-stuck'; readonly deployment: Ref; readonly message: string }
  | {
      readonly type: 'reported';
      readonly object: Ref;
      readonly level: string;
      readonly reason: string;
      readonly message: string;
    };

/** What Argo CD did, and what an application showed. */
export type ApplicationHappening =
  | { readonly type: 'committed'; readonly app: string; readonly source: string; readonly revision: string }
  | {
      readonly type: 'operation-started';
      readonly app: string;
      readonly why: 'sync' | 'rollback' | 'automated sync' | 'self-heal';
      readonly revision: string;
      /** Of a rollback: the history entry. */
      readonly entry: number | undefined;
      readonly hooks: boolean;
      /** The objects of a selective sync; empty for all of them. */
      readonly only: readonly Pick<Ref, 'kind' | 'name'>[];
    }
  | { readonly type: 'operation-message'; readonly app: string; readonly message: string }
  | {
      readonly type: 'operation-retries';
      readonly app: string;
      readonly message: string;
      readonly inSeconds: number;
    }
  | {
      readonly type: 'operation-ended';
      readonly app: string;
      readonly phase: 'Succeeded' | 'Failed' | 'Error';
      readonly message: string;
    }
  | {
      readonly type: 'object';
      readonly app: string;
      readonly phase: SyncPhase;
      readonly wave: number;
      readonly object: Ref;
      readonly hook: boolean;
      readonly outcome: ObjectOutcome;
      readonly message: string;
    }
  | {
      readonly type: 'hook-deleted';
      readonly app: string;
      readonly object: Ref;
      readonly why: 'BeforeHookCreation' | 'HookSucceeded' | 'HookFailed' | 'Terminated';
    }
  | {
      readonly type: 'sync-status';
      readonly app: string;
      readonly status: SyncStatus;
      readonly outOfSync: readonly Ref[];
    }
  | {
      readonly type: 'health';
      readonly app: string;
      readonly status: HealthStatus;
      /** Those whose health it is. */
      readonly because: readonly { readonly object: Ref; readonly message: string }[];
    }
  | {
      readonly type: 'condition';
      readonly app: string;
      readonly condition: string;
      readonly message: string | undefined;
    }
  | { readonly type: 'history'; readonly app: string; readonly entry: number; readonly revision: string };

export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';
export type SyncStatus = 'Synced' | 'OutOfSync' | 'Unknown';
export type HealthStatus = 'Healthy' | 'Suspended' | 'Progressing' | 'Missing' | 'Degraded' | 'Unknown';

export type ObjectOutcome =
  | 'created'
  | 'changed'
  | 'unchanged'
  | 'replaced'
  | 'pruned'
  /** Not in Git any more and left there; the message says why. */
  | 'not pruned'
  | 'skipped'
  | 'refused'
  | 'succeeded'
  | 'failed';

/** Takes what happens; the moment is put to it. */
export type Tell = (happening: Happening) => void;
