import { objectNames } from '../api/api.ts';
import { bundleParts } from '../bundle/bundle.ts';
import { labelsOf, metadataOf } from './metadata.ts';
import type { KubernetesObject } from './object.ts';
import type { RenderInput } from './target.ts';

/**
 * The bundle as ConfigMaps, the one with the index first. `annotations` says of each by its number, 0 being the
 * index, what the target wants on it. Throws `bundle-too-large`.
 */
export function bundleConfigMaps(
  input: RenderInput,
  role: 'gate-bundle' | 'bundle',
  annotations: (number: number) => Readonly<Record<string, string>>,
): readonly KubernetesObject[] {
  const names = objectNames(input.definition.metadata.name);
  return partsOf(input).map(({ number, data, binaryData }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(
      configMapName(role === 'bundle' ? names.bundle : names.gateBundle, number),
      labelsOf(input.definition, role),
      annotations(number),
    ),
    ...(data.size === 0 ? {} : { data: Object.fromEntries(data) }),
    ...(binaryData.size === 0 ? {} : { binaryData: Object.fromEntries(binaryData) }),
  }));
}

export function configMapName(name: string, number: number): string {
  return number === 0 ? name : `${name}-${number}`;
}

interface Part {
  readonly number: number;
  readonly data: ReadonlyMap<string, string>;
  /** Base64. */
  readonly binaryData: ReadonlyMap<string, string>;
}

/** Compressing takes its time, and gate and Jobs carry the same. */
const PARTS = new WeakMap<object, readonly Part[]>();

function partsOf({ bundle }: RenderInput): readonly Part[] {
  const known = PARTS.get(bundle);
  if (known !== undefined) return known;
  const parts = bundleParts(bundle).map(({ number, data, binaryData }) => ({
    number,
    data,
    binaryData: new Map([...binaryData].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')])),
  }));
  PARTS.set(bundle, parts);
  return parts;
}
