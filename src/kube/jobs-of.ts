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

/** Failed, and its container has never begun: a run would have marked it. */
export function hasFailed(job: KubeObject): boolean {
  const { conditions } = (job.status ?? {}) as { readonly conditions?: unknown };
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (each: { type?: unknown; status?: unknown }) => each?.type === 'Failed' && each.status === 'True',
    )
  );
}

/** The words of the condition. */
export function failureOf(job: KubeObject): string {
  const { conditions = [] } = (job.status ?? {}) as {
    readonly conditions?: readonly { readonly type?: string; readonly message?: string }[];
  };
  return conditions.find(({ type }) => type === 'Failed')?.message ?? 'it failed';
}
