import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from './support/cache.ts';

interface Command {
  readonly command: readonly string[];
  readonly args?: readonly string[];
}

interface Plugin {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version?: string;
    readonly discover?: unknown;
    readonly generate: Command;
    readonly parameters: { readonly static: readonly { readonly name: string }[]; readonly dynamic: Command };
  };
}

const plugin = load(readFileSync(join(ROOT, 'plugin/plugin.yaml'), 'utf8')) as Plugin;
const golden = join(ROOT, 'test/cases/render/overlay');

// The image has the program on its PATH.
const bin = mkdtempSync(join(tmpdir(), 'mooring-bin-'));
symlinkSync(join(ROOT, 'dist/mooring.mjs'), join(bin, 'mooring'));
afterAll(() => rmSync(bin, { recursive: true }));

/** A command of plugin.yaml as the sidecar calls it. */
function call({ command, args = [] }: Command, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const [file = '', ...rest] = [...command, ...args];
  const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
  const { stdout, stderr, status } = spawnSync(file, rest, {
    cwd,
    env: { PATH: path, ...env },
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

test('the sidecar calls generate, which prints what render prints', () => {
  expect(plugin.kind).toBe('ConfigManagementPlugin');
  // With either, an upgrade renames the plugin or every repository is sent to it.
  expect(plugin.spec).not.toHaveProperty('version');
  expect(plugin.spec).not.toHaveProperty('discover');
  const parameters = JSON.stringify([{ name: 'env', string: 'prod' }]);
  const { stdout, stderr, status } = call(plugin.spec.generate, join(golden, 'in'), {
    MOORING_IMAGE: 'registry.example/mooring@sha256:1',
    ARGOCD_APP_PARAMETERS: parameters,
    PARAM_ENV: 'prod',
    ARGOCD_APP_NAME: 'orders',
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toBe(readFileSync(join(golden, 'expected.yaml'), 'utf8'));
});

test('what fails says so on stderr, and nothing on stdout', () => {
  expect(call(plugin.spec.generate, join(golden, 'in'))).toEqual({
    stdout: '',
    stderr:
      'error[image-missing]: mooring.yaml: which image are the Jobs to run? Neither spec.job.image nor MOORING_IMAGE says so.\nhint: Set spec.job.image, give --image, or set MOORING_IMAGE in the environment (for the plugin: of the sidecar).\n',
    status: 2,
  });
});

test('each parameter is announced once', () => {
  const dynamic = JSON.parse(call(plugin.spec.parameters.dynamic, join(golden, 'in')).stdout) as {
    name: string;
    tooltip: string;
  }[];
  expect([...dynamic, ...plugin.spec.parameters.static].map(({ name }) => name)).toEqual(['env', 'image']);
  expect(dynamic[0]?.tooltip).toContain('There are: prod.');
});

test('no package is found in the folder that is rendered', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-plugin-'));
  mkdirSync(join(folder, 'node_modules'));
  const { status, stderr } = call(plugin.spec.generate, folder);
  expect([status, stderr]).toEqual([
    2,
    'error[definition-not-found]: No mooring.yaml at or below ..\nhint: Write one with `mooring init .`, or name the folder that holds one.\n',
  ]);
  rmSync(folder, { recursive: true });
});

test('the program needs nothing but Node', () => {
  expect(
    execFileSync(join(bin, 'mooring'), ['--version'], {
      encoding: 'utf8',
      env: { PATH: dirname(process.execPath) },
    }),
  ).toMatch(/^\d+\.\d+\.\d+\n$/);
});
