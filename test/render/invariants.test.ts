import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unpackBundle } from '../../src/bundle/bundle.ts';
import { renderDirectory, targetNamed } from '../../src/render/render.ts';
import { caseFolders, shownError } from '../support/case-folders.ts';

interface Rendered {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: Record<string, unknown>;
  readonly data?: Record<string, string>;
  readonly binaryData?: Record<string, string>;
}

const DEFINITION = `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: orders}
spec:
  engine: postgres
  connection: {urlFrom: {secretKeyRef: {name: orders-db, key: url}}}
`;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mooring-render-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries({ 'mooring.yaml': DEFINITION, ...files })) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
}

async function objects(options = {}): Promise<readonly Rendered[]> {
  const rendered = await renderDirectory(dir, targetNamed('argocd'), { image: 'mooring:1', ...options });
  return parse(rendered.map(({ text }) => text).join(''));
}

function parse(text: string): readonly Rendered[] {
  return loadAll(text, { schema: CORE_SCHEMA }) as readonly Rendered[];
}

const golden = caseFolders('render')
  .filter(({ name }) => !name.startsWith('refused-'))
  .map(({ name, dir: folder }) => ({
    name,
    objects: parse(readFileSync(join(folder, 'expected.yaml'), 'utf8')),
  }));
const ours = golden.map(({ name, objects: all }) => ({
  name,
  objects: all.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'mooring'),
}));

function wave({ metadata }: Rendered): number {
  return Number(metadata.annotations?.['argocd.argoproj.io/sync-wave']);
}

/** Specs of Jobs, that of the CronJob's among them. */
function jobSpecs(all: readonly Rendered[]): readonly Record<string, unknown>[] {
  return all.flatMap(({ kind, spec }) =>
    kind === 'Job' ? [spec] : kind === 'CronJob' ? [(spec.jobTemplate as Rendered).spec] : [],
  );
}

describe('rules that break the product when forgotten, in every case', () => {
  test.each(ours)('$name', ({ objects: all }) => {
    const hooks = all.filter(
      ({ metadata }) => metadata.annotations?.['argocd.argoproj.io/hook'] !== undefined,
    );
    const tracked = all.filter((each) => !hooks.includes(each));
    // A Job is waited for only if something comes later; what may be Degraded is last.
    for (const job of tracked.filter(({ kind }) => kind === 'Job')) {
      expect(tracked.some((other) => wave(other) > wave(job))).toBe(true);
      expect(job.metadata.annotations).toMatchObject({
        'argocd.argoproj.io/sync-options': 'Force=true,Replace=true',
        'mooring.dev/state': 'settled',
        'mooring.dev/bundle': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      });
    }
    const last = Math.max(...tracked.map(wave));
    for (const { kind, metadata } of tracked.filter((each) => wave(each) === last)) {
      expect(['CronJob', 'DatabaseSchema']).toContain(kind);
      if (kind === 'DatabaseSchema') expect(metadata.annotations?.['mooring.dev/state']).toBe('settled');
    }
    // The gate's volume is there before it, and nothing but hooks is in its phase.
    for (const gate of hooks.filter(({ kind }) => kind === 'Job')) {
      for (const map of hooks.filter(({ kind }) => kind === 'ConfigMap'))
        expect(wave(map)).toBeLessThan(wave(gate));
    }
    for (const map of all.filter(({ kind }) => kind === 'ConfigMap')) {
      expect(map.metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe('ServerSideApply=true');
    }
    for (const spec of jobSpecs(all)) {
      const template = spec.template as Rendered;
      expect(spec).toMatchObject({
        activeDeadlineSeconds: expect.any(Number),
        podFailurePolicy: {
          rules: [
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
            { action: 'FailJob', onExitCodes: { containerName: 'mooring', operator: 'In', values: [2, 3] } },
          ],
        },
        template: {
          spec: {
            restartPolicy: 'Never',
            securityContext: { runAsNonRoot: true },
            containers: [
              {
                name: 'mooring',
                terminationMessagePolicy: 'FallbackToLogsOnError',
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ['ALL'] },
                  readOnlyRootFilesystem: true,
                  runAsNonRoot: true,
                },
              },
            ],
          },
        },
      });
      expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
      const [container] = template.spec.containers as { command?: unknown; env: { name: string }[] }[];
      expect(container?.command).toBeUndefined();
      const names = container?.env.map(({ name }) => name) ?? [];
      expect(new Set(names).size).toBe(names.length);
      const volumes = template.spec.volumes as {
        projected?: { sources: { configMap: { optional: boolean } }[] };
      }[];
      const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
      expect(sources.map(({ configMap }) => configMap.optional)).toEqual(Array(23).fill(true));
      expect(names.includes('MOORING_BUNDLE_DIGEST')).toBe(
        template.metadata.labels['mooring.dev/role'] === 'gate',
      );
    }
    const everything = JSON.stringify(all);
    expect(everything).not.toMatch(/"namespace":|app\.kubernetes\.io\/instance|tracking-id|"status":\{/);
    for (const reference of everything.match(/"secretKeyRef":\{[^}]*\}/g) ?? []) {
      if (
        !all.some(({ kind, spec }) => kind === 'DatabaseSchema' && JSON.stringify(spec).includes(reference))
      ) {
        expect(reference).toContain('"optional":true');
      }
    }
  });
});

