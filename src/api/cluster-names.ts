/** Names that the rendered objects and the Jobs that run in them share. They are API: added, never renamed. */

export const LABELS = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** Name of the DatabaseSchema that an object belongs to. */
  schema: 'mooring.dev/schema',
  role: 'mooring.dev/role',
} as const;

export const MANAGED_BY = 'mooring';

/** Value of the label `mooring.dev/role`; of a Job and its Pods also what the runner is called with. */
export type Role = JobRole | 'gate-bundle' | 'bundle' | 'schema';
export type JobRole = 'gate' | 'prepare' | 'converge' | 'check';

export const ANNOTATIONS = {
  /** The mark: `settled` in Git; a live value that differs is shown as a difference. */
  state: 'mooring.dev/state',
  /** On a tracked Job: the digest of the bundle that it is for. */
  bundle: 'mooring.dev/bundle',
  /** On the DatabaseSchema, not in Git: touched when its status tells something new, so that Argo CD looks at once. */
  reported: 'mooring.dev/reported',
  /** On the DatabaseSchema, not in Git: which drift was marked last, and when. */
  marked: 'mooring.dev/marked',
} as const;

/** The value of the mark that Git has. */
export const SETTLED = 'settled';

/** Name of the container that runs Mooring in each of its Pods. */
export const CONTAINER = 'mooring';

/** Names of the objects of one DatabaseSchema. Those of tracked Jobs end with a hash of their spec. */
export function objectNames(schema: string) {
  return {
    gate: `${schema}-gate`,
    gateBundle: `${schema}-gate-bundle`,
    bundle: `${schema}-bundle`,
    prepare: (hash: string) => `${schema}-prepare-${hash}`,
    converge: (hash: string) => `${schema}-converge-${hash}`,
    /** The CronJob. */
    drift: `${schema}-drift`,
    /** Service account of prepare and converge, and what is bound to it. */
    convergeAccount: `${schema}-converge`,
    driftAccount: `${schema}-drift`,
    schema,
  } as const;
}

/** Environment of the container of a Job. */
export const ENV = {
  bundleDir: 'MOORING_BUNDLE_DIR',
  /** The gate only: of the others the digest stands on the Job, so that their Pods are the same in every revision. */
  bundleDigest: 'MOORING_BUNDLE_DIGEST',
  name: 'MOORING_NAME',
  namespace: 'MOORING_NAMESPACE',
  /** Name of the Job that the Pod belongs to. */
  job: 'MOORING_JOB',
  /** Which GitOps controller it was rendered for, e.g. `argocd`. */
  target: 'MOORING_TARGET',
  /** Seconds that the Job may take, all its Pods together. */
  deadline: 'MOORING_DEADLINE',
  /** Seconds from SIGTERM to SIGKILL. */
  grace: 'MOORING_GRACE',
  /** Not rendered, for `job.env`: seconds, the longest wait for what is not there yet (bundle, Secret, server). */
  patience: 'MOORING_PATIENCE',
  scratchUrl: 'MOORING_SCRATCH_URL',
  /** Read where manifests are rendered, not by Jobs: the image that they run. */
  image: 'MOORING_IMAGE',
} as const;

/** Prefixes of `connectionVariables`: of spec.connection, and of spec.drift.connection for the check alone. */
export const DATABASE = 'MOORING_DATABASE';
export const DRIFT_DATABASE = 'MOORING_DRIFT_DATABASE';

/** Variables of one connection: `url`, or the five parts. `tls` is there whenever the connection is. */
export function connectionVariables(prefix: typeof DATABASE | typeof DRIFT_DATABASE) {
  return {
    url: `${prefix}_URL`,
    host: `${prefix}_HOST`,
    port: `${prefix}_PORT`,
    name: `${prefix}_NAME`,
    user: `${prefix}_USER`,
    password: `${prefix}_PASSWORD`,
    /** verify, encrypt or off */
    tls: `${prefix}_TLS`,
    /** Path of a file in PEM. */
    caFile: `${prefix}_CA_FILE`,
    role: `${prefix}_ROLE`,
    /** none or session */
    pooler: `${prefix}_POOLER`,
  } as const;
}

/**
 * Beside each variable that comes from a Secret: where from, as `Secret/<name>/<key>` (a file may also come from a
 * `ConfigMap/…`). The references are optional, so that a Pod starts without them and can say which one is missing.
 */
export function sourceVariable(variable: string): string {
  return `${variable}_FROM`;
}

/** Where a Pod finds its bundle, and the certificate authorities of its connections. */
export const PATHS = {
  bundle: '/mooring/bundle',
  databaseCa: '/mooring/database-ca',
  driftDatabaseCa: '/mooring/drift-database-ca',
  caFile: 'ca.crt',
} as const;
