import {
  type Condition,
  type ConditionType,
  type DatabaseSchemaStatus,
  type LastRun,
  type Reason,
  reasonOf,
  type StatusHeld,
} from '../api/api.ts';
import { oneLine, someOf } from './one-line.ts';
import type { Missing, Seen } from './seen.ts';

/** All that the conditions of a DatabaseSchema are made of. */
export interface Picture {
  readonly seen?: Seen;
  readonly missing: Missing;
  readonly run?: LastRun;
  readonly held: readonly StatusHeld[];
  /** The digest of a rollout that is under way. */
  readonly rollout?: string;
  /** Words about a Job that never began, or Jobs that never ended well. */
  readonly stuck?: Word;
  /** Why there is no verdict. */
  readonly quiet?: string;
  /** Drift is reported and nothing more. */
  readonly onlyReports: boolean;
}

interface Word {
  readonly reason: Reason;
  readonly message: string;
}

/** The five conditions, each with the time of its last change of status. What nobody looked at stays as it was. */
export function conditionsOf(
  picture: Picture,
  previous: DatabaseSchemaStatus | undefined,
  generation: number,
  now: string,
): readonly Condition[] {
  const before = new Map((previous?.conditions ?? []).map((each) => [each.type, each]));
  const history = historyProblem(picture);
  const drift = driftOf(picture, before.get('Drifted'));
  const migrated = migratedOf(picture, history, before.get('Migrated'));
  const stalled = stalledBy(picture, drift, history);
  const known = before.get('Ready');
  const ready =
    picture.quiet !== undefined && known !== undefined
      ? known
      : readiness(picture, { drift, migrated, stalled });
  const words: Readonly<Record<ConditionType, Stated>> = {
    Ready: ready,
    Reconciling:
      picture.rollout === undefined
        ? { status: 'False', reason: 'Succeeded', message: 'no rollout is under way' }
        : {
            status: 'True',
            reason: 'InProgress',
            message: `the rollout of ${picture.rollout.slice(0, 19)}… is under way`,
          },
    Stalled:
      stalled === undefined
        ? { status: 'False', reason: 'Succeeded', message: 'nothing waits for a person' }
        : { status: 'True', ...stalled },
    Migrated: migrated,
    Drifted: drift,
  };
  return Object.entries(words).map(([type, { status, reason, message }]) => {
    const old = before.get(type as ConditionType);
    return {
      type: type as ConditionType,
      status,
      reason,
      message: oneLine(message),
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
      observedGeneration: generation,
    };
  });
}

type Stated = Word & { readonly status: Condition['status'] };

/** The one-line summary of drift that a mark, a condition and a log say. */
export function driftWords(changes: readonly { readonly object: string; readonly change: string }[]): string {
  return someOf(changes.map(({ object, change }) => `${object} ${change}`));
}

export function aheadWords(ids: readonly string[]): string {
  return `${someOf(ids, 10)} applied, not in Git`;
}

export function missingWords({ count, ids }: Missing): string {
  const noun = count === 1 ? 'migration' : 'migrations';
  return `${count} ${noun} missing${ids.length < count ? ', among them ' : ': '}${someOf(ids, 5)}`;
}

/** The history against the bundle: what is worst, if anything. */
function historyProblem({ seen, missing }: Picture): Word | undefined {
  if (missing.count > 0) return { reason: 'Missing', message: missingWords(missing) };
  if (seen !== undefined && seen.ahead.length > 0)
    return { reason: 'Ahead', message: `ahead: ${aheadWords(seen.ahead)}` };
  return undefined;
}

function driftOf(picture: Picture, before: Condition | undefined): Stated {
  const history = historyProblem(picture);
  const { seen } = picture;
  if (seen?.drift !== undefined && seen.drift.changes.length > 0) {
    return { status: 'True', reason: 'Drifted', message: `drift: ${driftWords(seen.drift.changes)}` };
  }
  if (history !== undefined && picture.rollout === undefined) return { status: 'True', ...history };
  if (seen?.drift !== undefined)
    return { status: 'False', reason: 'InSync', message: 'the live database is the recorded snapshot' };
  if (before !== undefined) return before;
  return {
    status: 'Unknown',
    reason: 'NoVerdict',
    message: seen?.quiet ?? 'the database was not compared yet',
  };
}

function migratedOf(picture: Picture, history: Word | undefined, before: Condition | undefined): Stated {
  const { seen } = picture;
  if (seen === undefined)
    return before ?? { status: 'Unknown', reason: 'NoVerdict', message: 'the history was not read yet' };
  if (history !== undefined) return { status: 'False', ...history };
  if (seen.pending.length > 0)
    return { status: 'False', reason: 'Pending', message: `${someOf(seen.pending, 10)} not applied yet` };
  return { status: 'True', reason: 'Succeeded', message: at(seen) };
}

function at({ history }: Seen): string {
  const head = history.applied.at(-1);
  return head === undefined ? 'no migration applied' : `at ${head} (${history.applied.length} applied)`;
}

/** What does not go on by itself. */
function stalledBy(picture: Picture, drift: Stated, history: Word | undefined): Word | undefined {
  const { run, held, onlyReports, stuck } = picture;
  if (picture.rollout !== undefined) return undefined;
  if (run !== undefined && (run.result === 'failed' || run.result === 'refused')) {
    const { error } = run;
    return {
      reason: error === undefined ? 'NeverConverged' : reasonOf(error.code),
      message: `${run.job} ${run.result}${error === undefined ? '' : `: ${error.message}`}`,
    };
  }
  const [first] = held;
  if (first !== undefined)
    return { reason: reasonOf(first.reason), message: `${first.id} is held: ${first.message}` };
  if (stuck !== undefined) return stuck;
  if (drift.status === 'True' && history === undefined && onlyReports) return drift;
  return undefined;
}

function readiness(
  picture: Picture,
  { drift, migrated, stalled }: { drift: Stated; migrated: Stated; stalled: Word | undefined },
): Stated {
  if (picture.rollout !== undefined)
    return { status: 'False', reason: 'InProgress', message: 'a rollout is under way' };
  if (stalled !== undefined) return { status: 'False', reason: stalled.reason, message: stalled.message };
  for (const bad of [
    migrated.status === 'False' ? migrated : undefined,
    drift.status === 'True' ? drift : undefined,
  ])
    if (bad !== undefined) return { status: 'False', reason: bad.reason, message: bad.message };
  if (migrated.status === 'Unknown')
    return { status: 'Unknown', reason: 'NoVerdict', message: migrated.message };
  return {
    status: 'True',
    reason: 'Succeeded',
    message: `${migrated.message}${drift.status === 'False' ? ', no drift' : ''}`,
  };
}
