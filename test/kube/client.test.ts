import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { type Access, findAccess } from '../../src/kube/access.ts';
import { Client } from '../../src/kube/client.ts';
import { ageOf, madeByDatabase } from '../../src/kube/clocks.ts';
import { markInOrder } from '../../src/kube/marks.ts';
import { testIf } from '../support/skip.ts';
import { hasTool } from '../support/tools.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Answer = {
  readonly status?: number;
  readonly body?: unknown;
  readonly ms?: number;
  readonly headers?: object;
};

/** A server that gives these answers in turn, the last one for ever. */
async function serve(
  answers: readonly Answer[],
  tls?: { readonly key: string; readonly cert: string },
): Promise<{ readonly url: string; readonly seen: { at: number; request: IncomingMessage }[] }> {
  const seen: { at: number; request: IncomingMessage }[] = [];
  const listener = (request: IncomingMessage, response: import('node:http').ServerResponse): void => {
    const answer = answers[Math.min(seen.length, answers.length - 1)] ?? {};
    seen.push({ at: performance.now(), request });
    request.resume();
    setTimeout(() => {
      if (answer.status === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body ?? { metadata: { name: 'x' } }));
    }, answer.ms ?? 0);
  };
  const server: Server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
  };
}

const accessTo = (url: string): Access => ({ server: new URL(url), options: async () => ({}) });

const clientOf = (url: string, more: { patience?: number; answer?: number } = {}): Client =>
  new Client(accessTo(url), { patience: 5_000, answer: 2_000, log: () => {}, ...more });

test('one question, one answer', async () => {
  const { url, seen } = await serve([{}]);
  expect(await clientOf(url).get('/api/v1/x?labelSelector=a%3Db')).toEqual({ metadata: { name: 'x' } });
  expect(seen.map(({ request }) => `${request.method} ${request.url}`)).toEqual([
    'GET /api/v1/x?labelSelector=a%3Db',
  ]);
});

test('asked again while it may pass: no answer, 409, 429, 500, 503, a slow one', async () => {
  const { url, seen } = await serve([
    { status: 0 },
    { status: 409, body: { reason: 'Conflict' } },
    { status: 500 },
    { status: 503 },
    { ms: 1_000 },
    { body: { metadata: { name: 'at last' } } },
  ]);
  expect(await clientOf(url, { answer: 300, patience: 20_000 }).patch('/x', {})).toEqual({
    metadata: { name: 'at last' },
  });
  expect(seen).toHaveLength(6);
  expect(seen[0]?.request.url).toBe('/x?fieldManager=mooring-runner');
});

test('Retry-After is kept to', async () => {
  const { url, seen } = await serve([{ status: 429, headers: { 'retry-after': '1' } }, {}]);
  await clientOf(url).get('/x');
  expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(950);
});

test('not asked again: 403, 404, 422, an object that is there already, a conflict that means it', async () => {
  for (const [status, reason] of [
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [422, 'Invalid'],
    [409, 'AlreadyExists'],
  ] as const) {
    const { url, seen } = await serve([{ status, body: { reason, message: `no: ${reason}` } }]);
    await expect(clientOf(url).create('/x', {})).rejects.toMatchObject({
      status,
      reason,
      message: `${status} no: ${reason}`,
    });
    expect(seen).toHaveLength(1);
  }
  const { url, seen } = await serve([{ status: 409, body: { reason: 'Conflict' } }]);
  await expect(clientOf(url).patchUnchanged('/x', { metadata: {} })).rejects.toMatchObject({ status: 409 });
  expect(seen).toHaveLength(1);
});

