import { type Json, listAt, mapAt, textAt } from '../values.ts';
import type { KubeObject } from './object.ts';

export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Has `.status` a door of its own, so that a write to the object leaves it alone? */
  readonly status: boolean;
  /** Do Kubernetes' own types say which lists are merged by a key? Not for custom resources. */
  readonly typed: boolean;
}

/** Kinds that the API server knows: some of Kubernetes' own, and those of the CustomResourceDefinitions in it. */
export class Kinds {
  readonly #kinds = new Map<string, Kind>(BUILT_IN.map((kind) => [`${kind.group}/${kind.kind}`, kind]));

  find(group: string, kind: string): Kind | undefined {
    return this.#kinds.get(`${group}/${kind}`);
  }

  byPlural(group: string, plural: string): Kind | undefined {
    return this.all().find((kind) => kind.group === group && kind.plural === plural);
  }

  all(): readonly Kind[] {
    return [...this.#kinds.values()];
  }

  /** From the moment its CustomResourceDefinition is there. */
  learn(definition: KubeObject): void {
    const [group, kind] = namesOf(definition);
    const versions = listAt(definition, 'spec', 'versions');
    this.#kinds.set(`${group}/${kind}`, {
      group,
      version: textAt(versions[0], 'name') ?? 'v1',
      kind,
      plural: textAt(definition, 'spec', 'names', 'plural') ?? '',
      namespaced: textAt(definition, 'spec', 'scope') !== 'Cluster',
      status: versions.some((version: Json) => 'status' in mapAt(version, 'subresources')),
      typed: false,
    });
  }

  forget(definition: KubeObject): void {
    this.#kinds.delete(namesOf(definition).join('/'));
  }
}

function namesOf(definition: KubeObject): [group: string, kind: string] {
  return [textAt(definition, 'spec', 'group') ?? '', textAt(definition, 'spec', 'names', 'kind') ?? ''];
}

function kind(group: string, name: string, traits: Partial<Kind> = {}): Kind {
  return {
    group,
    version: 'v1',
    kind: name,
    plural: `${name.toLowerCase().replace(/y$/, 'ie')}s`,
    namespaced: true,
    status: false,
    typed: true,
    ...traits,
  };
}

const RBAC = 'rbac.authorization.k8s.io';

const BUILT_IN: readonly Kind[] = [
  kind('', 'Namespace', { namespaced: false, status: true }),
  kind('', 'ConfigMap'),
  kind('', 'Secret'),
  kind('', 'ServiceAccount'),
  kind('', 'Service', { status: true }),
  kind('', 'Pod', { status: true }),
  kind('', 'PersistentVolumeClaim', { status: true }),
  kind('', 'LimitRange'),
  kind('', 'ResourceQuota', { status: true }),
  kind('', 'Event'),
  kind('events.k8s.io', 'Event'),
  kind('apps', 'Deployment', { status: true }),
  kind('apps', 'StatefulSet', { status: true }),
  kind('apps', 'DaemonSet', { status: true }),
  kind('apps', 'ReplicaSet', { status: true }),
  kind('batch', 'Job', { status: true }),
  kind('batch', 'CronJob', { status: true }),
  kind(RBAC, 'Role'),
  kind(RBAC, 'RoleBinding'),
  kind(RBAC, 'ClusterRole', { namespaced: false }),
  kind(RBAC, 'ClusterRoleBinding', { namespaced: false }),
  kind('networking.k8s.io', 'NetworkPolicy'),
  kind('networking.k8s.io', 'Ingress', { plural: 'ingresses', status: true }),
  kind('policy', 'PodDisruptionBudget', { status: true }),
  kind('autoscaling', 'HorizontalPodAutoscaler', { version: 'v2', status: true }),
  kind('coordination.k8s.io', 'Lease'),
  kind('apiextensions.k8s.io', 'CustomResourceDefinition', { namespaced: false, status: true }),
];
