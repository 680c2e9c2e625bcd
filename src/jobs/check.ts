import { type DatabaseSchemaStatus, EXIT, MooringError, reasonOf } from '../api/api.ts';
import {
  bundleOf,
  driftWords,
  failureOf,
  findAccess,
  hasFailed,
  isComplete,
  isPassing,
  isSettled,
  jobsOf,
  madeBy,
  markFor,
  missingFrom,
  type News,
  Reporter,
  stateIn,
  UNFINISHED,
} from '../kube/kube.ts';
import type { RunRequest } from '../runner/runner.ts';
import { awaitedBundle } from './awaited-bundle.ts';
import type { Job, JobOutcome } from './job.ts';
import { type Looked, lookAtAll } from './look.ts';
import { reporterOptions } from './reporter-options.ts';
import { requestOf } from './request.ts';
import { patiently } from './retry.ts';
import { awaitSecrets } from './secrets.ts';
import { staleAfter } from './stale.ts';
import { untoldRun } from './told-elsewhere.ts';
import { errorWords } from './words.ts';

/**
 * Compares the database with its snapshot and with Git, tells the cluster, and changes nothing. It ends well whenever it
 * could tell what it found, be that good or bad: only silence is a failure.
 */
export async function check(job: Job): Promise<JobOutcome> {
  const access = await findAccess(job.io.env);
  const reporter = access === undefined ? undefined : new Reporter(access, reporterOptions(job));
  await reporter?.look();
  let request: RunRequest | undefined;
  try {
    await awaitSecrets(job);
    request = await requestOf(job, await awaitedBundle(job, undefined));
    const asked = request;
    const looked = await patiently(job, () => lookAtAll(asked));
    return await tell(job, reporter, request, looked);
  } catch (error) {
    if (!(error instanceof MooringError) || reporter === undefined) throw error;
    return cannotLook(job, reporter, error, request);
  }
}

/** What stands in the way of looking is a finding, too. */
async function cannotLook(
  job: Job,
  reporter: Reporter,
  error: MooringError,
  request: RunRequest | undefined,
): Promise<JobOutcome> {
  const now = Date.now();
  const told = await reporter.tellUnlessOvertaken({
    now,
    stuck: { reason: reasonOf(error.code), message: error.message },
    onlyReports: true,
    ...(request === undefined ? {} : { staleAfter: await stale(job, request, now) }),
  });
  const words = errorWords('check', error.toJSON());
  return { exit: told === 'told' || told === 'overtaken' ? EXIT.ok : error.exitCode, words };
}

async function tell(
  job: Job,
  reporter: Reporter | undefined,
  request: RunRequest,
  found: Looked,
): Promise<JobOutcome> {
  const status = reporter?.status;
  const quiet = found.quiet ?? rolloutOf(job, found, status);
  const looked: Looked = quiet === undefined ? found : withoutVerdict(found, quiet);
  const words = wordsOf(looked, status);
  if (reporter === undefined) return { exit: EXIT.ok, words };
  const { spec } = request.definition;
  const now = Date.now();
  const unstarted = quiet === undefined ? await markUnstarted(reporter) : undefined;
  const untold = untoldRun(found.entries, found.claim, status?.lastRun);
  const digest = request.bundle;
  const reached = reachedBy(reporter, digest);
  const news: News = {
    now,
    ...(quiet === undefined ? { seen: looked, rollout: 'over' } : { quiet }),
    ...(untold === undefined ? {} : { run: untold }),
    ...(reached === undefined || quiet !== undefined ? {} : { converged: reached }),
    ...(stuckOn(reporter, unstarted, reached) ?? {}),
    looked: true,
    onlyReports: spec.drift.onDrift === 'report',
    staleAfter: await stale(job, request, now),
  };
  const told = await reporter.tellUnlessOvertaken(news);
  if (told === 'overtaken')
    return { exit: EXIT.ok, words: 'check: a run has ended meanwhile, and told of itself' };
  if (quiet === undefined) await mark(reporter, request, looked, now, status);
  await tellChange(reporter, looked, status);
  return { exit: told === 'unreachable' ? EXIT.temporary : EXIT.ok, words };
}

/** Marks what differs, or takes marks away that say what is no longer so. */
async function mark(
  reporter: Reporter,
  request: RunRequest,
  looked: Looked,
  now: number,
  before: DatabaseSchemaStatus | undefined,
): Promise<void> {
  const { spec } = request.definition;
  const seen = spec.gate === 'none' ? { ...looked, ahead: [], pending: [] } : looked;
  const missing = spec.gate === 'none' ? NONE : missingFrom(before?.history, looked.history);
  const wanted = markFor(seen, missing, request.bundle, spec.drift.show);
  const [converge] = jobsOf(reporter.jobs, 'converge');
  const state = stateIn(converge);
  if (wanted === undefined) {
    // A rollout that ended between prepare and converge is not over for the database: only converge may say so.
    const over = converge !== undefined && isComplete(converge);
    await reporter.unmark(
      (each) =>
        isPassing(each) && (!each?.startsWith('pending ') || (over && bundleOf(converge) === each.slice(8))),
    );
    return;
  }
  // What is there already, or weighs more: a run that has not ended well, a rollout that has not come to its end.
  if (state === wanted.text || state === UNFINISHED || state?.startsWith('pending ')) return;
  await reporter.mark(wanted, now, spec.drift.onDrift === 'revert');
}

