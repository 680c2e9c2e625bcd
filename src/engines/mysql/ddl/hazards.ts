import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Hazard, HazardCode } from '../../rules.ts';

export function hazard(code: HazardCode, object: CatalogObject, detail: string): Hazard {
  return { code, object: keyOf(object), detail };
}
