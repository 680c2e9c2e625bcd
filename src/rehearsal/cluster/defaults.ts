import { mapAt, textAt, withAt } from '../values.ts';
import { type KubeObject, uidOf } from './object.ts';

/**
 * What the API server adds to an object. Most of its defaults are left out: nothing here depends on them.
 */

/** At every write: `stringData` of a Secret becomes `data`. */
export function completed(object: KubeObject): KubeObject {
  return object.apiVersion === 'v1' && object.kind === 'Secret' ? withData(object) : object;
}

/** Once, when it is made: the selector of a Job and the labels of its pods. */
export function born(object: KubeObject): KubeObject {
  return object.apiVersion === 'batch/v1' && object.kind === 'Job' ? withSelector(object) : completed(object);
}

function withData(secret: KubeObject): KubeObject {
  if (secret.stringData === undefined) return secret;
  const texts = Object.entries(mapAt(secret, 'stringData')).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString('base64'),
  ]);
  const { stringData: _, ...rest } = secret;
  return { ...rest, data: { ...mapAt(secret, 'data'), ...Object.fromEntries(texts) } } as KubeObject;
}

const UID_LABEL = 'batch.kubernetes.io/controller-uid';

function withSelector(job: KubeObject): KubeObject {
  if (textAt(job, 'spec', 'selector', 'matchLabels', UID_LABEL) !== undefined) return job;
  const uid = uidOf(job);
  const labels = {
    ...mapAt(job, 'spec', 'template', 'metadata', 'labels'),
    [UID_LABEL]: uid,
    'batch.kubernetes.io/job-name': job.metadata.name,
    'job-name': job.metadata.name,
  };
  const labelled = withAt(job, ['spec', 'template', 'metadata', 'labels'], labels);
  return withAt(labelled, ['spec', 'selector'], { matchLabels: { [UID_LABEL]: uid } }) as KubeObject;
}
