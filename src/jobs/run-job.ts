import { type JobRole, MooringError, type RunReport, VERSION } from '../api/api.ts';
import { check } from './check.ts';
import { gate } from './gate.ts';
import type { Job, JobIo, JobOutcome } from './job.ts';
import { graceOf, readSettings } from './settings.ts';
import { stopped, stopSignal } from './stop.ts';
import { tracked } from './tracked.ts';
import { errorWords, outcomeOf } from './words.ts';

const RUNS: Readonly<Record<Exclude<JobRole, 'check'>, (job: Job) => Promise<RunReport>>> = {
  gate,
  prepare: tracked,
  converge: tracked,
};

/** Runs one of the Jobs. All that is wrong is an outcome; only faults of ours throw. */
export async function runJob(role: JobRole, io: JobIo): Promise<JobOutcome> {
  try {
    const settings = readSettings(role, io.env);
    const stop = stopSignal(io.signal, settings.deadline);
    io.log(`mooring ${VERSION} ${role} of ${settings.name}`);
    try {
      const job: Job = { settings, io, signal: stop.signal, until: stop.until };
      if (role === 'check') return await check(job);
      const report = await RUNS[role](job);
      for (const note of report.notes) io.log(`note: ${note}`);
      return outcomeOf(role, sayWhyStopped(report, stop.signal));
    } finally {
      stop.clear();
    }
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    return { exit: error.exitCode, words: errorWords(role, error.toJSON()) };
  }
}

/** The runner only knows that it was to stop. */
function sayWhyStopped(report: RunReport, signal: AbortSignal): RunReport {
  if (report.error?.code !== 'interrupted' || !signal.aborted) return report;
  return { ...report, error: stopped(signal, report.error.message.replace(/^interrupted: /, '')).toJSON() };
}

/**
 * Should a run not end by itself in time after SIGTERM, its last words come before Kubernetes kills it. Gives what calls
 * it off.
 */
export function lastResort(
  role: JobRole,
  { env, signal }: Pick<JobIo, 'env' | 'signal'>,
  end: (outcome: JobOutcome) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (): void => {
    timer = setTimeout(() => end(abandoned(role)), graceOf(env) * 0.8);
    timer.unref();
  };
  signal.addEventListener('abort', onSignal, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onSignal);
  };
}

function abandoned(role: JobRole): JobOutcome {
  const error = new MooringError(
    'interrupted',
    'ended by SIGTERM: the server did not answer in time; what it was at it may still be doing, or rolling back',
    { hint: 'Sync again: it looks where the database stands, and goes on from there.' },
  );
  return { exit: error.exitCode, words: errorWords(role, error.toJSON()) };
}
