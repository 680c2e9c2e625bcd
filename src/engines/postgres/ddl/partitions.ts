import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alteration, Draft, RuleContext, World } from '../../rules.ts';
import { isNew } from './columns.ts';
import { indexName } from './constraints.ts';
import { hazard } from './hazards.ts';
import { ancestorsOf, attachedTo, attachPoint } from './lineage.ts';
import { listOf, textOf } from './text.ts';
import { switches } from './triggers.ts';

/** Makes a new table the partition or the heir that it is. */
export function attach(table: CatalogObject, context: RuleContext): readonly Draft[] {
  const { after } = context;
  const parent = textOf(table, 'partitionOf');
  const ofType = textOf(table, 'ofType');
  const typed: readonly Draft[] =
    ofType === undefined ? [] : [{ sql: `ALTER TABLE ${table.identity} OF ${ofType}`, stage: 'part' }];
  if (parent !== undefined) return [...typed, attachSql(table, parent, context)];
  if (inheritsAtOnce(table, after)) return typed;
  return [
    ...typed,
    ...listOf(table, 'inherits').map(
      (above): Draft => ({
        sql: `ALTER TABLE ${table.identity} INHERIT ${above}`,
        stage: 'part',
        needs: [`table ${above}`],
      }),
    ),
  ];
}

/** Leaves the tables that a table is no longer below, or is so otherwise, and joins those that it is below then. */
export function lineageChanges(
  { before, after, changed, disturbed }: Alteration,
  context: RuleContext,
): readonly Draft[] {
  const [left, joined] = [ancestorsOf(before), ancestorsOf(after)];
  const again = new Set(disturbed.filter(({ how }) => how === 'again').map(({ key }) => key));
  const moved = changed.has('bound') || changed.has('partitionOf');
  const stays = (above: string): boolean =>
    !moved && left.includes(above) && joined.includes(above) && !again.has(`table ${above}`);
  return [
    ...left.filter((above) => !stays(above)).map((above) => leaveSql(before, above, context)),
    ...joined.filter((above) => !stays(above)).flatMap((above) => joinSql(after, above, context)),
  ];
}

/** What goes from the table or from the one above it goes by statements of each, from then on. */
function leaveSql(table: CatalogObject, above: string, context: RuleContext): Draft {
  const children = [keyOf(table), `table ${above}`].flatMap((key) => context.before.children(key));
  const before = children.filter(({ kind }) => ['index', 'constraint', 'column'].includes(kind)).map(keyOf);
  if (table.properties.partitionOf === undefined)
    return { sql: `ALTER TABLE ${table.identity} NO INHERIT ${above}`, stage: 'release', before };
  return {
    sql: `ALTER TABLE ${above} DETACH PARTITION ${table.identity}`,
    stage: 'release',
    before,
    hazards: [
      hazard('blocks-reads', table, 'its rows are no part of the partitioned table while it is detached'),
    ],
  };
}

function joinSql(table: CatalogObject, above: string, context: RuleContext): readonly Draft[] {
  const { after } = context;
  if (table.properties.partitionOf !== undefined)
    return [attachSql(table, above, context), ...clonesOf(table, context)];
  return [
    {
      sql: `ALTER TABLE ${table.identity} INHERIT ${above}`,
      stage: 'part',
      needs: [`table ${above}`, ...inheritable(keyOf(table), after), ...inheritable(`table ${above}`, after)],
    },
  ];
}

/** Columns and checks of a table (its key), which those below it have, too. */
function inheritable(table: string, world: World): readonly string[] {
  return world
    .children(table)
    .filter(({ kind, properties }) => kind === 'column' || properties.type === 'check')
    .map(keyOf);
}

/**
 * Its indexes come first where the partitioned table's are there already: those that match are attached with it, where
 * others would be made.
 */
function attachSql(table: CatalogObject, parent: string, context: RuleContext): Draft {
  const { after } = context;
  const matching = after.children(keyOf(table)).filter((child) => {
    const to = attachedTo(child, after);
    return to !== undefined && (isThere(context.fate(to)) || isThere(context.fate(`table ${parent}`)));
  });
  return {
    sql: `ALTER TABLE ONLY ${parent} ATTACH PARTITION ${table.identity} ${textOf(table, 'bound') ?? ''}`,
    stage: 'part',
    gives: attachPoint(table.identity),
    needs: [
      `table ${parent}`,
      ...inheritable(`table ${parent}`, after),
      ...inheritable(keyOf(table), after),
      ...matching.flatMap((child) => [keyOf(child), ...below(child, context)]),
    ],
  };
}

/** Points at which the indexes of a table's own partitions are parts of this one: it is not valid before, and matches nothing. */
function below(index: CatalogObject, { after }: RuleContext): readonly string[] {
  let points = attachPoints.get(after);
  if (points === undefined) {
    points = new Map();
    for (const other of [...after.kinds('index'), ...after.kinds('constraint')]) {
      const to = attachedTo(other, after);
      if (to === undefined) continue;
      const list = points.get(to) ?? [];
      points.set(to, list);
      list.push(attachPoint(indexName(other)));
    }
    attachPoints.set(after, points);
  }
  return points.get(keyOf(index)) ?? [];
}

/** By the key of what they are attached to. */
const attachPoints = new WeakMap<World, Map<string, string[]>>();

function isThere(fate: string): boolean {
  return fate === 'kept' || fate === 'altered';
}

/** A column that a child has only by inheritance can only be made that way. */
export function inheritsAtOnce(table: CatalogObject, world: World): boolean {
  return (
    world.children(keyOf(table)).some(({ properties }) => properties.inherited === true) &&
    table.properties.inherits !== undefined
  );
}

/** What a foreign key refers to by way of the partitioned table is not dropped as long as it is a part of that. */
export function detachedFirst(table: CatalogObject, { before, fate }: RuleContext): readonly Draft[] {
  const parent = textOf(table, 'partitionOf');
  if (parent === undefined || isNew(fate(`table ${parent}`))) return [];
  const refers = ` REFERENCES ${parent}(`;
  const isReferred = [...before.objects.values()].some(
    (object) => object.kind === 'constraint' && textOf(object, 'definition')?.includes(refers) === true,
  );
  return isReferred ? [{ sql: `ALTER TABLE ${parent} DETACH PARTITION ${table.identity}` }] : [];
}

/** Partitions, and theirs, that have no statement of their own: they are dropped with the table. */
export function partitionsGone(table: CatalogObject, context: RuleContext): readonly CatalogObject[] {
  if (table.properties.partitionKey === undefined) return [];
  const { before, after, fate } = context;
  return [...before.kinds('table'), ...before.kinds('foreign table')]
    .filter((part) => textOf(part, 'partitionOf') === table.identity)
    .filter((part) => !after.objects.has(keyOf(part)) || isNew(fate(keyOf(part))))
    .flatMap((part) => [part, ...partitionsGone(part, context)]);
}

/** Triggers that were switched by themselves are as those above when their table is attached. */
function clonesOf(table: CatalogObject, { after }: RuleContext): readonly Draft[] {
  return after
    .children(keyOf(table))
    .filter(({ kind, properties }) => kind === 'trigger' && properties.inherited === true)
    .flatMap((trigger) => switches(trigger, after));
}
