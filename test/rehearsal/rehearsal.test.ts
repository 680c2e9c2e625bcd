import { expect, test } from 'vitest';
import {
  type KubeObject,
  type RehearsalOptions,
  readApplication,
  startRehearsal,
  tellEvent,
  virtualClock,
} from '../../src/rehearsal/rehearsal.ts';
import { shownError } from '../support/case-folders.ts';
import { play, printed } from './play.ts';
import { documents, readScenario } from './scenario.ts';

const NAMESPACE = documents('apiVersion: v1\nkind: Namespace\nmetadata: {name: demo}\n');
const START = Date.parse('2030-01-01T00:00:00Z');

function application(spec = '{destination: {namespace: demo}}', annotations = '{}'): KubeObject {
  const [object] = documents(
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: demo, annotations: ${annotations}}\nspec: ${spec}\n`,
  );
  if (object === undefined) throw new Error('no application');
  return object;
}

function rehearsal(options: Partial<RehearsalOptions> = {}) {
  const container: RehearsalOptions['container'] = ({ args }) => ({
    file: '/bin/sh',
    args: ['-c', args.join(' ')],
  });
  return startRehearsal({ clock: virtualClock({ start: START }), container, cluster: NAMESPACE, ...options });
}

function job(name: string, wave: number, script: string): string {
  return `apiVersion: batch/v1
kind: Job
metadata: {name: ${name}, annotations: {argocd.argoproj.io/sync-wave: "${wave}"}}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: run, image: any, args: ["${script}"]}]}}
`;
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec: {selector: {matchLabels: {app: app}}, template: {metadata: {labels: {app: app}}, spec: {containers: []}}}
`;

test('nothing: an application without a commit does nothing, however long', async () => {
  await using world = await rehearsal();
  const app = world.app(readApplication(application()));
  await world.wait(86_400_000);
  expect([world.events, app.history, app.comparison, app.operation]).toEqual([[], [], undefined, undefined]);
});

test('the same steps leave the same trace, whatever the machine is busy with', async () => {
  const scenario = readScenario('unfinished-mark-makes-it-run-again');
  const traces = await Promise.all([1, 2, 3].map(() => play(scenario, 'default')));
  const [first, ...others] = traces.map((trace) => trace.flat().map(printed));
  for (const other of others) expect(other).toEqual(first);
});

test('an application whose pods cannot become ready before prepare has run', async () => {
  let prepared = false;
  await using world = await rehearsal({
    starts: async () => prepared,
    onEvent: (event) => {
      if (event.type === 'job-ended' && event.job.name === 'prepare') prepared = true;
    },
  });
  const app = world.app(readApplication(application()));
  app.commit('A', { manifests: documents(DEPLOYMENT) });
  await app.sync();
  await world.wait(60_000);
  expect(app.comparison?.health).toBe('Progressing');
  app.commit('B', { manifests: documents(`${DEPLOYMENT}---\n${job('prepare', -10, 'echo prepared')}`) });
  await app.sync();
  expect(await world.until(() => app.comparison?.health === 'Healthy', 60_000)).toBe(true);
  expect(world.events.map(tellEvent).filter((line) => line.startsWith('Deployment/app'))).toEqual([
    'Deployment/app does not roll out: its pods do not become ready',
    'Deployment/app rolled out',
  ]);
});

test('a Deployment that never becomes ready is Degraded when its deadline is over', async () => {
  await using world = await rehearsal({ starts: () => false });
  const app = world.app(readApplication(application()));
  app.commit('A', { manifests: documents(DEPLOYMENT) });
  await app.sync();
  await world.wait(590_000);
  expect(app.comparison?.health).toBe('Progressing');
  await world.wait(30_000);
  expect(app.comparison).toMatchObject({
    health: 'Degraded',
    because: [{ message: 'Deployment "app" exceeded its progress deadline' }],
  });
});

test('two applications in one cluster leave each other alone', async () => {
  await using world = await rehearsal();
  const [one, two] = ['one', 'two'].map((name) => {
    const manifest = application();
    return world.app(readApplication({ ...manifest, metadata: { ...manifest.metadata, name } }));
  });
  one?.commit('A', { manifests: documents(job('of-one', 0, 'echo 1')) });
  two?.commit('B', { manifests: documents(job('of-two', 0, 'echo 2')) });
  await one?.sync();
  await two?.sync();
  one?.commit('C', { manifests: documents(DEPLOYMENT) });
  await one?.sync({ prune: true });
  await world.wait(10_000);
  const left = ['of-one', 'of-two'].filter((name) =>
    world.object({ group: 'batch', kind: 'Job', namespace: 'demo', name }),
  );
  expect(left).toEqual(['of-two']);
  expect([one?.comparison?.status, two?.comparison?.status]).toEqual(['Synced', 'Synced']);
});

test('a pod may be late: it wakes up after a newer sync', async () => {
  const podStart = (pod: KubeObject) => (pod.metadata.name.startsWith('old-') ? 600_000 : 1_000);
  await using world = await rehearsal({ latency: { podStart } });
  const app = world.app(readApplication(application()));
  app.commit('A', { manifests: documents(job('old', 0, 'echo old')) });
  await app.sync();
  app.commit('B', { manifests: documents(job('new', 0, 'echo new')) });
  await app.sync();
  await world.wait(700_000);
  const said = world.events.flatMap((event) => (event.type === 'pod-said' ? [event.line] : []));
  expect(said).toEqual(['new', 'old']);
});

test('times in objects are whole seconds of the clock, or what one puts there', async () => {
  const created = async (options: Partial<RehearsalOptions>) => {
    await using world = await rehearsal(options);
    const app = world.app(readApplication(application()));
    app.commit('A', { manifests: documents(DEPLOYMENT) });
    await world.wait(1_234);
    await app.sync();
    return world.object({ group: 'apps', kind: 'Deployment', namespace: 'demo', name: 'app' })?.metadata
      .creationTimestamp;
  };
  expect(await created({})).toBe('2030-01-01T00:00:01Z');
  expect(await created({ stamp: () => '2031-02-03T04:05:06.789Z' })).toBe('2031-02-03T04:05:06.789Z');
});

test.each([
  [
    'a sync option',
    '{syncPolicy: {syncOptions: [FailOnSharedResource=true]}}',
    'the sync option FailOnSharedResource=true',
  ],
  ['retry.refresh', '{syncPolicy: {retry: {refresh: true}}}', 'retry.refresh'],
  [
    'jq',
    '{ignoreDifferences: [{kind: Job, jqPathExpressions: [.x]}]}',
    'ignoreDifferences.jqPathExpressions',
  ],
])('%s that is not imitated is refused by name', async (_, spec, what) => {
  const shown = await shownError('', () => readApplication(application(spec)));
  expect(shown.split('\n').slice(0, 2)).toEqual([
    'not-supported',
    `${what} is not imitated by the rehearsal`,
  ]);
});
