import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { at, type Json, listAt, mapAt, numberAt, textAt } from '../values.ts';
import type { KubeObject } from './object.ts';
import { dataOf, fieldOf, NotYet } from './pod-reference.ts';
import type { Store } from './store.ts';

/** A path in the container and where it lies here. */
export interface Mount {
  readonly path: string;
  readonly folder: string;
}

export interface Volumes {
  /** Written again, the links set over at one moment, as the kubelet does it. */
  refresh(): Promise<void>;
  mountsOf(container: Json): readonly Mount[];
}

/** A token for the pod's account, as a projected volume holds it. */
export type TokenOf = (pod: KubeObject) => string;

/**
 * The pod's volumes as folders below `folder`: ConfigMaps, Secrets and projections with the kubelet's `..data` link,
 * empty folders for emptyDir. Throws `NotYet` while one refers to something that is missing and not optional.
 */
export async function makeVolumes(
  store: Store,
  pod: KubeObject,
  folder: string,
  tokenOf: TokenOf,
): Promise<Volumes> {
  const volumes = listAt(pod, 'spec', 'volumes');
  const write = async () => {
    for (const volume of volumes) {
      const own = join(folder, textAt(volume, 'name') ?? '');
      await mkdir(own, { recursive: true });
      const files = filesOf(store, pod, volume, tokenOf);
      if (files !== undefined) await project(own, files);
    }
  };
  await write();
  return {
    refresh: write,
    mountsOf: (container) =>
      listAt(container, 'volumeMounts').map((mount) => ({
        path: textAt(mount, 'mountPath') ?? '',
        folder: join(folder, textAt(mount, 'name') ?? '', textAt(mount, 'subPath') ?? ''),
      })),
  };
}

/**
 * There is no container, so no path of it exists here: in a text, each mounted path and each below it becomes the path
 * on this machine, where it stands alone or behind a blank, a quote, `=`, `:` or `,`.
 */
export function rewritten(text: string, mounts: readonly Mount[]): string {
  const longest = [...mounts].sort((a, b) => b.path.length - a.path.length);
  return longest.reduce((changed, { path, folder }) => {
    const whole = new RegExp(
      `(?<=^|[\\s'"=:,])${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?=$|[\\s'":,/])`,
      'g',
    );
    return changed.replace(whole, () => folder);
  }, text);
}

interface File {
  readonly path: string;
  readonly bytes: Buffer | string;
  readonly mode: number;
}

/** undefined for a volume that holds nothing at the start. */
function filesOf(store: Store, pod: KubeObject, volume: Json, tokenOf: TokenOf): readonly File[] | undefined {
  const whole = mapAt(volume);
  if ('emptyDir' in whole) return undefined;
  const mode =
    numberAt(volume, 'projected', 'defaultMode') ?? numberAt(volume, 'configMap', 'defaultMode') ?? 0o644;
  if ('projected' in whole)
    return listAt(volume, 'projected', 'sources').flatMap((source) =>
      sourceFiles(store, pod, source, mode, tokenOf),
    );
  if ('configMap' in whole || 'secret' in whole || 'downwardAPI' in whole)
    return sourceFiles(store, pod, volume, mode, tokenOf);
  throw new NotYet('FailedMount', `volume "${textAt(volume, 'name')}" is of a type that is not imitated`);
}

function sourceFiles(
  store: Store,
  pod: KubeObject,
  source: Json,
  mode: number,
  tokenOf: TokenOf,
): readonly File[] {
  const whole = mapAt(source);
  if ('serviceAccountToken' in whole) {
    const path = textAt(source, 'serviceAccountToken', 'path') ?? 'token';
    return [{ path, bytes: tokenOf(pod), mode }];
  }
  if ('downwardAPI' in whole) {
    return listAt(source, 'downwardAPI', 'items').map((item) => ({
      path: textAt(item, 'path') ?? '',
      bytes: fieldOf(pod, textAt(item, 'fieldRef', 'fieldPath') ?? ''),
      mode,
    }));
  }
  const [kind, key] =
    'secret' in whole ? (['Secret', 'secret'] as const) : (['ConfigMap', 'configMap'] as const);
  const name = textAt(source, key, 'name') ?? textAt(source, key, 'secretName') ?? '';
  const data = dataOf(store, kind, pod.metadata.namespace ?? '', name);
  const optional = at(source, key, 'optional') === true;
  if (data === undefined && !optional)
    throw new NotYet('FailedMount', `${kind.toLowerCase()} "${name}" not found`);
  const items = listAt(source, key, 'items');
  if (items.length === 0) return [...(data ?? [])].map(([path, bytes]) => ({ path, bytes, mode }));
  return items.flatMap((item) => {
    const bytes = data?.get(textAt(item, 'key') ?? '');
    if (bytes !== undefined)
      return [{ path: textAt(item, 'path') ?? '', bytes, mode: numberAt(item, 'mode') ?? mode }];
    if (optional) return [];
    throw new NotYet(
      'FailedMount',
      `${kind.toLowerCase()} "${name}" references non-existent key: ${textAt(item, 'key')}`,
    );
  });
}

/** Files in a folder of their own, `..data` pointing to it, and a link for each name: a change is seen at once or not at all. */
async function project(folder: string, files: readonly File[]): Promise<void> {
  const version = `..${process.hrtime.bigint()}`;
  await mkdir(join(folder, version));
  for (const { path, bytes, mode } of files) {
    await mkdir(dirname(join(folder, version, path)), { recursive: true });
    await writeFile(join(folder, version, path), bytes, { mode });
  }
  await symlink(version, join(folder, '..new'));
  await rename(join(folder, '..new'), join(folder, '..data'));
  for (const name of new Set(files.map(({ path }) => path.split('/')[0] ?? ''))) {
    await rm(join(folder, name), { force: true });
    await symlink(join('..data', name), join(folder, name));
  }
}
