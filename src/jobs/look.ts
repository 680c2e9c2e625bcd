import { MooringError } from '../api/api.ts';
import { readDrift } from '../drift/drift.ts';
import type { Claim, HistoryEntry } from '../engines/engines.ts';
import type { Seen, SeenHistory } from '../kube/kube.ts';
import { decide, type RunRequest, type Standing, standingOf, withSession } from '../runner/runner.ts';

/** What a database says of itself, without a look at its objects. */
export interface Looked extends Seen {
  readonly entries: readonly HistoryEntry[];
  readonly claim?: Claim;
  /** By its clock, ISO 8601. */
  readonly now: string;
}

/** History against bundle. Takes no lock and changes nothing. Throws as `decide` does, and what connecting throws. */
export function lookAtHistory(request: RunRequest): Promise<Looked> {
  const target = { ...request.target, readOnly: true };
  return withSession({ ...request, target }, async ({ store }) => {
    const absent = (await store.state()) === 'absent';
    const entries = absent ? [] : await store.history();
    const claim = absent ? undefined : await store.latestClaim();
    const now = await store.now();
    const standing = standingOf(entries);
    const way = decide(request.migrations, standing);
    return {
      entries,
      ...(claim === undefined ? {} : { claim }),
      now,
      history: historyOf(standing, request.definition.spec.rollback.max),
      ahead: way.surplus.map(({ id }) => id),
      pending: [...way.pending, ...way.standFor].map(({ id }) => id),
    };
  });
}

/** The same with the live catalog against the snapshot; without a verdict, `quiet` says why. */
export async function lookAtAll(request: RunRequest): Promise<Looked> {
  const looked = await lookAtHistory(request);
  try {
    const report = await readDrift(request, false);
    const { snapshot, fingerprint, changes, quiet } = report;
    return {
      ...looked,
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(quiet === undefined ? {} : { quiet }),
      ...(quiet === undefined && fingerprint !== undefined ? { drift: { changes, fingerprint } } : {}),
    };
  } catch (error) {
    // Nothing to compare with; what the history lacks can be told all the same.
    if (error instanceof MooringError && error.code === 'baseline-needed') return looked;
    // A catalog that others are changing: no verdict.
    if (error instanceof MooringError && NO_VERDICT.has(error.code))
      return { ...looked, quiet: error.message };
    throw error;
  }
}

const NO_VERDICT: ReadonlySet<string> = new Set([
  'baseline-needed',
  'busy',
  'connection-lost',
  'lock-timeout',
]);

function historyOf(standing: Standing, max: number): SeenHistory {
  const newest = standing.applied.slice(-max).filter(({ undo }) => undo !== undefined);
  return {
    applied: standing.applied.map(({ id }) => id),
    ever: new Set(standing.entries.flatMap(({ id, state }) => (state === 'done' ? [id] : []))),
    undoHashes: Object.fromEntries(newest.map(({ id, undo }) => [id, undo ?? ''])),
    appliedAt: Object.fromEntries(newest.map(({ id, at }) => [id, Date.parse(at)])),
  };
}
