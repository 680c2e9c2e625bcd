import { randomBytes } from 'node:crypto';
import { type JobRole, LABELS, MANAGED_BY, type Reason } from '../api/api.ts';
import { type KubeObject, nameOf, uidOf } from './object.ts';
import { oneLine } from './one-line.ts';

export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: Reason | 'Applied' | 'Undone';
  readonly message: string;
}

/** An Event about an object, as `kubectl describe` shows it. Its name is made here: sent twice it is there once. */
export function eventOf(about: KubeObject, namespace: string, role: JobRole, text: EventText): unknown {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${nameOf(about)}.${randomBytes(8).toString('hex')}`,
      namespace,
      labels: { [LABELS.managedBy]: MANAGED_BY },
    },
    involvedObject: {
      apiVersion: about.apiVersion ?? '',
      kind: about.kind ?? '',
      namespace,
      name: nameOf(about),
      uid: uidOf(about),
    },
    type: text.type,
    reason: text.reason,
    // An API server takes 1,024 bytes.
    message: oneLine(text.message, 400),
    source: { component: `mooring-${role}` },
    reportingComponent: 'mooring.dev/runner',
    reportingInstance: role,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}
