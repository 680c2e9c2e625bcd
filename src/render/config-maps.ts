import { objectNames } from '../api/api.ts';
import { labelsOf, metadataOf } from './metadata.ts';
import type { KubernetesObject } from './object.ts';
import type { RenderInput } from './target.ts';

/**
 * The bundle as ConfigMaps, the one with the index first. `annotations` says of each by its number, 0 being the
 * index, what the target wants on it.
 */
export function bundleConfigMaps(
  input: RenderInput,
  role: 'gate-bundle' | 'bundle',
  annotations: (number: number) => Readonly<Record<string, string>>,
): readonly KubernetesObject[] {
  const names = objectNames(input.definition.metadata.name);
  return input.parts.map(({ number, data, binaryData }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(
      configMapName(role === 'bundle' ? names.bundle : names.gateBundle, number),
      labelsOf(input.definition, role),
      annotations(number),
    ),
    ...(data.size === 0 ? {} : { data }),
    ...(binaryData.size === 0 ? {} : { binaryData }),
  }));
}

export function configMapName(name: string, number: number): string {
  return number === 0 ? name : `${name}-${number}`;
}
