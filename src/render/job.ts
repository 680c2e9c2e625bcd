import { createHash } from 'node:crypto';
import { ANNOTATIONS, CONTAINER, canonicalJson, type Definition, objectNames, SETTLED } from '../api/api.ts';
import { labelsOf, metadataOf } from './metadata.ts';
import type { KubernetesObject, Mapping } from './object.ts';
import { podTemplate, seconds } from './pod-template.ts';
import type { JobInput } from './target.ts';

/** The Job that applies pending migrations before anything else changes. Always of the same name. */
export function gateJob(input: JobInput): KubernetesObject {
  const { definition } = input;
  return jobObject(objectNames(definition.metadata.name).gate, input, jobSpec(input));
}

/**
 * A Job that the controller compares with Git: its name ends with a hash of its spec, which no migration changes, and
 * on itself it says which bundle it is for, and bears the mark, where the target has them there.
 */
export function trackedJob(input: JobInput & { readonly role: 'prepare' | 'converge' }): KubernetesObject {
  const { definition, role, bundle, target } = input;
  const spec = jobSpec(input);
  const name = objectNames(definition.metadata.name)[role](specHash(spec));
  return jobObject(name, input, spec, {
    ...(target.traits.digest === 'metadata' ? { [ANNOTATIONS.bundle]: bundle.index.digest } : {}),
    ...(target.traits.mark ? { [ANNOTATIONS.state]: SETTLED } : {}),
  });
}

/** First 10 hex digits of the sha256 of a Job's spec in canonical JSON. */
export function specHash(spec: Mapping): string {
  return createHash('sha256').update(canonicalJson(spec)).digest('hex').slice(0, 10);
}

/** `retries`: how often its Pod may fail; for the check another one comes soon by itself. */
export function jobSpec(input: JobInput, retries = input.definition.spec.job.retries): Mapping {
  const { job } = input.definition.spec;
  return {
    activeDeadlineSeconds: seconds(job.deadline),
    backoffLimit: retries,
    podFailurePolicy: {
      rules: [
        // A drained node is nobody's failure.
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        // What has failed or was refused fails or is refused again.
        { action: 'FailJob', onExitCodes: { containerName: CONTAINER, operator: 'In', values: [2, 3] } },
      ],
    },
    template: podTemplate(input),
  };
}

/** Labels and annotations of a Job; those of the definition give way to ours. */
export function jobMetadata(
  definition: Definition,
  input: Pick<JobInput, 'role' | 'annotations'>,
): {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
} {
  const { job } = definition.spec;
  return {
    labels: { ...job.labels, ...labelsOf(definition, input.role) },
    annotations: { ...job.annotations, ...input.annotations },
  };
}

function jobObject(
  name: string,
  input: JobInput,
  spec: Mapping,
  more: Readonly<Record<string, string>> = {},
): KubernetesObject {
  const { labels, annotations } = jobMetadata(input.definition, input);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(name, labels, { ...annotations, ...more }),
    spec,
  };
}