const NONE = { count: 0, ids: [] } as const;

/** A Job that failed before its container started could not mark itself; Argo CD would take it for done. */
async function markUnstarted(reporter: Reporter): Promise<string | undefined> {
  const told = Date.parse(reporter.status?.lastRun?.at ?? '');
  let words: string | undefined;
  for (const job of [...jobsOf(reporter.jobs, 'prepare'), ...jobsOf(reporter.jobs, 'converge')]) {
    if (!hasFailed(job)) continue;
    const settled = isSettled(stateIn(job));
    if (settled) await reporter.markJob(job, UNFINISHED);
    // A run that has begun tells how it ended.
    if (settled || !(told >= (madeBy(job) ?? 0) - 1_000))
      words ??= `Job ${job.metadata?.name} failed before its run: ${failureOf(job)}`;
  }
  return words;
}

/** The bundle that a converge has come to, whether or not it could tell. */
function reachedBy(reporter: Reporter, digest: string): string | undefined {
  const done = jobsOf(reporter.jobs, 'converge').find(
    (job) => isComplete(job) && bundleOf(job) === digest && stateIn(job) !== UNFINISHED,
  );
  return done === undefined ? undefined : digest;
}

function stuckOn(
  reporter: Reporter,
  unstarted: string | undefined,
  reached: string | undefined,
): Pick<News, 'stuck'> | undefined {
  if (unstarted !== undefined) return { stuck: { reason: 'JobNotStarted', message: unstarted } };
  const wanted = reporter.schema?.spec.bundle?.digest;
  const has = reached ?? reporter.status?.bundle?.digest;
  if (wanted === undefined || has === undefined || wanted === has) return undefined;
  return {
    stuck: {
      reason: 'NeverConverged',
      message: `never converged: the Jobs of bundle ${wanted.slice(0, 19)}… did not end well in time`,
    },
  };
}

/** No verdict while a rollout is in progress: it is about to change what differs. An empty status knows of none. */
function rolloutOf(
  { settings }: Job,
  { claim, now }: Looked,
  status: DatabaseSchemaStatus | undefined,
): string | undefined {
  const reached = status?.bundle?.digest;
  if (claim === undefined || reached === undefined || claim.bundle === reached) return undefined;
  const age = Date.parse(now) - Date.parse(claim.at);
  if (age >= settings.deadline) return undefined;
  return `a rollout is under way: ${claim.job || claim.by} claimed the database ${Math.round(age / 1000)} s ago`;
}

function withoutVerdict({ drift: _, ...looked }: Looked, quiet: string): Looked {
  return { ...looked, quiet };
}

function wordsOf(looked: Looked, status: DatabaseSchemaStatus | undefined): string {
  if (looked.quiet !== undefined) return `check: no verdict: ${looked.quiet}`;
  const missing = missingFrom(status?.history, looked.history);
  const changes = looked.drift?.changes ?? [];
  const words = [
    ...(missing.count === 0 ? [] : [`missing from the database: ${missing.ids.join(', ')}`]),
    ...(looked.ahead.length === 0 ? [] : [`applied, not in Git: ${looked.ahead.join(', ')}`]),
    ...(looked.pending.length === 0 ? [] : [`in Git, not applied: ${looked.pending.join(', ')}`]),
    ...(changes.length === 0 ? [] : [`drift: ${driftWords(changes)}`]),
  ];
  return `check: ${words.length === 0 ? 'no drift' : words.join('; ')}`;
}

/** Said once, when it comes and when it goes. */
async function tellChange(
  reporter: Reporter,
  looked: Looked,
  before: DatabaseSchemaStatus | undefined,
): Promise<void> {
  if (looked.drift === undefined) return;
  const { changes } = looked.drift;
  const had = before?.drift?.count ?? 0;
  if (changes.length > 0 && before?.drift?.fingerprint !== looked.drift.fingerprint)
    await reporter.event({ type: 'Warning', reason: 'Drifted', message: `drift: ${driftWords(changes)}` });
  else if (changes.length === 0 && had > 0)
    await reporter.event({ type: 'Normal', reason: 'InSync', message: 'the drift is gone' });
}

function stale({ settings }: Job, request: RunRequest, now: number): Promise<number> {
  return staleAfter(request.definition.spec.drift.schedule, now, settings.deadline);
}
