import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { World } from '../../rules.ts';
import { lastPart, listOf, parentName, textOf } from './text.ts';

/** Names of the tables that a table has its columns from: the partitioned one, or those it inherits from. */
export function ancestorsOf(table: CatalogObject | undefined): readonly string[] {
  if (table === undefined) return [];
  const partitioned = textOf(table, 'partitionOf');
  return partitioned === undefined ? listOf(table, 'inherits') : [partitioned];
}

/** The same column of the tables that its table has columns from. */
export function columnsAbove(column: CatalogObject, world: World): readonly CatalogObject[] {
  const table = world.objects.get(column.parent ?? '');
  const name = lastPart(column.identity);
  return ancestorsOf(table).flatMap((above) => world.objects.get(`column ${above}.${name}`) ?? []);
}

/** Whether a part's table has columns from that of a part above it on this side, too; `other`: where it is not there. */
export function isBelow(part: CatalogObject, above: CatalogObject, side: World, other: boolean): boolean {
  const table = side.objects.get(part.parent ?? '');
  return table === undefined ? other : ancestorsOf(table).includes(parentName(above));
}

/** The same constraint of those tables, for one that comes from there. */
export function constraintsAbove(constraint: CatalogObject, world: World): readonly CatalogObject[] {
  const index = textOf(constraint, 'partitionOf');
  const table = world.objects.get(constraint.parent ?? '');
  const on = parentName(constraint);
  const name = index === undefined ? constraint.identity.slice(0, -` on ${on}`.length) : lastPart(index);
  if (index === undefined && constraint.properties.inherited !== true) return [];
  return ancestorsOf(table).flatMap((above) => world.objects.get(`constraint ${name} on ${above}`) ?? []);
}

/** Key of the index or constraint whose index has this name. */
export function indexKey(index: string, table: string | undefined, world: World): string | undefined {
  if (world.objects.has(`index ${index}`)) return `index ${index}`;
  const key = table === undefined ? undefined : `constraint ${lastPart(index)} on ${table}`;
  return key !== undefined && world.objects.has(key) ? key : undefined;
}

/** A partition's index or constraint and what it is attached to. */
export function attachedTo(object: CatalogObject, world: World): string | undefined {
  const index = textOf(object, 'partitionOf');
  if (index === undefined) return undefined;
  const table = world.objects.get(object.parent ?? '');
  return indexKey(index, table === undefined ? undefined : textOf(table, 'partitionOf'), world);
}

/** Columns of its table that a text speaks of. */
export function columnsNamed(
  text: string,
  words: ReadonlySet<string>,
  table: string,
  world: World,
): readonly string[] {
  if (text === '') return [];
  return world
    .children(table)
    .flatMap((child) =>
      child.kind === 'column' && words.has(lastPart(child.identity)) ? [keyOf(child)] : [],
    );
}

/** The point at which a table is a partition. */
export function attachPoint(table: string): string {
  return `attached ${table}`;
}
