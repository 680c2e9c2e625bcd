import { ERROR_CODES, EXIT, type LastRun } from '../api/api.ts';
import type { Claim, HistoryEntry } from '../engines/engines.ts';
import { lastRunOf } from './last-run.ts';

/** Clocks of Pods and databases differ a little, and the status of the same run has whole seconds. Milliseconds. */
const SLACK = 2_000;

/**
 * The run that the history tells of and the status does not: that of a gate, which knows no cluster, or of a person at a
 * command line. Undefined if the status has it all.
 */
export function untoldRun(
  entries: readonly HistoryEntry[],
  claim: Claim | undefined,
  told: LastRun | undefined,
): LastRun | undefined {
  const newest = entries.at(-1);
  if (newest === undefined || newest.action === 'accept') return undefined;
  const slack = newest.bundle === told?.bundle ? SLACK : 0;
  const since = told === undefined ? 0 : Date.parse(told.at) + slack;
  if (Date.parse(newest.at) <= since) return undefined;
  const run = entries.filter(({ at, bundle }) => Date.parse(at) > since && bundle === newest.bundle);
  const done = run.filter(({ state }) => state === 'done');
  const { error } = newest;
  const refused = error !== undefined && ERROR_CODES[error.code].exit === EXIT.refused;
  const end = Date.parse(newest.at);
  return lastRunOf(
    jobOf(newest, claim),
    {
      result: newest.state === 'done' ? 'done' : refused ? 'refused' : 'failed',
      applied: done.filter(({ action }) => action === 'apply').map(({ id, ms }) => ({ id, ms })),
      undone: done
        .filter(({ action }) => action === 'undo')
        .map(({ id }) => ({ id, exact: true, differences: [] })),
      ...(error === undefined ? {} : { error }),
    },
    { bundle: newest.bundle, began: end - run.reduce((sum, { ms }) => sum + ms, 0), now: end },
  );
}

/** A gate knows no cluster, and others do; a person's claim names no Job. */
function jobOf({ bundle, cluster }: HistoryEntry, claim: Claim | undefined): LastRun['job'] {
  const name = claim?.bundle === bundle ? claim.job : undefined;
  if (bundle === '' || name === '') return 'cli';
  if (cluster === undefined) return 'gate';
  return name !== undefined && /-prepare(-[0-9a-f]{10})?$/.test(name) ? 'prepare' : 'converge';
}
