import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import {
  type Application,
  type Container,
  type Rehearsal,
  readApplication,
  startRehearsal,
  virtualClock,
} from '../../../src/rehearsal/rehearsal.ts';
import { documents } from '../scenario.ts';

const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: {name: demo}
---
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: demo}
stringData: {url: "postgres://db"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: demo}
data: {index.json: "{}", b.sql: select 2}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: demo}
data: {KEY: value}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two, namespace: demo}
binaryData: {chunk.gz: AAEC}
`;

const APPLICATION = documents(`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: demo}
spec: {destination: {namespace: demo}}
`)[0];

const shell: Container = ({ args, env }) => ({
  file: '/bin/sh',
  args: ['-c', ...args],
  env: { ...env, PATH: '/usr/bin:/bin' },
});

let world: Rehearsal;

afterEach(() => world.close());

async function start(container: Container, patience = 30_000): Promise<Application> {
  world = await startRehearsal({
    clock: virtualClock({ start: Date.parse('2030-01-01T00:00:00Z'), patience }),
    container,
    cluster: documents(CLUSTER),
  });
  if (APPLICATION === undefined) throw new Error('no application');
  return world.app(readApplication(APPLICATION));
}

function job(spec: string, more = ''): string {
  return `apiVersion: batch/v1
kind: Job
metadata: {name: job}
spec:
  backoffLimit: 0
${more}  template:
    metadata: {annotations: {a.example/b: noted}}
    spec:
      restartPolicy: Never
${spec.replace(/^/gm, '      ')}
`;
}

/** The Job's log, and how its pod ended. */
async function run(
  app: Application,
  manifest: string,
): Promise<{ said: readonly string[]; exit: number; message: string }> {
  app.commit('A', { manifests: documents(manifest) });
  await app.sync();
  await world.until(() => world.events.some(({ type }) => type === 'job-ended'), 3_600_000);
  const said = world.events.flatMap((event) => (event.type === 'pod-said' ? [event.line] : []));
  const ended = world.events.find((event) => event.type === 'pod-ended');
  return { said, exit: ended?.exitCode ?? -1, message: ended?.message ?? '' };
}

test('a container has the environment of its manifest, and nothing of ours', async () => {
  process.env.MOORING_TEST_LEAK = 'leaked';
  const app = await start(shell);
  const { said } = await run(
    app,
    job(`automountServiceAccountToken: false
containers:
  - name: run
    image: any
    args: ["env | grep -v -E '^(PATH|PWD|SHLVL|_|OLDPWD)=' | sort"]
    envFrom: [{configMapRef: {name: gone, optional: true}}, {prefix: C_, configMapRef: {name: other}}]
    env:
      - {name: HOST, value: db}
      - {name: URL_OF, value: "$(HOST):5432/$(GONE)/$$(HOST)"}
      - {name: SECRET, valueFrom: {secretKeyRef: {name: db, key: url}}}
      - {name: NOT_SET, valueFrom: {secretKeyRef: {name: gone, key: url, optional: true}}}
      - {name: INDEX, valueFrom: {configMapKeyRef: {name: one, key: index.json}}}
      - {name: NOTE, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['a.example/b']"}}}
      - {name: NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}`),
  );
  delete process.env.MOORING_TEST_LEAK;
  expect(said).toEqual([
    'C_KEY=value',
    'HOST=db',
    'INDEX={}',
    'NAMESPACE=demo',
    'NOTE=noted',
    'REHEARSAL_CLOCK=1',
    'SECRET=postgres://db',
    'URL_OF=db:5432/$(GONE)/$(HOST)',
  ]);
});

test('volumes are folders as the kubelet makes them, and mounted paths become theirs', async () => {
  const app = await start(shell);
  const { said } = await run(
    app,
    job(`volumes:
  - name: bundle
    projected:
      sources:
        - configMap: {name: one, items: [{key: index.json, path: index.json}, {key: b.sql, path: sub/b.sql}]}
        - configMap: {name: two, optional: true}
        - configMap: {name: three, optional: true}
        - downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.namespace}}]}
  - {name: work, emptyDir: {}}
containers:
  - name: run
    image: any
    env: [{name: DIR, value: /bundle}, {name: OTHER, value: /bundles}]
    args: ["cd $DIR && ls -A | grep -v '^[.][.]2*[0-9]' | tr '\\n' ' '; readlink index.json; cat sub/b.sql; echo; od -An -tx1 chunk.gz; cat /bundle/name; echo; echo $OTHER; echo x > /scratch/x && cat '/scratch/x'"]
    volumeMounts: [{name: bundle, mountPath: /bundle}, {name: work, mountPath: /scratch}]`),
  );
  expect(said).toEqual([
    '..data chunk.gz index.json name sub ..data/index.json',
    'select 2',
    ' 00 01 02',
    'demo',
    '/bundles',
    'x',
  ]);
});

test('a running pod sees a changed ConfigMap a minute later, all of it at once', async () => {
  const app = await start(shell);
  const manifest = job(`volumes: [{name: bundle, configMap: {name: live}}]
