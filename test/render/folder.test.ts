import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';

const DEFINITION = `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: NAME}
spec:
  engine: postgres
  connection: {urlFrom: {secretKeyRef: {name: db, key: url}}}
`;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mooring-out-'));
  for (const name of ['orders', 'mooring']) schema(name);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function schema(name: string): void {
  mkdirSync(join(dir, 'schemas', name, 'migrations'), { recursive: true });
  writeFileSync(join(dir, 'schemas', name, 'mooring.yaml'), DEFINITION.replace('NAME', name));
  writeFileSync(join(dir, 'schemas', name, 'migrations/1_a.sql'), 'SELECT 1;\n');
}

async function render(...more: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const code = await run(['render', join(dir, 'schemas'), '--target', 'argocd', '--image', 'm:1', ...more], {
    env: {},
    signal: new AbortController().signal,
    isTerminal: false,
    now: () => new Date(0),
    out: (text) => void printed.push(text.trimEnd()),
    err: (line) => void printed.push(`! ${line}`),
  });
  return [...printed, `[${code}]`].join('\n').replaceAll(`${dir}/`, '');
}

const out = (): readonly string[] => ['--out', join(dir, 'schemas/out')];

test('written once, the same after that', async () => {
  expect(await render(...out(), '--check')).toBe(
    'schemas/out/mooring.rendered.yaml: missing\nschemas/out/orders.rendered.yaml: missing\n! hint: leave out --check to write them\n[1]',
  );
  expect(await render(...out())).toBe(
    'schemas/out/mooring.rendered.yaml: written\nschemas/out/orders.rendered.yaml: written\n[0]',
  );
  expect(await render(...out())).toBe('schemas/out: the same\n[0]');
  expect(await render(...out(), '--check')).toBe('schemas/out: the same\n[0]');
  const printed = await render();
  const written = readdirSync(join(dir, 'schemas/out')).map((file) =>
    readFileSync(join(dir, 'schemas/out', file), 'utf8'),
  );
  expect(printed).toBe(`${written.map((text) => text.trimEnd()).join('\n')}\n[0]`);
});

test('what changed is told, what no definition has any more is removed, what is not ours stays', async () => {
  await render(...out());
  writeFileSync(join(dir, 'schemas/out/kustomization.yaml'), 'resources: []\n');
  writeFileSync(join(dir, 'schemas/out/other.rendered.yaml'), 'somebody: else\n');
  writeFileSync(join(dir, 'schemas/orders/migrations/2_b.sql'), 'SELECT 2;\n');
  rmSync(join(dir, 'schemas/mooring'), { recursive: true });
  expect(await render(...out(), '--check')).toBe(
    'schemas/out/mooring.rendered.yaml: left over\nschemas/out/orders.rendered.yaml: changed\n! hint: leave out --check to write them\n[1]',
  );
  expect(await render(...out())).toBe(
    'schemas/out/mooring.rendered.yaml: removed\nschemas/out/orders.rendered.yaml: written\n[0]',
  );
  expect(readdirSync(join(dir, 'schemas/out'))).toEqual([
    'kustomization.yaml',
    'orders.rendered.yaml',
    'other.rendered.yaml',
  ]);
});

test('a file of that name that is not ours is not written over', async () => {
  mkdirSync(join(dir, 'schemas/out'));
  writeFileSync(join(dir, 'schemas/out/orders.rendered.yaml'), 'mine\n');
  expect(await render(...out())).toBe(
    '! error[usage]: schemas/out/orders.rendered.yaml is there and was not rendered by mooring.\n! hint: Move it away, or give another --out.\n[2]',
  );
  expect(readdirSync(join(dir, 'schemas/out'))).toEqual(['orders.rendered.yaml']);
});

test('when anything is wrong, nothing is written', async () => {
  rmSync(join(dir, 'schemas/orders/migrations/1_a.sql'));
  expect(await render(...out())).toMatch(/^! error\[no-migrations\]/);
  expect(readdirSync(join(dir, 'schemas')).sort()).toEqual(['mooring', 'orders']);
});
