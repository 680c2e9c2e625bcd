import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './cache.ts';

const run = promisify(execFile);

const SOURCES = join(import.meta.dirname, 'judges');
const PYTHON = join(CACHE, 'judges/python');
const READER = join(CACHE, 'judges/kubernetes-yaml');

/** Readers of YAML that are not ours, and what became of them on this machine. */
export const YAML_JUDGES = [
  { name: 'PyYAML (1.1)', there: existsSync(join(PYTHON, 'ready')) },
  { name: "Kubernetes' decoder, as Argo CD uses it", there: existsSync(READER) },
] as const;

export const NO_PYTHON = 'Python with PyYAML and kubernetes-validate is not to be had (make setup)';
export const NO_GO =
  'the Go toolchain is not to be had, so neither is Kubernetes’ own YAML decoder (make setup)';

/** Into a virtual environment, from PyPI, at the versions of requirements.txt. Throws without Python or PyPI. */
export async function fetchPythonJudges(): Promise<void> {
  if (existsSync(join(PYTHON, 'ready'))) return;
  rmSync(PYTHON, { recursive: true, force: true });
  mkdirSync(join(CACHE, 'judges'), { recursive: true });
  await run('python3', ['-m', 'venv', PYTHON]);
  await run(join(PYTHON, 'bin/pip'), ['install', '--quiet', '-r', join(SOURCES, 'requirements.txt')]);
  mkdirSync(join(PYTHON, 'ready'));
}

/** Built by Go from Kubernetes' own package. Throws without Go or its module proxy. */
export async function buildGoJudge(): Promise<void> {
  if (existsSync(READER)) return;
  const folder = join(CACHE, 'judges/go');
  mkdirSync(folder, { recursive: true });
  cpSync(join(SOURCES, 'go'), folder, { recursive: true });
  await run('go', ['build', '-o', READER, '.'], { cwd: folder, env: { ...process.env, CGO_ENABLED: '0' } });
}

/** The documents of a YAML text as PyYAML reads them. */
export function readByPython(yaml: string): Promise<readonly unknown[]> {
  return documents(join(PYTHON, 'bin/python'), [join(SOURCES, 'read_yaml.py')], yaml);
}

/** The documents of a YAML text as Kubernetes' decoder reads them; empty ones are left out. */
export function readByKubernetes(yaml: string): Promise<readonly unknown[]> {
  return documents(READER, [], yaml);
}

export interface Validated {
  readonly versions: readonly string[];
  readonly validated: number;
  readonly errors: readonly string[];
}

/** Objects of YAML files against Kubernetes' schemas of the oldest and the newest version that the package has, and of 1.29. */
export function validateObjects(files: readonly string[]): Validated {
  const out = execFileSync(join(PYTHON, 'bin/python'), [join(SOURCES, 'validate_objects.py'), ...files], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(out) as Validated;
}

async function documents(file: string, args: readonly string[], input: string): Promise<readonly unknown[]> {
  const child = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (part: Buffer) => void out.push(part));
  child.stderr.on('data', (part: Buffer) => void err.push(part));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${file}: ${Buffer.concat(err).toString()}`);
  return JSON.parse(Buffer.concat(out).toString()) as readonly unknown[];
}
