import type { RunReport } from '../api/api.ts';
import { converge, prepare } from '../runner/runner.ts';
import { awaitedBundle } from './awaited-bundle.ts';
import type { Job } from './job.ts';
import { requestOf } from './request.ts';
import { untilSettled } from './retry.ts';
import { awaitSecrets } from './secrets.ts';

/** prepare and converge: what the runner does for them, as the Job that the cluster knows. */
export async function tracked(job: Job): Promise<RunReport> {
  const began = Date.now();
  await awaitSecrets(job);
  const bundle = await awaitedBundle(job, job.settings.bundleDigest);
  const request = await requestOf(job, bundle);
  const run = job.settings.role === 'prepare' ? prepare : converge;
  // Outside a cluster the Job was made when it was started.
  const birth = {
    bundle: request.bundle,
    madeBy: (databaseNow: number) => databaseNow - (Date.now() - began),
  };
  return untilSettled(job, () => run(request, { birth }));
}
