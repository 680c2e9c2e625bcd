import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { World } from '../../rules.ts';
import { textOf } from './text.ts';

/** What goes back to the type's own storage, as SET STORAGE says it: by that word from PostgreSQL 16 on. */
export function ownStorage(type: string, world: World): string {
  return world.major >= 16 ? 'DEFAULT' : storageOf(type, world).toUpperCase();
}

function storageOf(type: string, world: World): string {
  const base = world.objects.get(`base type ${type}`);
  if (base !== undefined) return textOf(base, 'storage') ?? 'plain';
  const domain = world.objects.get(`domain ${type}`);
  if (domain !== undefined) return storageOf(textOf(domain, 'type') ?? '', world);
  return MAIN.test(type) ? 'main' : 'extended';
}

/** Those of the server's own types of variable length that are not extended (pg_type.dat). */
const MAIN = /^(numeric|inet|cidr)(\([^()]*\))?$/;

/** The type of a view's column, as `columns` tells it: `name type[ COLLATE …]`. */
export function viewColumnType(view: CatalogObject, column: string): string {
  const columns = view.properties.columns;
  const found = Array.isArray(columns)
    ? columns.map(String).find((each) => each.startsWith(`${column} `))
    : undefined;
  return (found ?? '').slice(column.length + 1).replace(/ COLLATE .*$/, '');
}
