import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Draft, Fate, RuleContext, World } from '../../rules.ts';
import { continueNumbers } from './column-changes.ts';
import { columnText, identityText, typeText } from './column-text.ts';
import { isNew } from './columns.ts';
import { hazard } from './hazards.ts';
import { ancestorsOf, columnsAbove, isBelow } from './lineage.ts';
import { lastPart, parentName, textOf } from './text.ts';
import { castOf } from './using.ts';

/** Tables whose columns would not stand in the order that is wanted: new ones come last, and others stay where they are. */
export function misplacedTables(context: RuleContext, fates: ReadonlyMap<string, Fate>): readonly string[] {
  const tables = new Set<string>();
  for (const [key, fate] of fates) {
    const column = context.after.objects.get(key);
    if (column?.kind === 'column' && fate !== 'dropped' && !isNew(context.fate(column.parent ?? '')))
      tables.add(column.parent ?? '');
  }
  return [...tables].filter((table) => reachedOrder(table, context) !== undefined).sort();
}

/** What of that is left, and columns that an heir has of its own. */
export function columnsLeft(context: RuleContext, fates: ReadonlyMap<string, Fate>): readonly string[] {
  const own = [...fates.keys()].filter((key) => {
    const [was, is] = [context.before.objects.get(key), context.after.objects.get(key)];
    if (is?.kind !== 'column' || is.properties.inherited !== true || isNew(context.fate(is.parent ?? '')))
      return false;
    if (was !== undefined && !isNew(context.fate(key))) return was.properties.inherited !== true;
    // A table that joins another has what that one has by then.
    return columnsAbove(is, context.after).some((above) => !isBelow(is, above, context, 'before', true));
  });
  return [
    ...own.map((key) => `${key} stays its table's own, beside what it inherits`),
    ...misplacedTables(context, fates).map((table) => {
      const names = reachedOrder(table, context)?.map((key) => lastPart(key)) ?? [];
      return `${table}: its columns stand in the order ${names.join(', ')}`;
    }),
  ];
}

/**
 * The columns that have to be made anew, behind those that may stay, so that all stand in the order that is wanted; none
 * where heirs, partitions or a type have the same columns.
 */
export function columnsToMove(table: string, context: RuleContext): readonly string[] {
  const { before, after } = context;
  const object = after.objects.get(table);
  if (object === undefined || ancestorsOf(object).length > 0 || object.properties.ofType !== undefined)
    return [];
  const isParent = before.kinds('table').some((other) => ancestorsOf(other).includes(object.identity));
  // Columns that hold its rows would have to be written anew.
  const isType = before
    .kinds('column')
    .some(({ dependsOn, parent }) => parent !== table && dependsOn.includes(table));
  if (isParent || isType || object.properties.partitionKey !== undefined) return [];
  const stays = columnsThatStay(table, context);
  const places = new Map(stays.map((key, at) => [key, at]));
  let last = -1;
  const first = new Set<string>();
  for (const key of inOrder(after, table)) {
    const place = places.get(key);
    if (place === undefined || place < last) break;
    last = place;
    first.add(key);
  }
  const moved = stays.filter((key) => !first.has(key));
  // Values that were computed and are to stay cannot be copied from what is dropped.
  const lost = moved.some(
    (key) => isComputed(before.objects.get(key)) && !isComputed(after.objects.get(key)),
  );
  return lost ? [] : moved;
}

function columnsThatStay(table: string, { before, after, fate }: RuleContext): readonly string[] {
  return inOrder(before, table).filter((key) => after.objects.has(key) && !isNew(fate(key)));
}

function inOrder(world: World, table: string): readonly string[] {
  return world
    .children(table)
    .filter(({ kind }) => kind === 'column')
    .sort((a, b) => Number(a.properties.rank) - Number(b.properties.rank))
    .map(keyOf);
}

/** Undefined where it is the one that is wanted. */
function reachedOrder(table: string, context: RuleContext): readonly string[] | undefined {
  const wanted = inOrder(context.after, table);
  const reached = [...columnsThatStay(table, context), ...wanted.filter((key) => isNew(context.fate(key)))];
  return reached.every((key, at) => key === wanted[at]) ? undefined : reached;
}

/** Its values are not its own. */
function isComputed(column: CatalogObject | undefined): boolean {
  return column?.properties.generated !== undefined;
}

/** The name under which a column's values wait. */
function asideName(column: CatalogObject): string {
  return `"${lastPart(column.identity).replace(/^"|"$/g, '').slice(0, 50)}__moved"`;
}

/** Nothing of it stands in the way of the new one, and its values are there. */
export function movedAside(column: CatalogObject, { after }: RuleContext): readonly Draft[] {
  const table = parentName(column);
  const name = lastPart(column.identity);
  const alter = (what: string): Draft => ({ sql: `ALTER TABLE ${table} ALTER COLUMN ${name} ${what}` });
  const { properties } = column;
  if (isComputed(column) || isComputed(after.objects.get(keyOf(column))))
    return [{ sql: `ALTER TABLE ${table} DROP COLUMN ${name}` }];
  return [
    ...(properties.identity === undefined ? [] : [alter('DROP IDENTITY')]),
    ...(properties.default === undefined ? [] : [alter('DROP DEFAULT')]),
    ...(properties.notNull === true ? [alter('DROP NOT NULL')] : []),
    { sql: `ALTER TABLE ${table} RENAME COLUMN ${name} TO ${asideName(column)}` },
  ];
}

/** A new column takes the values over; no trigger sees that. */
export function movedIn(column: CatalogObject, context: RuleContext): readonly Draft[] {
  const was = context.before.objects.get(keyOf(column)) ?? column;
  if (isComputed(was) || isComputed(column))
    return [{ sql: `ALTER TABLE ${parentName(column)} ADD COLUMN ${columnText(column, context)}` }];
  const table = parentName(column);
  const name = lastPart(column.identity);
  const { properties } = column;
  const alter = (what: string): Draft => ({ sql: `ALTER TABLE ${table} ALTER COLUMN ${name} ${what}` });
  const aside = asideName(column);
  const compression = textOf(column, 'compression');
  const written = [
    hazard('table-rewrite', column, 'its values are copied, for its place among the columns'),
    hazard('blocks-reads', column, 'ACCESS EXCLUSIVE while they are'),
  ];
  return [
    {
      sql: `ALTER TABLE ${table} ADD COLUMN ${name} ${typeText(column)}${compression === undefined ? '' : ` COMPRESSION ${compression}`}`,
    },
    {
      ...alter(`TYPE ${typeText(column)} USING ${castOf(was, column, aside, false) ?? aside}`),
      hazards: written,
    },
    ...(properties.default === undefined ? [] : [alter(`SET DEFAULT ${properties.default}`)]),
    ...(properties.notNull === true ? [alter('SET NOT NULL')] : []),
    ...(properties.identity === undefined
      ? []
      : [alter(`ADD ${identityText(column)}`), continueNumbers(column)]),
    { sql: `ALTER TABLE ${table} DROP COLUMN ${aside}` },
  ];
}
