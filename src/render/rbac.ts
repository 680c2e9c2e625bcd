import { CHECK_RULES, DRIFT_ROLE, type JobRole, objectNames, RUNNER_ROLE, RUNNER_RULES } from '../api/api.ts';
import { labelsOf, metadataOf } from './metadata.ts';
import type { KubernetesObject } from './object.ts';
import type { RenderInput } from './target.ts';

type Texts = Readonly<Record<string, string>>;

/**
 * The accounts of the Jobs that report, one for prepare and converge and one for the check, and what gives them their
 * rights, as `job.rbac` says. An account that the definition names is not made, and is one for all.
 */
export function accounts(input: RenderInput, annotations: Texts): readonly KubernetesObject[] {
  const { job } = input.definition.spec;
  const names = objectNames(input.definition.metadata.name);
  const all = (role: JobRole, name: string, account: string): readonly KubernetesObject[] => [
    ...(job.serviceAccountName === undefined ? [serviceAccount(input, role, name, annotations)] : []),
    ...(job.rbac === 'role' ? [ownRole(input, role, name, annotations)] : []),
    ...(job.rbac === 'none' ? [] : [roleBinding(input, role, name, account, annotations)]),
  ];
  if (job.serviceAccountName !== undefined) {
    return all('converge', names.convergeAccount, job.serviceAccountName);
  }
  return [
    ...all('converge', names.convergeAccount, names.convergeAccount),
    ...all('check', names.driftAccount, names.driftAccount),
  ];
}

/** Its Pods ask for the token; nobody else gets one by it. */
function serviceAccount(
  { definition }: RenderInput,
  role: JobRole,
  name: string,
  annotations: Texts,
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(name, labelsOf(definition, role), annotations),
    automountServiceAccountToken: false,
  };
}

function ownRole(
  { definition }: RenderInput,
  role: JobRole,
  name: string,
  annotations: Texts,
): KubernetesObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: metadataOf(name, labelsOf(definition, role), annotations),
    rules: (role === 'check' ? CHECK_RULES : RUNNER_RULES).map(({ apiGroups, resources, verbs }) => ({
      apiGroups,
      resources,
      verbs,
    })),
  };
}

/** The subject has no namespace: in a RoleBinding it is then the binding's own. */
function roleBinding(
  { definition }: RenderInput,
  role: JobRole,
  name: string,
  account: string,
  annotations: Texts,
): KubernetesObject {
  const own = definition.spec.job.rbac === 'role';
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: metadataOf(name, labelsOf(definition, role), annotations),
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: own ? 'Role' : 'ClusterRole',
      name: own ? name : role === 'check' ? DRIFT_ROLE : RUNNER_ROLE,
    },
    subjects: [{ kind: 'ServiceAccount', name: account }],
  };
}