containers:
  - name: run
    image: any
    args: ["nap() { echo sleep $1 >&3; read -r _ <&3; }; cat /bundle/a; echo; nap 30; cat /bundle/a; echo; nap 60; cat /bundle/a; echo; ls /bundle"]
    volumeMounts: [{name: bundle, mountPath: /bundle}]`);
  const live = (data: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: live}\ndata: ${data}\n---\n`;
  app.commit('A', { manifests: documents(`${live('{a: before}')}${manifest}`) });
  await app.sync();
  await world.wait(5_000);
  const { said } = await run(app, `${live('{a: after, b: new}')}${manifest}`);
  expect(said).toEqual(['before', 'before', 'after', 'a', 'b']);
});

test('what is left of a log for the termination message: 80 lines, 2,048 bytes, none after success', async () => {
  const app = await start(shell);
  const container = (script: string) => `containers:
  - {name: run, image: any, terminationMessagePolicy: FallbackToLogsOnError, args: ["${script}"]}`;
  const { exit, message } = await run(
    app,
    job(container('i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done; exit 7')),
  );
  expect(exit).toBe(7);
  expect(message.split('\n')).toHaveLength(80);
  expect(message.startsWith('line 20\n')).toBe(true);
  await world.close();
  const long = await run(await start(shell), job(container('printf %05000d 7; echo; echo end; exit 1')));
  expect(Buffer.byteLength(long.message)).toBe(2048);
  expect(long.message.endsWith('07\nend')).toBe(true);
  await world.close();
  expect((await run(await start(shell), job(container('echo fine')))).message).toBe('');
});

test('init containers run first, one after another; one that fails ends the pod', async () => {
  const spec = (code: number) => `initContainers:
  - {name: a, image: any, args: ["echo first"]}
  - {name: b, image: any, args: ["echo second; exit ${code}"]}
containers:
  - {name: run, image: any, args: ["echo third"]}`;
  expect(await run(await start(shell), job(spec(0)))).toMatchObject({
    said: ['first', 'second', 'third'],
    exit: 0,
  });
  await world.close();
  expect(await run(await start(shell), job(spec(4)))).toMatchObject({ said: ['first', 'second'], exit: 4 });
});

test('a program that knows nothing of the clock takes no time', async () => {
  const app = await start(() => ({
    file: process.execPath,
    args: ['-e', 'setTimeout(() => console.log("done"), 300)'],
  }));
  const { said } = await run(app, job('containers: [{name: run, image: any}]'));
  const at = (type: string) => world.events.find((event) => event.type === type)?.at ?? 0;
  expect(said).toEqual(['done']);
  expect(at('pod-ended')).toBe(at('pod-started'));
});

test('one that hangs is ended by its deadline, in real time once patience is over', async () => {
  const app = await start(
    () => ({ file: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] }),
    200,
  );
  const began = performance.now();
  const { exit } = await run(
    app,
    job('containers: [{name: run, image: any}]', '  activeDeadlineSeconds: 2\n'),
  );
  expect(exit).toBe(143);
  expect(performance.now() - began).toBeGreaterThan(1_000);
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('one that cannot be started fails, and says why', async () => {
  const app = await start(() => ({ file: '/does/not/exist', args: [] }));
  const { said, exit } = await run(app, job('containers: [{name: run, image: any}]'));
  expect(exit).toBe(128);
  expect(said.join('\n')).toContain('/does/not/exist');
});

test('nothing is left running when the rehearsal is closed', async () => {
  const app = await start(shell);
  app.commit('A', {
    manifests: documents(
      job(
        'containers: [{name: run, image: any, args: ["echo $$; trap : TERM; echo sleep 1000 >&3; read -r _ <&3"]}]',
      ),
    ),
  });
  await app.sync();
  await world.wait(10_000);
  const said = world.events.find((event) => event.type === 'pod-said');
  const pid = Number(said?.line);
  expect(pid).toBeGreaterThan(1);
  process.kill(pid, 0);
  await world.close();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('closed at any moment of its start, a pod does not begin any more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-pods-'));
  try {
    for (let moment = 0; moment < 40; moment += 1) {
      const begun = join(folder, String(moment));
      const app = await start(shell);
      app.commit('A', {
        manifests: documents(
          job(
            `containers: [{name: run, image: any, args: ["echo begun > ${begun}; echo sleep 1000 >&3; read -r _ <&3; sleep 60"]}]`,
          ),
        ),
      });
      await app.sync({ async: true });
      const waiting = world.wait(10_000).catch(() => {});
      for (let turn = 0; turn < moment; turn += 1) await setImmediate();
      await world.close();
      const then = existsSync(begun);
      await sleep(20);
      // What had begun was killed by then; what had not never will.
      expect(existsSync(begun), `moment ${moment}`).toBe(then);
      void waiting;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