test('patience ends', async () => {
  const { url } = await serve([{ status: 500, body: { message: 'etcd' } }]);
  const began = performance.now();
  await expect(clientOf(url, { patience: 700 }).get('/x')).rejects.toMatchObject({
    status: 500,
    message: '500 etcd',
  });
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('what is no JSON is no answer', async () => {
  const { url } = await serve([{ status: 200, body: 'x' }]);
  await expect(clientOf(url, { patience: 300 }).get('/x')).rejects.toMatchObject({ status: 0 });
});

test('marks come in their order and within 50 ms, however slow the server is', async () => {
  const { url, seen } = await serve([{ ms: 600 }]);
  const client = clientOf(url);
  await client.get('/warm');
  const annotations = { 'mooring.dev/state': 'drift' };
  const errors = await markInOrder(client, [
    { path: '/converge', annotations },
    { path: '/schema', annotations },
  ]);
  expect(errors).toEqual([]);
  const [, first, second] = seen;
  expect([first?.request.url, second?.request.url].map((each) => each?.split('?')[0])).toEqual([
    '/converge',
    '/schema',
  ]);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(50);
});

test('a mark that fails does not keep the next one back', async () => {
  const { url, seen } = await serve([{ status: 403, body: { reason: 'Forbidden' } }, {}]);
  const errors = await markInOrder(clientOf(url), [
    { path: '/converge', annotations: {} },
    { path: '/schema', annotations: {} },
  ]);
  expect(errors).toMatchObject([{ status: 403 }]);
  expect(seen).toHaveLength(2);
});

test('two clocks: only what the Date header cannot explain is a difference', () => {
  const made = Date.parse('2026-09-21T15:00:00Z');
  const job = { metadata: { creationTimestamp: '2026-09-21T15:00:00Z' } };
  // The API server said 15:00:10, which was between 10.0 and 10.999.
  const clock = { earliest: made + 10_000, latest: made + 10_999, at: performance.now() };
  const by = madeByDatabase(job, () => clock);
  const within = 30;
  expect(Math.abs(by(made + 10_500) - (made + 999))).toBeLessThan(within);
  // The database is an hour ahead, or behind.
  expect(Math.abs(by(made + 10_999 + 3_600_000) - (made + 999 + 3_600_000))).toBeLessThan(within);
  expect(Math.abs(by(made + 10_000 - 3_600_000) - (made + 999 - 3_600_000))).toBeLessThan(within);
  const finer = { metadata: { creationTimestamp: '2026-09-21T15:00:00.250Z' } };
  expect(Math.abs(madeByDatabase(finer, () => clock)(made + 10_500) - (made + 250))).toBeLessThan(within);
});

test('the age of a Job is counted from its start, by the API server', () => {
  const started = Date.parse('2026-09-21T15:00:00Z');
  const clock = { earliest: started + 90_000, latest: started + 90_999, at: performance.now() - 1_000 };
  const job = { status: { startTime: '2026-09-21T15:00:00Z' } };
  expect(ageOf(job, clock)).toBeGreaterThanOrEqual(91_000);
  expect(ageOf(job, clock)).toBeLessThan(91_500);
  expect(ageOf({}, clock)).toBeUndefined();
  expect(ageOf(job, undefined)).toBeUndefined();
});

test('outside a cluster there is no access; a kubeconfig that is none is said', async () => {
  expect(await findAccess({})).toBeUndefined();
  expect(await findAccess({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toBeUndefined();
  await expect(findAccess({ KUBECONFIG: '/nowhere/config' })).rejects.toThrow(
    /^KUBECONFIG is \/nowhere\/config: ENOENT/,
  );
});

testIf(hasTool('openssl'), 'openssl is not to be had')(
  'a kubeconfig: token, certificate authority, and the id of the cluster',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-kube-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    await execa('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      join(folder, 'key'),
      '-out',
      join(folder, 'cert'),
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    ]);
    const { readFile } = await import('node:fs/promises');
    const [key, cert] = await Promise.all([
      readFile(join(folder, 'key'), 'utf8'),
      readFile(join(folder, 'cert'), 'utf8'),
    ]);
    const { url, seen } = await serve([{}], { key, cert });
    const config = (ca: string): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          {
            name: 'c',
            cluster: {
              server: url,
              ...(ca === '' ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
            },
          },
        ],
        users: [{ name: 'u', user: { token: 'a-token' } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      });
    const ask = async (ca: string): Promise<string | undefined> => {
      const file = join(folder, `config-${ca.length}`);
      await writeFile(file, config(ca));
      process.env.KUBECONFIG = file;
      try {
        const access = await findAccess({ KUBECONFIG: file });
        if (access === undefined) throw new Error('no access');
        const client = new Client(access, { patience: 100, answer: 2_000, log: () => {} });
        await client.get('/one');
        await client.get('/two');
        return access.cluster;
      } finally {
        delete process.env.KUBECONFIG;
      }
    };
    expect(await ask(cert)).toMatch(/^[0-9a-f]{64}$/);
    expect(seen.map(({ request }) => request.headers.authorization)).toEqual([
      'Bearer a-token',
      'Bearer a-token',
    ]);
    // One connection: two marks come right after one another.
    expect(seen[0]?.request.socket).toBe(seen[1]?.request.socket);
    await expect(ask('')).rejects.toMatchObject({ status: 0 });
  },
);
