import { createHash } from 'node:crypto';
import type { CatalogScope } from '../../../catalog/catalog.ts';
import type { Flavor } from '../flavor.ts';
import { type QueryAll, type Raw, readRaw } from './raw.ts';

/**
 * Differs whenever anything that a catalog is made of does. These servers keep nothing that every DDL moves
 * (CREATE_TIME has seconds, and an instant ALTER leaves it), so it costs as much as reading, without taking apart.
 */
export async function catalogStamp(
  query: QueryAll,
  database: string,
  flavor: Flavor,
  include: CatalogScope['include'],
): Promise<string> {
  return stampOf(await readRaw(query, database, flavor, include));
}

export function stampOf(raw: Raw): string {
  return createHash('sha256').update(JSON.stringify(raw)).digest('hex');
}
