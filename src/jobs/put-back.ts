import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, type Held, MooringError, type RunReport } from '../api/api.ts';
import { type Reverted, revert } from '../drift/drift.ts';
import { driftWords } from '../kube/kube.ts';
import {
  foreignHome,
  type JobBirth,
  type RunRequest,
  refuseSuperseded,
  withSession,
} from '../runner/runner.ts';
import type { Job } from './job.ts';
import { reportOfError } from './last-run.ts';
import { type Looked, lookAtAll } from './look.ts';
import { passingTool } from './passing-tools.ts';

/** Between the two looks that a revert wants which no person started, milliseconds (design §4.6). */
const PAUSE = 60_000;

/**
 * Leads the live catalog back to the snapshot, as `drift.onDrift: revert` asks: only for the same difference in two looks,
 * nothing that a tool for online changes has made, nothing that holds data, nothing from another cluster. What is left is
 * reported. Gives the report of the run with what came of it.
 */
export async function putDriftBack(
  job: Job,
  request: RunRequest,
  birth: JobBirth,
  report: RunReport,
): Promise<RunReport> {
  const { io, settings, signal } = job;
  const first = await lookAtAll(request);
  const changes = changesOf(first);
  if (changes.length === 0) return report;
  const tool = changes.map(({ object }) => passingTool(object)).find((name) => name !== undefined);
  if (tool !== undefined) {
    io.log(`note: the drift is not put back: ${tool} seems to be at work (${driftWords(changes)})`);
    return report;
  }
  const pause = Math.min(PAUSE, settings.patience);
  io.log(`drift: ${driftWords(changes)}; looking again in ${pause / 1000} s before it is put back`);
  await sleep(pause, undefined, { signal }).catch(() => {});
  const second = await lookAtAll(request);
  if (signal.aborted || !isSame(first, second)) {
    io.log('note: the drift is not put back: it changed between two looks; the next check sees what is left');
    return report;
  }
  try {
    const held = await heldBy(request, birth);
    if (held !== undefined) return { ...report, result: 'held', held: [...report.held, held] };
    return withOutcome(job, report, await revert(careful(request), 'job'));
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    const { result, error: told } = reportOfError(error);
    return { ...report, result, ...(told === undefined ? {} : { error: told }) };
  }
}

function withOutcome({ io }: Job, report: RunReport, { run, changes }: Reverted): RunReport {
  const notes = [...report.notes, ...run.notes];
  const absorbed = [...new Set([...report.absorbed, ...run.absorbed])].sort();
  if (run.result === 'nothing') return { ...report, notes };
  if (run.result === 'done') {
    io.log(`put back: ${driftWords(changes)}`);
    return {
      ...report,
      result: 'done',
      notes,
      absorbed,
      ...(run.snapshot === undefined ? {} : { snapshot: run.snapshot }),
    };
  }
  const held = run.held.map((each) => ({
    ...each,
    id: each.id === '' ? 'drift' : each.id,
    // By a person, at a command line, and not by a definition that stays.
    message: `${each.message}\n(by hand: mooring drift --revert --allow ${each.reason} --url …)`,
    allow: '',
  }));
  return {
    ...report,
    result: run.result,
    notes,
    held: [...report.held, ...held],
    ...(run.error === undefined ? {} : { error: run.error }),
  };
}

function changesOf({ drift }: Looked): readonly Change[] {
  return drift?.changes ?? [];
}

function isSame(first: Looked, second: Looked): boolean {
  return (
    second.drift !== undefined &&
    JSON.stringify(changesOf(first)) === JSON.stringify(changesOf(second)) &&
    first.entries.at(-1)?.seq === second.entries.at(-1)?.seq
  );
}

/** What a person may allow by hand is not allowed to a Job. */
function careful(request: RunRequest): RunRequest {
  return {
    ...request,
    allow: new Set([...request.allow].filter((code) => code !== 'data-loss' && code !== 'all')),
  };
}

/** Throws `superseded` where a newer bundle has claimed the database since the run. */
async function heldBy(request: RunRequest, birth: JobBirth): Promise<Held | undefined> {
  return withSession(request, async (session) => {
    await refuseSuperseded(session, birth);
    const home = await foreignHome(request, session, await session.store.history());
    if (home === undefined) return undefined;
    return {
      id: 'drift',
      reason: 'another-cluster',
      message: `another cluster has ruled this database since ${home.at}, and may still run. If it is gone, say so once: mooring baseline --take-over --url …`,
      allow: '',
    };
  });
}
