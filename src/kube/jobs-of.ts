import { ANNOTATIONS, LABELS, type Role } from '../api/api.ts';
import { annotation, type KubeObject, madeBy } from './object.ts';

/** The live Jobs of one DatabaseSchema. */
export function jobsOf(jobs: readonly KubeObject[], role: Role): readonly KubeObject[] {
  return jobs.filter(
    (job) => job.metadata?.labels?.[LABELS.role] === role && job.metadata.deletionTimestamp === undefined,
  );
}

export function bundleOf(job: KubeObject): string | undefined {
  return annotation(job, ANNOTATIONS.bundle);
}

export function stateIn(object: KubeObject | undefined): string | undefined {
  return annotation(object, ANNOTATIONS.state);
}

/** Made before the other one: by the second, for more the server does not tell. */
export function isOlder(job: KubeObject, than: KubeObject): boolean {
  return (madeBy(job) ?? 0) < (madeBy(than) ?? 0);
}

export function hasFailed(job: KubeObject): boolean {
  return conditionsIn(job).some(({ type, status }) => type === 'Failed' && status === 'True');
}

export function isComplete(job: KubeObject): boolean {
  return conditionsIn(job).some(({ type, status }) => type === 'Complete' && status === 'True');
}

/** The words of the condition. */
export function failureOf(job: KubeObject): string {
  return conditionsIn(job).find(({ type }) => type === 'Failed')?.message ?? 'it failed';
}

interface JobCondition {
  readonly type?: string;
  readonly status?: string;
  readonly message?: string;
}

function conditionsIn(job: KubeObject): readonly JobCondition[] {
  const { conditions } = (job.status ?? {}) as { readonly conditions?: unknown };
  return Array.isArray(conditions) ? (conditions as readonly JobCondition[]) : [];
}
