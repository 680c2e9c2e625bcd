import { type Json, listAt, mapAt, textAt, textsAt } from '../values.ts';
import { ADMIN } from './access.ts';
import { ApiError } from './api-error.ts';
import type { KubeObject } from './object.ts';
import type { Store } from './store.ts';

export interface Request {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  /** `jobs`, or `jobs/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/** Throws `Forbidden` unless a Role or ClusterRole that is bound to the account grants it. */
export function authorize(store: Store, request: Request): void {
  if (request.user === ADMIN) return;
  const bindings = [
    ...store.list({ group: RBAC, kind: 'ClusterRoleBinding' }),
    ...store.list({ group: RBAC, kind: 'RoleBinding' }, request.namespace),
  ];
  const rules = bindings
    .filter((binding) => binds(binding, request.user))
    .flatMap((one) => rulesOf(store, one));
  if (rules.some((rule) => grants(rule, request))) return;
  const { user, verb, group, resource, namespace, name } = request;
  const [plural = ''] = resource.split('/');
  const full = group === '' ? plural : `${plural}.${group}`;
  const where = namespace === '' ? ' at the cluster scope' : ` in the namespace "${namespace}"`;
  throw new ApiError(
    'Forbidden',
    `${full}${name === '' ? '' : ` "${name}"`} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}"${where}`,
  );
}

function binds(binding: KubeObject, user: string): boolean {
  return listAt(binding, 'subjects').some((subject) => {
    const name = textAt(subject, 'name') ?? '';
    if (textAt(subject, 'kind') === 'User') return name === user;
    if (textAt(subject, 'kind') === 'Group') return groupsOf(user).includes(name);
    const namespace = textAt(subject, 'namespace') ?? binding.metadata.namespace ?? '';
    return user === `system:serviceaccount:${namespace}:${name}`;
  });
}

function groupsOf(user: string): readonly string[] {
  const [, , namespace] = /^(system:serviceaccount):([^:]+):/.exec(user) ?? [];
  return ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

function rulesOf(store: Store, binding: KubeObject): readonly Json[] {
  const kind = textAt(binding, 'roleRef', 'kind') ?? '';
  const namespace = kind === 'Role' ? (binding.metadata.namespace ?? '') : '';
  const name = textAt(binding, 'roleRef', 'name') ?? '';
  return listAt(store.find({ group: RBAC, kind, namespace, name }), 'rules');
}

function grants(rule: Json, { verb, group, resource, name }: Request): boolean {
  const has = (list: string, value: string) => {
    const values = textsAt(rule, list);
    return values.includes(value) || values.includes('*');
  };
  const names = textsAt(rule, 'resourceNames');
  const named = !('resourceNames' in mapAt(rule)) || names.length === 0 || names.includes(name);
  return has('verbs', verb) && has('apiGroups', group) && has('resources', resource) && named;
}