test('a tracked Job is named after its spec: the first 10 hex digits over its canonical JSON', () => {
  let compared = 0;
  for (const { objects: all } of ours) {
    for (const { kind, metadata, spec } of all) {
      if (kind !== 'Job' || metadata.name.endsWith('-gate')) continue;
      compared += 1;
      const hash = createHash('sha256')
        .update(JSON.stringify(sorted(spec)))
        .digest('hex')
        .slice(0, 10);
      expect(metadata.name).toMatch(new RegExp(`-(prepare|converge)-${hash}$`));
    }
  }
  expect(compared).toBeGreaterThan(25);
});

test('Pods are the same in every revision but for the gate’s, until a setting changes', async () => {
  await write({ 'migrations/1_a.sql': 'SELECT 1;\n' });
  const before = await objects();
  await write({ 'migrations/2_b.sql': `-- ${'x'.repeat(2_000_000)}\nSELECT 2;\n` });
  const after = await objects();
  const specs = (all: readonly Rendered[], role: string) =>
    all.filter(({ kind, metadata }) => kind.endsWith('Job') && metadata.labels['mooring.dev/role'] === role);
  for (const role of ['prepare', 'converge', 'check']) {
    const [[one], [other]] = [specs(before, role), specs(after, role)];
    expect(other?.spec).toEqual(one?.spec);
    expect(other?.metadata.name).toBe(one?.metadata.name);
    if (role !== 'check') expect(other?.metadata.annotations).not.toEqual(one?.metadata.annotations);
  }
  expect(specs(after, 'gate')[0]?.spec).not.toEqual(specs(before, 'gate')[0]?.spec);
  expect(specs(await objects({ image: 'mooring:2' }), 'prepare')[0]?.metadata.name).not.toBe(
    specs(before, 'prepare')[0]?.metadata.name,
  );
});

