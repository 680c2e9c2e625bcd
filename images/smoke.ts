import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { VERSION } from '../src/api/api.ts';
import { type ImageSpec, ROOT } from './dockerfile.ts';

/** Runs the image's entrypoint with arguments. */
export type Run = (args: readonly string[]) => {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A schema directory with a statement that only PostgreSQL's parser knows for what it is: the image must have it. */
export const SAMPLE = join(ROOT, 'images/sample');

/** What is wrong with an image that `run` runs, which sees the sample at `sample`. */
export function smoke(run: Run, sample: string): readonly string[] {
  return [
    expected(run, ['--version'], VERSION),
    expected(run, ['validate', sample], 'sample, 2 migrations: valid'),
    expected(run, ['validate', sample], 'runs-journaled'),
  ].flat();
}

function expected(run: Run, args: readonly string[], words: string): readonly string[] {
  const { status, stdout, stderr } = run(args);
  if (status === 0 && `${stdout}${stderr}`.includes(words)) return [];
  return [`${args.join(' ')} ended with ${status}, without "${words}":\n${stdout}${stderr}`];
}

/** What is wrong with the files: the stage runs nothing, and what entrypoint and plugin name is there. */
export function looks(rootfs: string, image: ImageSpec): readonly string[] {
  const missing = [...image.entrypoint.slice(1), ...pluginPaths(rootfs)].filter(
    (path) => !existsSync(join(rootfs, path)),
  );
  return [
    ...image.runs.map((line) => `the last stage runs something: ${line}`),
    ...missing.map((path) => `${path} is not in the image`),
    ...(image.uid > 0 && image.gid > 0 ? [] : ['the image runs as root']),
  ];
}

/** Paths that the plugin's calls name. */
function pluginPaths(rootfs: string): readonly string[] {
  const file = join(rootfs, 'home/argocd/cmp-server/config/plugin.yaml');
  if (!existsSync(file)) return [];
  const { spec } = load(readFileSync(file, 'utf8')) as { spec: Readonly<Record<string, unknown>> };
  return Object.values(spec)
    .flatMap((call) => (call as { command?: readonly string[] }).command ?? [])
    .filter((word) => word.startsWith('/'));
}
