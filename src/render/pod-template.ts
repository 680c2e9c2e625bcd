import {
  CONTAINER,
  type Connection,
  DATABASE,
  DRIFT_DATABASE,
  ENV,
  type Json,
  MooringError,
  objectNames,
  PATHS,
  parseDuration,
} from '../api/api.ts';
import { LIMITS } from '../bundle/bundle.ts';
import { configMapName } from './config-maps.ts';
import { connectionEnv, connectionFiles, fromSecret, literal, ofPod } from './connection.ts';
import { labelsOf } from './metadata.ts';
import type { Mapping } from './object.ts';
import { patchTemplate } from './pod-patch.ts';
import type { JobInput, RenderInput } from './target.ts';

/**
 * The Pods of one of the Jobs. Nothing in it depends on the migrations, but for the digest where the Job has no
 * account to read it by. Throws `image-missing`, and `definition-invalid` for a `podTemplate` that undoes ours.
 */
export function podTemplate(input: JobInput): Mapping {
  const { definition, role, file } = input;
  const { job } = definition.spec;
  const { connection, prefix } = connectionOf(input);
  const files = connectionFiles(connection, prefix);
  const securityContext = {
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
    ...job.securityContext,
  };
  const template = {
    metadata: {
      labels: { ...job.labels, ...labelsOf(definition, role) },
      annotations: { ...(job.mesh ? {} : NO_MESH), ...job.annotations },
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: seconds(job.grace),
      ...accountOf(input),
      enableServiceLinks: false,
      securityContext,
      ...(job.imagePullSecrets.length === 0 ? {} : { imagePullSecrets: job.imagePullSecrets }),
      ...filled('nodeSelector', job.nodeSelector),
      ...(job.tolerations.length === 0 ? {} : { tolerations: job.tolerations }),
      ...filled('affinity', job.affinity ?? {}),
      containers: [
        {
          name: CONTAINER,
          image: imageOf(input),
          args: [role],
          env: [...ownEnv(input), ...connectionEnv(connection, prefix), ...scratchEnv(input), ...job.env],
          ...filled('resources', job.resources),
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            seccompProfile: securityContext.seccompProfile,
          },
          terminationMessagePolicy: 'FallbackToLogsOnError',
          volumeMounts: [{ name: 'bundle', mountPath: PATHS.bundle, readOnly: true }, ...files.mounts],
        },
      ],
      volumes: [bundleVolume(input), ...files.volumes],
    },
  };
  return patchTemplate(template, job.podTemplate, file);
}

/** Whole seconds, for Kubernetes has no shorter ones; at least one. */
export function seconds(duration: string): number {
  return Math.max(1, Math.ceil(parseDuration(duration) / 1000));
}

/** Each mesh has its own word, and its proxy would outlive the runner: the Job would never end. */
const NO_MESH = {
  'consul.hashicorp.com/connect-inject': 'false',
  'kuma.io/sidecar-injection': 'disabled',
  'linkerd.io/inject': 'disabled',
  'sidecar.istio.io/inject': 'false',
};

/** The check has the account that was made for it, and no other. */
function connectionOf({ definition: { spec }, role }: JobInput): {
  readonly connection: Connection;
  readonly prefix: typeof DATABASE | typeof DRIFT_DATABASE;
} {
  const { connection } = spec.drift;
  return role === 'check' && connection !== undefined
    ? { connection, prefix: DRIFT_DATABASE }
    : { connection: spec.connection, prefix: DATABASE };
}

/** The gate runs before any account of ours exists, and talks to nobody but the database. */
function accountOf({ definition, role }: JobInput): Mapping {
  if (role === 'gate') return { automountServiceAccountToken: false };
  const names = objectNames(definition.metadata.name);
  const own = role === 'check' ? names.driftAccount : names.convergeAccount;
  return {
    serviceAccountName: definition.spec.job.serviceAccountName ?? own,
    automountServiceAccountToken: true,
  };
}

function imageOf({ definition, image, file }: RenderInput): string {
  const found = definition.spec.job.image ?? image;
  if (found !== undefined && found !== '') return found;
  throw new MooringError(
    'image-missing',
    `${file}: which image are the Jobs to run? Neither spec.job.image nor ${ENV.image} says so.`,
    {
      file,
      hint: `Set spec.job.image, give --image, or set ${ENV.image} in the environment (for the plugin: of the sidecar).`,
    },
  );
}

function ownEnv({ definition, role, bundle, target }: JobInput): readonly Mapping[] {
  const { job } = definition.spec;
  const digest = role === 'gate' || (role !== 'check' && target.traits.digest === 'template');
  return [
    literal(ENV.bundleDir, PATHS.bundle),
    ...(digest ? [literal(ENV.bundleDigest, bundle.index.digest)] : []),
    literal(ENV.name, definition.metadata.name),
    ofPod(ENV.namespace, 'metadata.namespace'),
    ofPod(ENV.job, "metadata.labels['batch.kubernetes.io/job-name']"),
    literal(ENV.target, target.name),
    literal(ENV.deadline, String(seconds(job.deadline))),
    literal(ENV.grace, String(seconds(job.grace))),
  ];
}

/** The check only reads and compares. */
function scratchEnv({ definition: { spec }, role }: JobInput): readonly Mapping[] {
  return role !== 'check' && 'urlFrom' in spec.scratch
    ? fromSecret(ENV.scratchUrl, spec.scratch.urlFrom)
    : [];
}

/** Every part that a bundle may have, so that the Pods of all revisions are the same; those that are not there do not count. */
function bundleVolume({ definition, role, target }: JobInput): Mapping {
  const names = objectNames(definition.metadata.name);
  const name = role === 'gate' && target.traits.hooks ? names.gateBundle : names.bundle;
  return {
    name: 'bundle',
    projected: {
      sources: Array.from({ length: LIMITS.parts }, (_, number) => ({
        configMap: { name: configMapName(name, number), optional: true },
      })),
    },
  };
}

function filled(key: string, value: Readonly<Record<string, Json>>): Mapping {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
