import { MooringError, type RunReport } from '../api/api.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { findAccess, type Identity, markFor, type News, Reporter } from '../kube/kube.ts';
import { converge, prepare, type RunRequest, type TrackedRun } from '../runner/runner.ts';
import { awaitedBundle } from './awaited-bundle.ts';
import type { Job } from './job.ts';
import { eventOfRun, lastRunOf, reportOfError } from './last-run.ts';
import { lookAtAll, lookAtHistory } from './look.ts';
import { putDriftBack } from './put-back.ts';
import { reporterOptions } from './reporter-options.ts';
import { requestOf } from './request.ts';
import { untilSettled } from './retry.ts';
import { awaitSecrets } from './secrets.ts';
import { staleAfter } from './stale.ts';

/** How long a PostSync hook is not held up by bad health, seconds. */
const GRACE = 60;

/** prepare and converge: what the runner does for them, as the Job that the cluster knows, and told to it. */
export async function tracked(job: Job): Promise<RunReport> {
  const access = await findAccess(job.io.env);
  if (access === undefined) return outside(job);
  const reporter = new Reporter(access, reporterOptions(job));
  const began = Date.now();
  const identity = await reporter.begin();
  if (identity.age !== undefined) job.stop.since(Math.min(began, Date.now() - identity.age));
  // Marks of prepare are gone from the objects that the sync has applied by now; the last of them comes after converge.
  const whole = reporter.schema?.metadata.annotations?.['mooring.dev/state']?.startsWith('pending ') === true;
  const digest = job.settings.bundleDigest ?? identity.bundle;
  const run: Run = { job, reporter, began, whole, digest: digest ?? '' };
  try {
    await awaitSecrets(job);
    const bundle = await awaitedBundle(job, digest);
    const request = await requestOf(job, bundle, reporter.cluster);
    return await told({ ...run, digest: bundle.index.digest }, bundle, request, identity);
  } catch (error) {
    if (error instanceof MooringError) await end(run, reportOfError(error));
    throw error;
  }
}

interface Run {
  readonly job: Job;
  readonly reporter: Reporter;
  /** Epoch milliseconds. */
  readonly began: number;
  /** It is part of a sync of all, not of one that mends what was marked. */
  readonly whole: boolean;
  readonly digest: string;
}

/** Outside a cluster the Job was made when it was started. */
async function outside(job: Job): Promise<RunReport> {
  const began = Date.now();
  await awaitSecrets(job);
  const bundle = await awaitedBundle(job, job.settings.bundleDigest);
  const request = await requestOf(job, bundle);
  const madeBy = (databaseNow: number): number => databaseNow - (Date.now() - began);
  return untilSettled(job, () => runnerOf(job)(request, { birth: { bundle: request.bundle, madeBy } }));
}

function runnerOf({ settings }: Job): (request: RunRequest, tracked: TrackedRun) => Promise<RunReport> {
  return settings.role === 'prepare' ? prepare : converge;
}

async function told(
  run: Run,
  { index }: Bundle,
  request: RunRequest,
  identity: Identity,
): Promise<RunReport> {
  const { job, reporter, digest } = run;
  const { deadline, role } = job.settings;
  // Behind prepare come the application and converge.
  const until = Math.ceil((Date.now() + deadline * (role === 'prepare' ? 2 : 1)) / 1000);
  const onlyReports = index.definition.spec.drift.onDrift === 'report';
  const telling = reporter.tell({ now: Date.now(), rollout: { digest, until }, onlyReports });
  const { madeBy, knownUndos } = identity;
  const birth = { bundle: digest, ...(madeBy === undefined ? {} : { madeBy }) };
  const asked: RunRequest = { ...request, stillWanted: () => reporter.stillWanted(digest) };
  try {
    const ran = await untilSettled(job, () =>
      runnerOf(job)(asked, { birth, ...(knownUndos === undefined ? {} : { knownUndos }) }),
    );
    const reverts =
      role === 'converge' && !onlyReports && (ran.result === 'done' || ran.result === 'nothing');
    const report = reverts ? await putDriftBack(job, asked, birth, ran) : ran;
    await telling;
    await end(run, report, request);
    return report;
  } catch (error) {
    await telling;
    throw error;
  }
}

/** Tells the cluster how it ended: status, then marks, then an Event. */
async function end(run: Run, report: RunReport, request?: RunRequest): Promise<void> {
  const { job, reporter, digest, began } = run;
  const { settings } = job;
  const event = eventOfRun(settings.role, report);
  if (report.result !== 'superseded') {
    const now = Date.now();
    const well = report.result === 'done' || report.result === 'nothing';
    const news: News = {
      now,
      run: lastRunOf(settings.role === 'prepare' ? 'prepare' : 'converge', report, {
        bundle: digest,
        began,
        now,
      }),
      held: report.held,
      onlyReports: request?.definition.spec.drift.onDrift !== 'revert',
      ...(well && settings.role === 'prepare' ? {} : { rollout: 'over' }),
    };
    if (well && request !== undefined) await endWell(run, request, news);
    else if ((report.result === 'held' || report.result === 'refused') && request !== undefined) {
      const seen = await orNothing(job, () => lookAtAll(request));
      await reporter.tell({ ...news, ...(seen === undefined ? {} : { seen, settled: true }) });
    } else await reporter.tell(news);
  }
  if (event !== undefined) await reporter.event(event);
  else if (settings.role === 'converge' && reporter.schema === undefined)
    await reporter.event({
      type: 'Normal',
      reason: 'Succeeded',
      message: 'converge: nothing to do; the first check writes the status',
    });
}

async function endWell(run: Run, request: RunRequest, news: News): Promise<void> {
  const { job, reporter, digest, whole } = run;
  const { spec } = request.definition;
  if (job.settings.role === 'prepare') {
    const seen = await orNothing(job, () => lookAtHistory(request));
    await reporter.tell({ ...news, ...(seen === undefined ? {} : { seen, settled: true }) });
    await reporter.settle();
    return;
  }
  const seen = await orNothing(job, () => lookAtAll(request));
  if (seen?.quiet !== undefined) job.io.log(`note: no verdict on drift: ${seen.quiet}`);
  const drifted = seen?.drift?.changes.length ?? 0;
  await reporter.tell({
    ...news,
    ...(seen === undefined ? {} : { seen, settled: true, looked: true }),
    converged: digest,
    staleAfter: await staleAfter(spec.drift.schedule, news.now, job.settings.deadline),
    graceUntil: Math.ceil(news.now / 1000) + GRACE,
  });
  const mark = seen === undefined ? undefined : markFor(seen, { count: 0, ids: [] }, digest, spec.drift.show);
  if (drifted > 0)
    job.io.log(
      `drift: ${drifted} ${drifted === 1 ? 'object differs' : 'objects differ'} from the snapshot; reported`,
    );
  if (mark?.drift === undefined || !(await reporter.mark(mark, news.now, whole))) await reporter.settle();
}

/** The run is over and well: that nobody can look at the database now is no reason to call it failed. */
async function orNothing<T>({ io }: Job, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    io.log(`note: the database was not looked at afterwards: ${error.message}`);
    return undefined;
  }
}
