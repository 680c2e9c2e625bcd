import type { CatalogObject } from '../catalog/catalog.ts';
import type { World } from '../engines/engines.ts';

/** One side of a plan. */
export function worldOf(objects: ReadonlyMap<string, CatalogObject>, major: number): World {
  let families: Map<string, CatalogObject[]> | undefined;
  const childrenByParent = (): Map<string, CatalogObject[]> => {
    const map = new Map<string, CatalogObject[]>();
    for (const object of objects.values()) {
      if (object.parent === undefined) continue;
      const family = map.get(object.parent);
      if (family === undefined) map.set(object.parent, [object]);
      else family.push(object);
    }
    return map;
  };
  let byKind: Map<string, CatalogObject[]> | undefined;
  return {
    objects,
    kinds: (kind) => {
      byKind ??= Map.groupBy(objects.values(), (object) => object.kind);
      return byKind.get(kind) ?? [];
    },
    major,
    children: (key) => {
      families ??= childrenByParent();
      return families.get(key) ?? [];
    },
  };
}
