import { type JobRole, MooringError, type RunReport, VERSION } from '../api/api.ts';
import { gate } from './gate.ts';
import type { Job, JobIo, JobOutcome } from './job.ts';
import { graceOf, readSettings } from './settings.ts';
import { StopSignal, stopped } from './stop.ts';
import { errorWords, outcomeOf } from './words.ts';

/** What talks to the cluster is loaded when it is called for: a gate does not, and every sync waits for one. */
const RUNS: Readonly<Record<Exclude<JobRole, 'check'>, (job: Job) => Promise<RunReport>>> = {
  gate,
  prepare: tracked,
  converge: tracked,
};

async function tracked(job: Job): Promise<RunReport> {
  return (await import('./tracked.ts')).tracked(job);
}

/** Runs one of the Jobs. All that is wrong is an outcome; only faults of ours throw. */
export async function runJob(role: JobRole, io: JobIo): Promise<JobOutcome> {
  try {
    const settings = readSettings(role, io.env);
    const stop = new StopSignal(io.signal, settings.deadline);
    io.log(`mooring ${VERSION} ${role} of ${settings.name}`);
    try {
      return await run(role, { settings, io, stop, signal: stop.signal });
    } catch (error) {
      throw error instanceof MooringError ? whyStopped(error, stop.signal) : error;
    } finally {
      stop.clear();
    }
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    return { exit: error.exitCode, words: errorWords(role, error.toJSON()) };
  }
}

async function run(role: JobRole, job: Job): Promise<JobOutcome> {
  if (role === 'check') return (await import('./check.ts')).check(job);
  const report = await RUNS[role](job);
  for (const note of report.notes) job.io.log(`note: ${note}`);
  const { error } = report;
  if (error?.code !== 'interrupted') return outcomeOf(role, report);
  const told = whyStopped(new MooringError(error.code, error.message, { hint: error.hint }), job.signal);
  return outcomeOf(role, { ...report, error: told.toJSON() });
}

/** The runner only knows that it was to stop. */
function whyStopped(error: MooringError, signal: AbortSignal): MooringError {
  if (error.code !== 'interrupted' || !signal.aborted) return error;
  return stopped(signal, error.message.replace(/^(interrupted|ended by SIGTERM): /, ''));
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
