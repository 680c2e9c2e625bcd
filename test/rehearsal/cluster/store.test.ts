import { beforeEach, expect, test } from 'vitest';
import { Kinds } from '../../../src/rehearsal/cluster/kinds.ts';
import type { KubeObject } from '../../../src/rehearsal/cluster/object.ts';
import { Store } from '../../../src/rehearsal/cluster/store.ts';

const ME = { user: 'me', manager: 'kubectl' };
const ref = (kind: string, name: string, group = '') => ({ group, kind, namespace: 'demo', name });

let store: Store;

beforeEach(() => {
  store = new Store(new Kinds(), () => '2030-01-01T00:00:00Z');
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } }, ME);
});

function configMap(data: { readonly [key: string]: string }, annotations = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'app', namespace: 'demo', annotations },
    data,
  };
}

test('a write that changes nothing is none: no new version, nobody is told', () => {
  const made = store.create(configMap({ a: '1' }), ME);
  const told: string[] = [];
  store.changes.subscribe(({ type }) => told.push(type));
  const again = store.update(ref('ConfigMap', 'app'), ME, (object) => ({ ...object, data: { a: '1' } }));
  expect(again.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  expect(told).toEqual([]);
});

test('generation counts changes of what is asked for, resourceVersion all', () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job', namespace: 'demo' },
    spec: { suspend: true },
  };
  const versions = [store.create(job, ME)];
  versions.push(store.setStatus(ref('Job', 'job', 'batch'), ME, { active: 1 }));
  versions.push(
    store.update(ref('Job', 'job', 'batch'), ME, (one) => ({
      ...one,
      spec: { ...(one.spec as object), suspend: false },
    })),
  );
  expect(versions.map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2]);
  expect(new Set(versions.map(({ metadata }) => metadata.resourceVersion)).size).toBe(3);
});

test('what is too large is refused', () => {
  const large = 'x'.repeat(256 * 1024);
  expect(() => store.create(configMap({}, { note: large }), ME)).toThrow(
    'ConfigMap "app" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
  );
  expect(() => store.create(configMap({ a: large.repeat(4), b: 'x' }), ME)).toThrow(
    'ConfigMap "app" is invalid: []: Too long: may not be more than 1048576 bytes',
  );
  expect(() => store.create(configMap({ a: large.repeat(4) }), ME)).not.toThrow();
});

test('an object with finalizers stays until the last one is off', () => {
  const object = configMap({});
  store.create({ ...object, metadata: { ...object.metadata, finalizers: ['a.example/x'] } }, ME);
  store.remove(ref('ConfigMap', 'app'), ME);
  expect(store.get(ref('ConfigMap', 'app')).metadata.deletionTimestamp).toBe('2030-01-01T00:00:00Z');
  store.release(ref('ConfigMap', 'app'), 'a.example/x', ME);
  expect(store.find(ref('ConfigMap', 'app'))).toBeUndefined();
});

test('what is not there, or in no namespace, or of no kind, is said as the API server says it', () => {
  expect(() => store.get(ref('Job', 'job', 'batch'))).toThrow('jobs.batch "job" not found');
  const lost = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'gone' } };
  expect(() => store.create(lost, ME)).toThrow('namespaces "gone" not found');
  const odd = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } };
  expect(() => store.create(odd, ME)).toThrow('could not find example.com/Widget');
});

test('a dry run checks all and stores nothing', () => {
  expect(store.apply(configMap({ a: '1' }), ME, { dryRun: true }).data).toEqual({ a: '1' });
  expect(store.find(ref('ConfigMap', 'app'))).toBeUndefined();
});

test('a Job gets its selector once, so that a PUT of its manifest is refused', () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job', namespace: 'demo' },
    spec: { template: {} },
  };
  store.create(job, ME);
  expect(() => store.replace(job, ME)).toThrow(/field is immutable/);
});

test('the text of a Secret becomes its data', () => {
  store.create(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'demo' },
      stringData: { url: 'x' },
    },
    ME,
  );
  expect(store.get(ref('Secret', 'db'))).toMatchObject({ data: { url: 'eA==' } });
});
