import type { RunReport } from '../api/api.ts';
import { gate as gateDatabase } from '../runner/runner.ts';
import { awaitedBundle } from './awaited-bundle.ts';
import type { Job } from './job.ts';
import { requestOf } from './request.ts';
import { untilSettled } from './retry.ts';
import { awaitSecrets } from './secrets.ts';

/** Before anything else changes: applies what is pending. Talks to nobody but the database. */
export async function gate(job: Job): Promise<RunReport> {
  await awaitSecrets(job);
  const bundle = await awaitedBundle(job, job.settings.bundleDigest);
  const request = await requestOf(job, bundle);
  return untilSettled(job, () => gateDatabase(request));
}
