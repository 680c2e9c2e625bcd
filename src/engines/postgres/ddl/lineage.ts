import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { RuleContext, World } from '../../rules.ts';
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

/**
 * Whether a part's table has columns from that of a part above it on that side of the plan, too, and all the while: a
 * partition whose bounds change is none meanwhile. `other`: where the table is not there.
 */
export function isBelow(
  part: CatalogObject,
  above: CatalogObject,
  context: RuleContext,
  side: 'before' | 'after',
  other: boolean,
): boolean {
  const [was, is] = [context.before, context.after].map((world) => world.objects.get(part.parent ?? ''));
  const table = side === 'before' ? was : is;
  if (table === undefined) return other;
  if (was !== undefined && is !== undefined && was.properties.bound !== is.properties.bound) return false;
  return ancestorsOf(table).includes(parentName(above));
}

/** Whether the table of a part is a partition before, and meanwhile none: it leaves, or its bounds change. */
export function isDetached({ parent = '' }: CatalogObject, { before, after }: RuleContext): boolean {
  const [was, is] = [before, after].map((world) => world.objects.get(parent));
  if (was?.properties.partitionOf === undefined || is === undefined) return false;
  return (
    was.properties.partitionOf !== is.properties.partitionOf || was.properties.bound !== is.properties.bound
  );
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
