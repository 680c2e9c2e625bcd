import { isDeleting, type KubeObject } from './cluster/object.ts';
import type { HealthStatus } from './event.ts';
import { at, listAt, mapAt, numberAt, textAt } from './values.ts';

export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}

/**
 * A health of one's own for some kinds, as Argo CD's Lua scripts are; undefined for objects that it does not know. What
 * it throws is a script's error.
 */
export type HealthCheck = (object: KubeObject, now: Date) => Health | undefined;

const ORDER: readonly HealthStatus[] = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
];

export function isWorse(a: HealthStatus, b: HealthStatus): boolean {
  return ORDER.indexOf(a) > ORDER.indexOf(b);
}

/**
 * The health of one object as Argo CD judges it; undefined for kinds that have none, such as ConfigMap. Throws what
 * `custom` throws.
 */
export function healthOf(
  object: KubeObject,
  custom: HealthCheck,
  now: Date,
  isHeld: boolean,
): Health | undefined {
  if (isDeleting(object) && !isHeld) return { status: 'Progressing', message: 'Pending deletion' };
  return custom(object, now) ?? BUILT_IN[`${object.apiVersion}/${object.kind}`]?.(object);
}

const BUILT_IN: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'batch/v1/Job': jobHealth,
  'batch/v1/CronJob': cronJobHealth,
  'apps/v1/Deployment': deploymentHealth,
  'v1/Pod': podHealth,
};

function jobHealth(job: KubeObject): Health {
  const conditions = listAt(job, 'status', 'conditions');
  const find = (type: string) =>
    conditions.find((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True');
  const [failed, complete, suspended] = [find('Failed'), find('Complete'), find('Suspended')];
  if (failed !== undefined) return { status: 'Degraded', message: textAt(failed, 'message') ?? '' };
  if (suspended !== undefined) return { status: 'Suspended', message: textAt(suspended, 'message') ?? '' };
  if (complete !== undefined) return { status: 'Healthy', message: textAt(complete, 'message') ?? '' };
  return { status: 'Progressing', message: '' };
}

function cronJobHealth(cronJob: KubeObject): Health {
  const healthy = (message: string): Health => ({ status: 'Healthy', message });
  if (at(cronJob, 'spec', 'suspend') === true) return healthy('CronJob is Suspended');
  if (cronJob.status === undefined) return { status: 'Progressing', message: 'Waiting for CronJob' };
  const [scheduled, succeeded] = [
    textAt(cronJob, 'status', 'lastScheduleTime'),
    textAt(cronJob, 'status', 'lastSuccessfulTime'),
  ];
  if (scheduled === undefined) return healthy('CronJob has not been scheduled yet');
  if (succeeded === undefined)
    return healthy('The CronJob never completed successfully. It may not be healthy');
  if (listAt(cronJob, 'status', 'active').length > 0)
    return healthy('The job is running. Its last execution may not have been successful');
  if (succeeded < scheduled)
    return { status: 'Degraded', message: 'CronJob has not completed its last execution successfully' };
  return healthy('CronJob has completed its last execution successfully');
}

function deploymentHealth(deployment: KubeObject): Health {
  const progressing = (message: string): Health => ({
    status: 'Progressing',
    message: `Waiting for rollout to finish: ${message}`,
  });
  if (at(deployment, 'spec', 'paused') === true)
    return { status: 'Suspended', message: 'Deployment is paused' };
  const status = mapAt(deployment, 'status');
  const count = (name: string) => numberAt(status, name) ?? 0;
  if ((numberAt(deployment, 'metadata', 'generation') ?? 0) > count('observedGeneration'))
    return progressing('observed deployment generation less than desired generation');
  const isLate = listAt(status, 'conditions').some(
    (one) => textAt(one, 'reason') === 'ProgressDeadlineExceeded',
  );
  if (isLate)
    return {
      status: 'Degraded',
      message: `Deployment "${deployment.metadata.name}" exceeded its progress deadline`,
    };
  const wanted = numberAt(deployment, 'spec', 'replicas');
  const [updated, available] = [count('updatedReplicas'), count('availableReplicas')];
  if (wanted !== undefined && updated < wanted)
    return progressing(`${updated} out of ${wanted} new replicas have been updated...`);
  if (count('replicas') > updated)
    return progressing(`${count('replicas') - updated} old replicas are pending termination...`);
  if (available < updated) return progressing(`${available} of ${updated} updated replicas are available...`);
  return { status: 'Healthy', message: '' };
}

/** Not of the application's health, but shown in its tree. */
function podHealth(pod: KubeObject): Health {
  const statuses = [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
  ];
  switch (textAt(pod, 'status', 'phase')) {
    case 'Succeeded':
      return { status: 'Healthy', message: '' };
    case 'Failed': {
      const failed = statuses.find((one) => (numberAt(one, 'state', 'terminated', 'exitCode') ?? 0) !== 0);
      const said = textAt(failed, 'state', 'terminated', 'message');
      const code = numberAt(failed, 'state', 'terminated', 'exitCode');
      const otherwise =
        failed === undefined ? '' : `container "${textAt(failed, 'name')}" failed with exit code ${code}`;
      return { status: 'Degraded', message: said ?? otherwise };
    }
    default: {
      const waiting = statuses.find((one) => textAt(one, 'state', 'waiting', 'reason') !== undefined);
      return { status: 'Progressing', message: textAt(waiting, 'state', 'waiting', 'message') ?? '' };
    }
  }
}
