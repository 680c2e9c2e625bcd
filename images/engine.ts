import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { VERSION } from '../src/api/api.ts';
import { DOCKERFILE, type ImageSpec, ROOT, type Target } from './dockerfile.ts';
import { type Run, SAMPLE } from './smoke.ts';

/** A program that builds images from a Dockerfile and runs them. */
export interface Engine {
  readonly name: string;
  /** Builds and names it; returns undefined, or why it could not be built. */
  build(target: Target, bases: Bases): string | undefined;
  /** Its entrypoint as its user, with nothing that can be written to; the sample lies at /sample. */
  run(target: Target, image: ImageSpec): Run;
  /** Takes a folder as the root of an image of that name; returns undefined, or why not. */
  adopt(rootfs: string, name: string): string | undefined;
}

export interface Bases {
  readonly base?: string;
  readonly buildBase?: string;
}

const names: Readonly<Record<Target, string>> = { runner: 'mooring', plugin: 'mooring-plugin' };

export const tagOf = (target: Target): string => `${names[target]}:${VERSION}`;

/** Docker, if its engine answers. */
export function docker(): Engine | undefined {
  if (quiet('docker', ['version', '--format', '{{.Server.Version}}']).status !== 0) return undefined;
  return {
    name: 'docker',
    build: (target, bases) => loud('docker', ['build', ...buildArguments(target, bases), ROOT]),
    run: (target) => (args) =>
      quiet('docker', [
        ...['run', '--rm', '--read-only', '--network', 'none', '--cap-drop', 'ALL'],
        ...['--volume', `${SAMPLE}:/sample:ro`, tagOf(target), ...args],
      ]),
    adopt: (rootfs, name) => loud('sh', ['-c', 'tar -C "$0" -c . | docker import - "$1"', rootfs, name]),
  };
}

/** Buildah, if it is installed. Its images lie below .cache, so that nothing of the machine's is touched. */
export function buildah(): Engine | undefined {
  const storage = join(ROOT, '.cache/images/storage');
  const flags = ['--storage-driver', 'vfs', '--root', storage, '--runroot', `${storage}-run`];
  if (quiet('buildah', ['--version']).status !== 0) return undefined;
  return {
    name: 'buildah',
    build: (target, bases) =>
      loud('buildah', [
        ...[...flags, 'build', '--isolation', 'chroot', '--network', 'host', '--format', 'docker'],
        ...[...buildArguments(target, bases), ROOT],
      ]),
    run: (target, image) => (args) => {
      const container = quiet('buildah', [...flags, 'from', '--pull-never', tagOf(target)]).stdout.trim();
      const folder = quiet('buildah', [...flags, 'mount', container]).stdout.trim();
      try {
        const user = `--userspec=${image.uid}:${image.gid}`;
        const words = [folder, SAMPLE, user, ...image.entrypoint, ...args];
        return quiet('unshare', ['--mount', 'sh', '-ec', READ_ONLY, ...words]);
      } finally {
        quiet('buildah', [...flags, 'rm', container]);
      }
    },
    adopt: (rootfs, name) => {
      const container = quiet('buildah', [...flags, 'from', 'scratch']).stdout.trim();
      const copied = loud('buildah', [...flags, 'add', '--quiet', container, rootfs, '/']);
      return copied ?? loud('buildah', [...flags, 'commit', '--quiet', '--rm', container, name]);
    },
  };
}

/** Where mounts are this process' own: the tree, which nobody may write to, with the sample in it. */
const READ_ONLY = `
root=$0 sample=$1 user=$2
shift 2
mount --bind "$root" "$root"
mkdir -p "$root/sample"
mount --bind "$sample" "$root/sample"
mount -o remount,bind,ro "$root/sample"
mount -o remount,bind,ro "$root"
exec chroot "$user" "$root" "$@"
`.trim();

function buildArguments(target: Target, { base, buildBase }: Bases): readonly string[] {
  const revision = quiet('git', ['-C', ROOT, 'rev-parse', 'HEAD']).stdout.trim();
  const values = {
    BASE: base,
    BUILD_BASE: buildBase,
    VERSION,
    REVISION: revision === '' ? undefined : revision,
  };
  return [
    ...['--file', join(ROOT, DOCKERFILE), '--target', target, '--tag', tagOf(target)],
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : ['--build-arg', `${name}=${value}`],
    ),
  ];
}

function loud(command: string, args: readonly string[]): string | undefined {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  return status === 0 ? undefined : `${command} ${args[0]} ended with ${status}`;
}

export function quiet(command: string, args: readonly string[]): SpawnSyncReturns<string> {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  return { ...result, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}
