import {
  API_VERSION,
  CHECK_RULES,
  CONTAINER,
  connectionVariables,
  DATABASE,
  DRIFT_DATABASE,
  DRIFT_ROLE,
  type RbacRule,
  RUNNER_ROLE,
  RUNNER_RULES,
} from '../../api/api.ts';
import type { Container } from '../cluster/container.ts';
import type { KubeObject } from '../cluster/object.ts';

export const NAMESPACE = 'rehearsal';

const [GROUP = '', VERSION = ''] = API_VERSION.split('/');

/** What is in the cluster before anything is synced: the installation, as far as an API server without schemas needs it. */
export const INSTALLED: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `databaseschemas.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { kind: 'DatabaseSchema', plural: 'databaseschemas' },
      versions: [{ name: VERSION, subresources: { status: {} } }],
    },
  },
  clusterRole(RUNNER_ROLE, RUNNER_RULES),
  clusterRole(DRIFT_ROLE, CHECK_RULES),
  // An account that a definition names instead of ours has its rights from elsewhere.
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'accounts-of-their-own', namespace: NAMESPACE },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: RUNNER_ROLE },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:serviceaccounts' }],
  },
];

function clusterRole(name: string, rules: readonly RbacRule[]): KubeObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: rules.map(({ why: _, ...rule }) => rule),
  };
}

/** The application's stand-in: something between the Jobs that rolls out. */
export function application(revision: string): KubeObject {
  const labels = { app: 'application' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'application' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'application', image: revision }] } },
    },
  };
}

/** Containers that somebody put beside ours are no matter here. */
const NOTHING = { file: process.execPath, args: ['--eval', ''] };

/**
 * The Jobs' commands, as processes of `program`. Whatever database the manifests name, they get the scratch one: nothing
 * of a rehearsal must ever reach another.
 */
export function jobsOn(url: string, program: string, allow: readonly string[]): Container {
  return ({ name, args, env }) => {
    if (name !== CONTAINER) return NOTHING;
    const allowed = (env.MOORING_ALLOW_HAZARDS ?? '').split(',').filter((code) => code !== '');
    return {
      file: process.execPath,
      args: [program, ...args],
      env: {
        ...withoutDatabases(env),
        [TO.url]: url,
        MOORING_ALLOW_HAZARDS: [...allowed, ...allow].join(','),
      },
    };
  };
}

const TO = connectionVariables(DATABASE);

/** How the connection is made stays: with or without TLS, by which role, through a pooler. */
const KEPT: readonly string[] = [TO.tls, TO.role, TO.pooler];

function withoutDatabases(env: Readonly<Record<string, string>>): Readonly<Record<string, undefined>> {
  const isOf = (name: string) => name.startsWith(`${DATABASE}_`) || name.startsWith(`${DRIFT_DATABASE}_`);
  const names = Object.keys(env).filter((name) => isOf(name) && !KEPT.includes(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