describe('bundles of every size', () => {
  /** Text that hardly compresses. */
  const noise = (bytes: number): string => {
    const lines: string[] = [];
    for (let size = 0, n = 0; size < bytes; n += 1) {
      lines.push(`-- ${createHash('sha512').update(String(n)).digest('base64')}`);
      size += 92;
    }
    return `${lines.join('\n').slice(0, bytes - 1)}\n`;
  };
  const mib = 1024 * 1024;
  const SIZES: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
    ['one empty file', { '1_a.sql': '' }, 1],
    ['a small one', { '1_a.sql': 'SELECT 1;\n', '1_a.undo.sql': 'SELECT 2;\n' }, 1],
    ['699 KiB, as they are', { '1_a.sql': noise(690 * 1024) }, 1],
    ['701 KiB, compressed', { '1_a.sql': noise(701 * 1024) }, 2],
    ['20 MiB that compress well', { '1_a.sql': 'SELECT 1;\n'.repeat(2_097_152) }, 2],
    [
      '20 MiB that do not',
      { '1_a.sql': noise(8 * mib), '2_b.sql': noise(8 * mib), '3_c.sql': noise(4 * mib) },
      19,
    ],
  ];

  test.each(SIZES)('%s', async (_, files, most) => {
    await write(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`migrations/${name}`, text])),
    );
    const all = await objects();
    const maps = all.filter(({ metadata }) => metadata.labels['mooring.dev/role'] === 'bundle');
    const gates = all.filter(({ metadata }) => metadata.labels['mooring.dev/role'] === 'gate-bundle');
    expect(maps.length).toBeLessThanOrEqual(most);
    expect(gates.map(({ data, binaryData }) => [data, binaryData])).toEqual(
      maps.map(({ data, binaryData }) => [data, binaryData]),
    );
    expect(maps.map(({ metadata }) => metadata.name)).toEqual(
      maps.map((__, n) => (n === 0 ? 'orders-bundle' : `orders-bundle-${n}`)),
    );
    for (const [n, { metadata }] of maps.entries()) {
      expect(metadata.annotations?.['argocd.argoproj.io/compare-options']).toBe(
        n === 0 ? undefined : 'IgnoreExtraneous',
      );
    }
    // As the kubelet mounts them; what a runner unpacks is what was in the folder.
    const mounted = join(dir, 'mounted');
    await mkdir(mounted);
    for (const { data = {}, binaryData = {} } of maps) {
      let size = 0;
      for (const [key, text] of Object.entries(data)) {
        await writeFile(join(mounted, key), text);
        size += Buffer.byteLength(text);
      }
      for (const [key, text] of Object.entries(binaryData)) {
        const bytes = Buffer.from(text, 'base64');
        await writeFile(join(mounted, key), bytes);
        size += bytes.byteLength;
      }
      expect(size).toBeLessThan(mib);
    }
    const bundle = await unpackBundle(mounted);
    for (const [name, text] of Object.entries(files)) {
      expect(Buffer.from(bundle.files.get(`migrations/${name}`) ?? []).equals(Buffer.from(text)), name).toBe(
        true,
      );
    }
    const schema = all.find(({ kind }) => kind === 'DatabaseSchema');
    expect(schema?.spec.bundle).toMatchObject({ digest: bundle.index.digest });
  });

  test('a byte more than 20 MiB is refused', async () => {
    await write({ 'migrations/1_a.sql': 'x'.repeat(20 * mib - 10), 'migrations/2_b.sql': 'y'.repeat(11) });
    expect(await shownError(dir, () => objects())).toBe(`bundle-too-large
<dir>/migrations holds more migrations than objects in a cluster can carry: at most 6000 files, and 20 MiB together.
hint: Load data by other means than a migration; squash old migrations with \`-- mooring: replaces …\`.
`);
  });
});

test('neither where the folder lies nor when it was written has a say', async () => {
  await write({ 'migrations/1_a.sql': 'SELECT 1;\n' });
  const text = async (folder: string) =>
    (await renderDirectory(folder, targetNamed('argocd'), { image: 'mooring:1' }))
      .map((one) => one.text)
      .join('');
  const first = await text(dir);
  const elsewhere = join(dir, 'deeper', 'still');
  await mkdir(join(elsewhere, 'migrations'), { recursive: true });
  for (const file of ['mooring.yaml', 'migrations/1_a.sql'])
    await writeFile(join(elsewhere, file), readFileSync(join(dir, file)));
  expect(await text(elsewhere)).toBe(first);
  expect(first).not.toContain(dir);
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
