import { type Catalog, keyOf } from '../catalog/catalog.ts';
import type { PlanRules } from '../engines/engines.ts';
import { type Plan, planBetween } from './between.ts';

/** The statements that make of a new, empty database what the catalog is. Pure. */
export function dumpOf(catalog: Catalog, rules: PlanRules): Plan {
  const blank = rules.blank(catalog.server, catalog.scope);
  const objects = new Map(blank.map((object) => [keyOf(object), object]));
  return planBetween({ ...catalog, objects, unmodelled: [] }, catalog, rules);
}
