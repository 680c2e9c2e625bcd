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

/** A schema directory with a statement that cannot run in a transaction: whoever says so has read its SQL. */
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
  const missing = [...image.entrypoint.slice(1), ...pluginPrograms(rootfs, image)].filter(
    (path) => !existsSync(join(rootfs, path)),
  );
  return [
    ...image.runs.map((line) => `the last stage runs something: ${line}`),
    ...missing.map((path) => `${path} is not in the image`),
    ...(image.uid > 0 && image.gid > 0 ? [] : ['the image runs as root']),
  ];
}

/** Programs that the plugin calls: where they lie, or where they should, first on the image's PATH. */
function pluginPrograms(rootfs: string, image: ImageSpec): readonly string[] {
  const file = join(rootfs, 'home/argocd/cmp-server/config/plugin.yaml');
  if (!existsSync(file)) return [];
  const { spec } = load(readFileSync(file, 'utf8')) as { spec: Readonly<Record<string, unknown>> };
  const folders = (image.environment.PATH ?? '').split(':').filter((folder) => folder !== '');
  return [spec.generate, (spec.parameters as { dynamic?: unknown } | undefined)?.dynamic].flatMap((call) => {
    const [program = ''] = (call as { command?: readonly string[] } | undefined)?.command ?? [];
    if (program === '' || program.startsWith('/')) return [program].filter((path) => path !== '');
    const paths = folders.map((folder) => `${folder}/${program}`);
    return [paths.find((path) => existsSync(join(rootfs, path))) ?? `${program} on PATH`];
  });
}
