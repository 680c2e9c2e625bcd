/** The entry points of the Jobs: what their manifests say, what they wait for, what they do, and their last words. */

export type { JobIo, JobOutcome } from './job.ts';
export { lastResort, runJob } from './run-job.ts';
