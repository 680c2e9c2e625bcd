import type { ErrorReason } from './error-codes.ts';

/**
 * Reasons of conditions that are no errors. The others are error codes as `reasonOf` spells them. Adding one is
 * compatible, renaming one is not: alerts match on them.
 */
export const PLAIN_REASONS = {
  Succeeded: 'The last run ended well, and the database stands where the bundle says.',
  InSync: 'The live database is the recorded snapshot.',
  Drifted: 'The live database differs from the recorded snapshot; `status.drift` names the objects.',
  Ahead: 'Migrations are applied that the bundle does not have.',
  Missing: 'Migrations were applied once and are not in the database: it was restored from a backup.',
  Pending: 'Migrations of the bundle are not applied yet.',
  InProgress: 'A rollout is under way: a run has begun and has not ended.',
  NoVerdict: 'No verdict on drift: a run is at work, or a migration stands half-applied.',
  NeverConverged: 'The Jobs that belong to this DatabaseSchema never ended well within their deadline.',
  JobNotStarted: 'A Job failed before its container started: image, Secret or quota.',
  Stale: 'No drift check within the time in which there should have been one.',
} as const satisfies Record<string, string>;

export type PlainReason = keyof typeof PLAIN_REASONS;

/** What a condition of a DatabaseSchema can give as its reason. */
export type Reason = PlainReason | ErrorReason;

interface ConditionFacts {
  /** What `True` says; whether that is the good state. */
  readonly means: string;
  readonly good: 'True' | 'False';
}

/** Conditions of a DatabaseSchema. The first three are kstatus', which Flux, Argo CD and `kubectl wait` read. */
export const CONDITION_TYPES = {
  Ready: {
    means:
      'The database stands where the bundle says, is the recorded snapshot, and nothing is held. Its message is the summary.',
    good: 'True',
  },
  Reconciling: { means: 'A rollout is under way.', good: 'False' },
  Stalled: {
    means:
      'Nothing goes on by itself: a run failed or was refused, an undo is held, or drift is only reported.',
    good: 'False',
  },
  Migrated: {
    means: 'Every migration of the bundle is applied, and none that it does not have.',
    good: 'True',
  },
  Drifted: { means: 'The live database differs from the recorded snapshot.', good: 'False' },
} as const satisfies Record<string, ConditionFacts>;

export type ConditionType = keyof typeof CONDITION_TYPES;
