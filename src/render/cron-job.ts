import { objectNames } from '../api/api.ts';
import { jobMetadata, jobSpec } from './job.ts';
import { metadataOf } from './metadata.ts';
import type { KubernetesObject } from './object.ts';
import type { JobInput } from './target.ts';

/** What looks for drift. Its Jobs bear none of the target's annotations: they are not the controller's to compare. */
export function driftCronJob(input: JobInput): KubernetesObject {
  const { definition } = input;
  const { labels, annotations } = jobMetadata(definition, input);
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(objectNames(definition.metadata.name).drift, labels, annotations),
    spec: {
      schedule: definition.spec.drift.schedule,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 120,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: {
          labels,
          ...(Object.keys(definition.spec.job.annotations).length === 0
            ? {}
            : { annotations: definition.spec.job.annotations }),
        },
        spec: jobSpec(input, 0),
      },
    },
  };
}
