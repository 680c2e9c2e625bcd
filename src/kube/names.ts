import { LABELS, objectNames } from '../api/api.ts';

/** Paths of the objects of one DatabaseSchema in the API. */
export function pathsOf(namespace: string, schema: string) {
  const within = `/namespaces/${encodeURIComponent(namespace)}`;
  const jobs = `/apis/batch/v1${within}/jobs`;
  const own = `/apis/mooring.dev/v1alpha1${within}/databaseschemas/${encodeURIComponent(objectNames(schema).schema)}`;
  return {
    job: (name: string) => `${jobs}/${encodeURIComponent(name)}`,
    /** All Jobs of the DatabaseSchema. */
    jobs: `${jobs}?labelSelector=${encodeURIComponent(`${LABELS.schema}=${schema}`)}`,
    schema: own,
    status: `${own}/status`,
    events: `/api/v1${within}/events`,
  } as const;
}
