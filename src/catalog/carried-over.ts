import { canonicalJson } from '../api/api.ts';
import { compareCatalogs } from './compare.ts';
import type { Catalog, CatalogObject, Json } from './model.ts';
import { type CommonGround, commonGround } from './scope.ts';

/**
 * A recorded catalog as the model, scope and server of a live one would have recorded it. What is equal on common ground
 * is taken as it reads now, and so is what the record could not know; what is in drift stays in drift, by the very
 * properties that differ; what only the record covers is left out.
 */
export function carriedOver(recorded: Catalog, live: Catalog): Catalog {
  const ground = commonGround(recorded, live);
  const inDrift = new Set(compareCatalogs(recorded, live).map((change) => change.object));
  const objects = new Map<string, CatalogObject>();
  for (const [key, object] of live.objects) {
    const was = ground.before.get(key);
    if (was !== undefined) objects.set(key, inDrift.has(key) ? merged(was, object, ground) : object);
    else if (!inDrift.has(key) && !isPartOfAddition(object, inDrift, recorded)) objects.set(key, object);
  }
  for (const [key, object] of ground.before) if (!live.objects.has(key)) objects.set(key, object);
  return { ...live, objects };
}

function isPartOfAddition(
  { parent }: CatalogObject,
  inDrift: ReadonlySet<string>,
  recorded: Catalog,
): boolean {
  return parent !== undefined && inDrift.has(parent) && !recorded.objects.has(parent);
}

function merged(was: CatalogObject, is: CatalogObject, ground: CommonGround): CatalogObject {
  const properties: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(was.properties), ...Object.keys(is.properties)])) {
    const differs =
      ground.counts(is.kind, name) &&
      text(ground.seen(name, was.properties[name])) !== text(ground.seen(name, is.properties[name]));
    const value = (differs ? was : is).properties[name];
    if (value !== undefined) properties[name] = value;
  }
  return { ...was, properties };
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}
