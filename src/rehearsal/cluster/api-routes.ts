import { mergePatch } from '../../definition/definition.ts';
import { type Json, type JsonMap, listAt, mapAt, numberAt, textAt } from '../values.ts';
import { ApiError } from './api-error.ts';
import { authorize } from './authorize.ts';
import type { Writer } from './changes.ts';
import type { Kind } from './kinds.ts';
import { isObject, type KubeObject, type Ref, withMetadata } from './object.ts';
import { isSelected } from './select.ts';
import type { DeleteOptions, Propagation, Store, WriteOptions } from './store.ts';

export interface ApiRequest {
  readonly method: string;
  readonly user: string;
  readonly group: string;
  readonly kind: Kind;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
  readonly type: string;
  /** What the client calls itself: its field manager, if it names none. */
  readonly agent: string;
  readonly body: JsonMap;
}

export interface Answer {
  readonly status: number;
  readonly body: JsonMap | string;
}

/** Answers one request for an object or a list of them. Throws `ApiError`. */
export function answer(
  store: Store,
  request: ApiRequest,
  logOf: (namespace: string, pod: string) => string,
): Answer {
  const { method, name, subresource } = request;
  const verb = method === 'GET' && name === '' ? 'list' : VERBS[method];
  if (verb === undefined) throw new ApiError('MethodNotAllowed', `the server does not allow ${method} here`);
  const resource = subresource === '' ? request.plural : `${request.plural}/${subresource}`;
  authorize(store, { ...request, verb, resource });
  if (subresource === 'log') return { status: 200, body: logOf(request.namespace, name) };
  if (subresource === 'eviction') return evict(store, request);
  switch (verb) {
    case 'list':
      return { status: 200, body: list(store, request) };
    case 'get':
      return { status: 200, body: store.get(refOf(request)) };
    case 'create':
      return { status: 201, body: store.create(given(request), writer(request), options(request)) };
    case 'update':
      return { status: 200, body: store.replace(given(request), writer(request), options(request)) };
    case 'patch':
      return { status: 200, body: patch(store, request) };
    default:
      return remove(store, request);
  }
}

const VERBS: Readonly<Record<string, 'get' | 'create' | 'update' | 'patch' | 'delete' | undefined>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

function list(store: Store, { kind, namespace, query }: ApiRequest): JsonMap {
  const items = store.list(kind, namespace === '' ? undefined : namespace);
  return {
    kind: `${kind.kind}List`,
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    metadata: { resourceVersion: String(store.version) },
    items: items.filter((item) => isSelected(item, query)),
  };
}

function patch(store: Store, request: ApiRequest): KubeObject {
  const { type, body, query } = request;
  const by = writer(request);
  if (type === 'application/apply-patch+yaml') {
    if (request.subresource !== '') throw unsupported(`${type} of a subresource`);
    return store.apply(given(request), by, { ...options(request), force: query.get('force') === 'true' });
  }
  if (type !== 'application/merge-patch+json') throw unsupported(type);
  const ref = refOf(request);
  const patched = mergePatch(store.get(ref), body) as KubeObject;
  // Only a version that the patch itself names is one to insist on.
  const version = textAt(body, 'metadata', 'resourceVersion');
  return store.replace(withMetadata(patched, { resourceVersion: version }), by, options(request));
}

function unsupported(type: string): ApiError {
  return new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/merge-patch+json, application/apply-patch+yaml (got ${type})`,
  );
}

function remove(store: Store, request: ApiRequest): Answer {
  const { body, query } = request;
  const propagation = textAt(body, 'propagationPolicy') ?? query.get('propagationPolicy');
  const grace = numberAt(body, 'gracePeriodSeconds') ?? Number(query.get('gracePeriodSeconds') ?? Number.NaN);
  const uid = textAt(body, 'preconditions', 'uid');
  const how: DeleteOptions = {
    propagation: (propagation ?? 'Background') as Propagation,
    ...(Number.isNaN(grace) ? {} : { grace }),
    ...(uid === undefined ? {} : { uid }),
  };
  store.remove(refOf(request), writer(request), how);
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
}

/** What a drained node does to a pod: it is told so in its status, and deleted. */
function evict(store: Store, request: ApiRequest): Answer {
  const ref = refOf(request);
  const pod = store.get(ref);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const conditions = [...listAt(pod, 'status', 'conditions'), condition];
  store.setStatus(ref, writer(request), { ...mapAt(pod, 'status'), conditions });
  store.remove(ref, writer(request));
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
}

/** The object of a request's body, in the place that its path says. */
function given({ body, kind, namespace, name }: ApiRequest): KubeObject {
  const object: Json = {
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    kind: kind.kind,
    ...body,
    metadata: {
      ...mapAt(body, 'metadata'),
      ...(namespace === '' ? {} : { namespace }),
      ...(name === '' ? {} : { name }),
    },
  };
  if (!isObject(object)) throw new ApiError('BadRequest', 'the object has no name');
  return object;
}

function refOf({ kind, namespace, name }: ApiRequest): Ref {
  return { group: kind.group, kind: kind.kind, namespace, name };
}

function writer({ user, query, agent }: ApiRequest): Writer {
  return { user, manager: query.get('fieldManager') ?? agent };
}

function options({ query, subresource }: ApiRequest): WriteOptions {
  return {
    ...(query.get('dryRun') === 'All' ? { dryRun: true } : {}),
    ...(subresource === 'status' ? { subresource: 'status' } : {}),
  };
}
