import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rehearsal, startRehearsal, virtualClock } from '../../../src/rehearsal/rehearsal.ts';
import { documents } from '../scenario.ts';

/** Kubernetes' own client is the judge of what our API server answers. */

const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: {name: demo}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: databaseschemas.mooring.dev}
spec:
  group: mooring.dev
  names: {kind: DatabaseSchema, plural: databaseschemas}
  scope: Namespaced
  versions: [{name: v1alpha1, served: true, storage: true, subresources: {status: {}}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: runner, namespace: demo}
rules:
  - {apiGroups: [batch], resources: [jobs], resourceNames: [one], verbs: [get, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: runner, namespace: demo}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: runner}
subjects: [{kind: ServiceAccount, name: runner}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reporter}
rules: [{apiGroups: [""], resources: [events], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reporter, namespace: demo}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reporter}
subjects: [{kind: ServiceAccount, name: runner, namespace: demo}]
`;

const JOB = {
  metadata: { name: 'one', annotations: { 'mooring.dev/state': 'settled' } },
  spec: {
    suspend: true,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image: 'stub' }] } },
  },
};
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const CUSTOM = { group: 'mooring.dev', version: 'v1alpha1', namespace: 'demo', plural: 'databaseschemas' };

let world: Rehearsal;
let admin: KubeConfig;
let runner: KubeConfig;

beforeAll(async () => {
  world = await startRehearsal({
    clock: virtualClock({ start: Date.parse('2030-01-01T00:00:00Z') }),
    container: () => undefined,
    cluster: documents(CLUSTER),
  });
  [admin, runner] = [new KubeConfig(), new KubeConfig()];
  admin.loadFromFile(await world.kubeconfig('demo'));
  runner.loadFromFile(await world.kubeconfig('demo', 'system:serviceaccount:demo:runner'));
});

afterAll(() => world.close());

async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    const { reason, message } = JSON.parse(error.body as string);
    return `${error.code} ${reason}: ${message}`;
  }
  return 'no refusal';
}

describe('objects', () => {
  test('are made, read, listed and deleted', async () => {
    const batch = admin.makeApiClient(BatchV1Api);
    const made = await batch.createNamespacedJob({ namespace: 'demo', body: JOB });
    expect(made.metadata?.creationTimestamp?.toISOString()).toBe('2030-01-01T00:00:00.000Z');
    expect(made.metadata?.generation).toBe(1);
    expect((await batch.readNamespacedJob({ namespace: 'demo', name: 'one' })).metadata?.uid).toBe(
      made.metadata?.uid,
    );
    expect(
      (await batch.listNamespacedJob({ namespace: 'demo' })).items.map((job) => job.metadata?.name),
    ).toEqual(['one']);
    expect((await batch.listNamespacedJob({ namespace: 'demo', labelSelector: 'a=b' })).items).toEqual([]);
    expect((await batch.listJobForAllNamespaces({})).items).toHaveLength(1);
    expect(await refusal(batch.createNamespacedJob({ namespace: 'demo', body: JOB }))).toBe(
      '409 AlreadyExists: jobs.batch "one" already exists',
    );
    await batch.createNamespacedJob({ namespace: 'demo', body: { ...JOB, metadata: { name: 'two' } } });
    await batch.deleteNamespacedJob({ namespace: 'demo', name: 'two', propagationPolicy: 'Background' });
    expect(await refusal(batch.readNamespacedJob({ namespace: 'demo', name: 'two' }))).toBe(
      '404 NotFound: jobs.batch "two" not found',
    );
  });

  test('are found by the client that asks for their kinds first', async () => {
    const objects = KubernetesObjectApi.makeApiClient(admin);
    const kind = { apiVersion: 'mooring.dev/v1alpha1', kind: 'DatabaseSchema' };
    await objects.create({ ...kind, metadata: { name: 'found', namespace: 'demo' } });
    expect(
      (await objects.read({ ...kind, metadata: { name: 'found', namespace: 'demo' } })).metadata?.name,
    ).toBe('found');
    await objects.delete({ ...kind, metadata: { name: 'found', namespace: 'demo' } });
  });

  test('change by a JSON merge patch; a version that is not the newest is a conflict', async () => {
    const batch = admin.makeApiClient(BatchV1Api);
    const body = { metadata: { annotations: { 'mooring.dev/state': 'drift: 1 change', other: 'x' } } };
    const patched = await batch.patchNamespacedJob({ namespace: 'demo', name: 'one', body }, merge);
    expect(patched.metadata?.annotations).toEqual({ 'mooring.dev/state': 'drift: 1 change', other: 'x' });
    expect(patched.metadata?.generation).toBe(1);
    const gone = {
      metadata: { annotations: { other: null }, resourceVersion: patched.metadata?.resourceVersion },
    };
    const after = await batch.patchNamespacedJob({ namespace: 'demo', name: 'one', body: gone }, merge);
    expect(after.metadata?.annotations).toEqual({ 'mooring.dev/state': 'drift: 1 change' });
    expect(
      await refusal(batch.patchNamespacedJob({ namespace: 'demo', name: 'one', body: gone }, merge)),
    ).toMatch(
      /^409 Conflict: Operation cannot be fulfilled on jobs.batch "one": the object has been modified/,
    );
    const template = { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } };
    expect(
      await refusal(batch.patchNamespacedJob({ namespace: 'demo', name: 'one', body: template }, merge)),
    ).toMatch(/^422 Invalid: Job.batch "one" is invalid: spec.template: .*field is immutable$/);
    expect(
      await refusal(batch.patchNamespacedJob({ namespace: 'demo', name: 'one', body: template })),
    ).toMatch(/^415 UnsupportedMediaType/);
  });

  test('have a status of their own', async () => {
    const custom = admin.makeApiClient(CustomObjectsApi);
    const body = {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'DatabaseSchema',
      metadata: { name: 'orders' },
      spec: { a: 1 },
      status: { b: 1 },
    };
    expect((await custom.createNamespacedCustomObject({ ...CUSTOM, body })).status).toBeUndefined();
    const status = { status: { drift: 'x' }, spec: { a: 2 } };
    const written = await custom.patchNamespacedCustomObjectStatus(
      { ...CUSTOM, name: 'orders', body: status },
      merge,
    );
    expect(written).toMatchObject({ spec: { a: 1 }, status: { drift: 'x' }, metadata: { generation: 1 } });
    const both = await custom.patchNamespacedCustomObject(
      { ...CUSTOM, name: 'orders', body: { spec: { a: 3 }, status: null } },
      merge,
    );
    expect(both).toMatchObject({ spec: { a: 3 }, status: { drift: 'x' }, metadata: { generation: 2 } });
  });

  test('are applied server-side; what another applied otherwise is a conflict', async () => {
    const custom = admin.makeApiClient(CustomObjectsApi);
    const apply = setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply);
    const body = (spec: object) => ({
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'DatabaseSchema',
      metadata: { name: 'shared' },
      spec,
    });
    const send = (spec: object, fieldManager: string, force?: boolean) =>
      custom.patchNamespacedCustomObject(
        {
          ...CUSTOM,
          name: 'shared',
          body: body(spec),
          fieldManager,
          ...(force === undefined ? {} : { force }),
        },
        apply,
      );
    await send({ a: 1, b: 1 }, 'one');
    await send({ a: 1, c: 1 }, 'two');
    expect(await refusal(send({ a: 2 }, 'two'))).toBe(
      '409 Conflict: Apply failed with 1 conflict(s): .spec.a',
    );
    expect((await send({ a: 1 }, 'one')).spec).toEqual({ a: 1, c: 1 });
    expect((await send({ a: 2, c: 1 }, 'two', true)).spec).toEqual({ a: 2, c: 1 });
    expect((await send({}, 'one')).spec).toEqual({ a: 2, c: 1 });
  });

  test.each([
    ['Background', 'gone'],
    ['Foreground', 'gone'],
    ['Orphan', 'left'],
  ])('are deleted with what they own: %s', async (propagationPolicy, then) => {
    const core = admin.makeApiClient(CoreV1Api);
    const body = (name: string, ownerReferences: object[] = []) =>
      ({ metadata: { name, ownerReferences } }) as never;
    const owner = await core.createNamespacedConfigMap({ namespace: 'demo', body: body('owner') });
    const by = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'owner',
      uid: owner.metadata?.uid,
      blockOwnerDeletion: true,
    };
    await core.createNamespacedConfigMap({ namespace: 'demo', body: body('owned', [by]) });
    await core.deleteNamespacedConfigMap({ namespace: 'demo', name: 'owner', propagationPolicy });
    await world.wait(1_000);
    const left = (await core.listNamespacedConfigMap({ namespace: 'demo' })).items;
    expect(left.map(({ metadata }) => [metadata?.name, metadata?.ownerReferences])).toEqual(
      then === 'gone' ? [] : [['owned', []]],
    );
    if (then === 'left') await core.deleteNamespacedConfigMap({ namespace: 'demo', name: 'owned' });
  });

  test('are watched from a version on', async () => {
    const core = admin.makeApiClient(CoreV1Api);
    const { metadata } = await core.listNamespacedConfigMap({ namespace: 'demo' });
    await core.createNamespacedConfigMap({ namespace: 'demo', body: { metadata: { name: 'seen' } } });
    const seen: string[] = [];
    let stop: AbortController | undefined;
    await new Promise<void>((resolve) => {
      const query = { resourceVersion: metadata?.resourceVersion };
      const told = (type: string, object: { metadata: { name: string } }) => {
        seen.push(`${type} ${object.metadata.name}`);
        if (type === 'ADDED') void core.deleteNamespacedConfigMap({ namespace: 'demo', name: 'seen' });
        if (type === 'DELETED') resolve();
      };
      void new Watch(admin)
        .watch('/api/v1/namespaces/demo/configmaps', query, told, () => {})
        .then((controller) => {
          stop = controller;
        });
    });
    stop?.abort();
    expect(seen).toEqual(['ADDED seen', 'DELETED seen']);
  });
});

describe('accounts', () => {
  test('may do what a Role grants, to the objects it names', async () => {
    const batch = runner.makeApiClient(BatchV1Api);
    const body = { metadata: { annotations: { 'mooring.dev/state': 'settled' } } };
    const patched = await batch.patchNamespacedJob({ namespace: 'demo', name: 'one', body }, merge);
    expect(patched.metadata?.annotations).toEqual({ 'mooring.dev/state': 'settled' });
    expect(await refusal(batch.patchNamespacedJob({ namespace: 'demo', name: 'other', body }, merge))).toBe(
      '403 Forbidden: jobs.batch "other" is forbidden: User "system:serviceaccount:demo:runner" cannot patch resource "jobs" in API group "batch" in the namespace "demo"',
    );
    expect(await refusal(batch.listNamespacedJob({ namespace: 'demo' }))).toMatch(/^403 Forbidden/);
    expect(
      await refusal(runner.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace: 'demo' })),
    ).toMatch(/^403/);
  });

  test('without a token of the cluster are not let in', async () => {
    const response = await fetch(`${world.url}/api/v1/namespaces/demo/pods`, {
      headers: { authorization: 'Bearer x' },
    });
    expect([response.status, (await response.json()) as unknown]).toMatchObject([
      401,
      { reason: 'Unauthorized' },
    ]);
  });

  test('report events', async () => {
    const body = {
      metadata: { generateName: 'orders.', namespace: 'demo' },
      involvedObject: {
        apiVersion: 'mooring.dev/v1alpha1',
        kind: 'DatabaseSchema',
        name: 'orders',
        namespace: 'demo',
      },
      type: 'Warning',
      reason: 'Drifted',
      message: '1 change',
    };
    await runner.makeApiClient(CoreV1Api).createNamespacedEvent({ namespace: 'demo', body });
    expect(world.events.at(-1)).toMatchObject({
      type: 'reported',
      level: 'Warning',
      reason: 'Drifted',
      message: '1 change',
    });
  });
});

test('the Date header is of the clock that is written into objects', async () => {
  const response = await fetch(`${world.url}/version`, {
    headers: { authorization: `Bearer ${admin.getCurrentUser()?.token}` },
  });
  expect(response.headers.get('date')).toBe(new Date(world.clock.now).toUTCString());
});
