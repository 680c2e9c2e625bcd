import { type Catalog, type CatalogObject, keyOf } from '../catalog/catalog.ts';
import type { PlanRules } from '../engines/engines.ts';
import { Needs } from './needs.ts';
import { worldOf } from './world.ts';

/**
 * The part of a catalog that the keys name, with all that it needs and all parts of its objects: what has to be there for
 * the keys' objects to be made.
 */
export function affectedPart(catalog: Catalog, keys: ReadonlySet<string>, rules: PlanRules): Catalog {
  const world = worldOf(catalog.objects, catalog.server.major);
  const needs = new Needs(world, rules);
  const taken = new Map<string, CatalogObject>();
  const queue = [...keys];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const object = catalog.objects.get(key);
    if (object === undefined || taken.has(key)) continue;
    taken.set(key, object);
    queue.push(...needs.of(object), ...world.children(key).map(keyOf));
    for (const name of rules.kinds[object.kind]?.mayNeed?.(object, world) ?? []) queue.push(name);
  }
  // In the order of the catalog, so that equal catalogs give equal plans.
  const objects = new Map([...catalog.objects].filter(([key]) => taken.has(key)));
  return { ...catalog, objects };
}
