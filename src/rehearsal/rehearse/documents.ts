import { CORE_SCHEMA, loadAll } from 'js-yaml';
import type { KubeObject } from '../cluster/object.ts';

/** The objects in manifests that we have rendered. */
export function documentsOf(text: string): readonly KubeObject[] {
  return loadAll(text, { schema: CORE_SCHEMA }).filter(
    (one) => one !== null && one !== undefined,
  ) as KubeObject[];
}
