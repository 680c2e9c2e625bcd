import { MooringError } from '../api/api.ts';
import { isOlder } from './jobs-of.ts';
import { type KubeObject, nameOf } from './object.ts';

/**
 * Jobs of the same role that an older image or setting left, under other names. Throws `superseded` where one of them is
 * newer: then this Job is the one that was left.
 */
export function olderSiblings(own: KubeObject, ofRole: readonly KubeObject[]): readonly KubeObject[] {
  const siblings = ofRole.filter((job) => nameOf(job) !== nameOf(own));
  const newer = siblings.find((job) => isOlder(own, job));
  if (newer !== undefined) throw superseded(`Job ${nameOf(newer)} is newer than this one, ${nameOf(own)}`);
  return siblings;
}

/** A Job that runs and is not there any more. */
export function goneFrom(job: string): MooringError {
  return superseded(`Job ${job} is gone from the cluster: a newer sync has taken it away`);
}

/** A Job that was made anew, or whose bundle is another by now. */
export function otherBundle(live: KubeObject, wanted: string, digest: string): MooringError {
  if (wanted === digest) return superseded(`Job ${nameOf(live)} was made anew by a newer sync`);
  return superseded(
    `Job ${nameOf(live)} is for bundle ${wanted.slice(0, 19)}… by now; this run is of ${digest.slice(0, 19)}…`,
  );
}

function superseded(message: string): MooringError {
  return new MooringError('superseded', message, { hint: 'Nothing to do: the newer sync has it.' });
}
