import { MooringError } from '../api/api.ts';
import { LIMITS as BUNDLE, bundleParts, readBundle } from '../bundle/bundle.ts';
import { type FoundDefinition, findDefinitions } from '../definition/definition.ts';
import { yamlDocument } from './emit.ts';
import { readManifests } from './manifests.ts';
import type { KubernetesObject } from './object.ts';
import { checkSettings } from './settings.ts';
import type { Target } from './target.ts';

export interface RenderOptions {
  /** Which `mooring.<env>.yaml` is merged over each definition. */
  readonly env?: string;
  /** What the Jobs run where the definition does not say. */
  readonly image?: string;
}

/** All objects of one definition. */
export interface Rendered {
  readonly name: string;
  /** As YAML documents, one after the other. The same bytes for the same files, wherever and whenever. */
  readonly text: string;
}

/** More than this Argo CD does not take from a plugin: its messages have 100 MiB at most. Bytes. */
const MOST = 90 * 1024 * 1024;

/**
 * Every definition at or below `dir`, sorted by folder, rendered for the target. Nothing is given back unless all is
 * well: an empty result would mean to a controller that everything is to be deleted.
 *
 * Throws as `findDefinitions`, `readBundle`, `bundleParts` and `readManifests`; `not-supported` for what is not built;
 * `definition-invalid` for settings; `image-missing`; `object-duplicate`; `output-too-large`.
 */
export async function renderDirectory(
  dir: string,
  target: Target,
  { env, image }: RenderOptions = {},
): Promise<readonly Rendered[]> {
  const found = await findDefinitions(dir, env === undefined ? {} : { env });
  const seen = new Map<string, string>();
  const rendered: Rendered[] = [];
  let size = 0;
  for (const one of found) {
    const objects = await objectsOf(one, target, image);
    for (const object of objects) refuseSecond(seen, object, one.file);
    const text = textOf(objects);
    size += Buffer.byteLength(text);
    if (size > MOST) throw tooLarge(one);
    rendered.push({ name: one.definition.metadata.name, text });
  }
  return rendered;
}

async function objectsOf(
  one: FoundDefinition,
  target: Target,
  image: string | undefined,
): Promise<readonly KubernetesObject[]> {
  const { definition, file } = one;
  checkSettings(definition, file, target);
  const manifests = await readManifests(one);
  const { migrations, bundle } = await readBundle(one, {
    limits: { files: BUNDLE.files, bytes: BUNDLE.raw },
  });
  const parts = await bundleParts(bundle);
  return [...target.render({ definition, file, image, migrations, bundle, parts }), ...manifests];
}

/** A line for people, by which a file of ours is also told from others in the same folder. */
export const HEADING = '---\n# Rendered by mooring: change the schema directory, not this.\n';

function textOf(objects: readonly KubernetesObject[]): string {
  return objects
    .map((object) => yamlDocument(object))
    .join('')
    .replace('---\n', HEADING);
}

/** The controller would apply both, one after the other. */
function refuseSecond(seen: Map<string, string>, object: KubernetesObject, file: string): void {
  const { name, namespace = '' } = object.metadata;
  if (typeof name !== 'string') return;
  const group = object.apiVersion.includes('/') ? object.apiVersion.replace(/\/.*/s, '') : '';
  const key = JSON.stringify([group, object.kind, namespace, name]);
  const other = seen.get(key);
  if (other !== undefined) {
    throw new MooringError(
      'object-duplicate',
      `${other === file ? `${file} has` : `${other} and ${file} both have`} a ${object.kind} named ${JSON.stringify(name)}${other === file ? ' twice' : ''}.`,
      { file, hint: 'Give one of them another name; those that we render begin with metadata.name.' },
    );
  }
  seen.set(key, file);
}

function tooLarge({ file }: FoundDefinition): MooringError {
  return new MooringError(
    'output-too-large',
    `With ${file} the manifests have more than ${MOST / 1024 / 1024} MiB.`,
    {
      file,
      hint: 'Give some of the definitions an application of their own.',
    },
  );
}
