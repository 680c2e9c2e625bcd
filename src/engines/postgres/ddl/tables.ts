import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext, World } from '../../rules.ts';
import { columnText } from './column-text.ts';
import { isNew } from './columns.ts';
import { constraintText, indexName, isInline } from './constraints.ts';
import { foreignOptions, optionsChange } from './foreign-data.ts';
import { hazard } from './hazards.ts';
import { ancestorsOf, attachedTo, attachPoint, indexKey } from './lineage.ts';
import { type PartNames, partChanges, partsOf } from './parts.ts';
import { secretRefusal } from './plain.ts';
import { listOf, optionChanges, textOf, withOptions } from './text.ts';
import { switches } from './triggers.ts';

/** Tables with their columns and constraints; partitions are made as tables and attached. */
export const tables: KindRules = {
  weight: 40,
  create(table, context): Creation {
    return {
      main: { sql: createSql(table, context), ...ofTypeNeeds(table, context.after) },
      parts: [
        ...partsOf(table, namesOf(table), context),
        ...attach(table, context),
        ...settings(undefined, table, context),
      ],
    };
  },
  drop: (table, context) => [
    ...detachedFirst(table, context),
    {
      sql: `DROP ${word(table)} ${table.identity}`,
      hazards: [
        hazard('data-loss', table, 'all rows of the table'),
        ...partitionsGone(table, context).map((partition) =>
          hazard('data-loss', partition, `all rows of the table, which goes with ${table.identity}`),
        ),
        hazard('blocks-reads', table, 'ACCESS EXCLUSIVE, short'),
      ],
    },
  ],
  alter: alterTable,
  /** With the table that it is a partition of. */
  goesWith(table) {
    const parent = textOf(table, 'partitionOf');
    return parent === undefined ? [] : [`table ${parent}`];
  },
  needs: (table) => ancestorsOf(table).map((above) => `table ${above}`),
  refusal: secretRefusal,
  names: ({ identity }) => [`relation ${identity}`, `type ${identity}`],
};

function word({ kind }: CatalogObject): string {
  return kind === 'foreign table' ? 'FOREIGN TABLE' : 'TABLE';
}

function namesOf(table: CatalogObject): PartNames {
  const on = `${word(table)} ${table.identity}`;
  return { comment: on, owner: on, grants: { on: `TABLE ${table.identity}`, type: 'table' } };
}

function createSql(table: CatalogObject, context: RuleContext): string {
  const { identity, properties } = table;
  const children = context.after.children(keyOf(table));
  const inherits = inheritsAtOnce(table, context.after) ? listOf(table, 'inherits') : [];
  const columns = children
    .filter(
      ({ kind, properties: { inherited } }) =>
        kind === 'column' && (inherits.length === 0 || inherited !== true),
    )
    .sort((a, b) => Number(a.properties.rank) - Number(b.properties.rank))
    .map((column) => columnText(column, context));
  const constraints = children.filter((child) => isInline(child, context)).map(constraintText);
  const items = [...columns, ...constraints].map((item) => `  ${item}`).join(',\n');
  const options = [
    ...listOf(table, 'options'),
    ...listOf(table, 'toastOptions').map((option) => `toast.${option}`),
  ];
  if (table.kind === 'foreign table')
    return `CREATE FOREIGN TABLE ${identity} (${items === '' ? '' : `\n${items}\n`})${inherits.length === 0 ? '' : ` INHERITS (${inherits.join(', ')})`} SERVER ${textOf(table, 'server')}${foreignOptions(table)}`;
  const key = textOf(table, 'partitionKey');
  const method = textOf(table, 'accessMethod');
  const tablespace = textOf(table, 'tablespace');
  return [
    `CREATE ${properties.persistence === 'unlogged' ? 'UNLOGGED ' : ''}TABLE ${identity} (${items === '' ? '' : `\n${items}\n`})`,
    inherits.length === 0 ? '' : ` INHERITS (${inherits.join(', ')})`,
    key === undefined ? '' : ` PARTITION BY ${key}`,
    method === undefined ? '' : ` USING ${method}`,
    withOptions(options),
    tablespace === undefined ? '' : ` TABLESPACE ${tablespace}`,
  ].join('');
}

/** What a foreign key refers to by way of the partitioned table is not dropped as long as it is a part of that. */
function detachedFirst(table: CatalogObject, { before, fate }: RuleContext): readonly Draft[] {
  const parent = textOf(table, 'partitionOf');
  if (parent === undefined || isNew(fate(`table ${parent}`))) return [];
  const refers = ` REFERENCES ${parent}(`;
  const isReferred = [...before.objects.values()].some(
    (object) => object.kind === 'constraint' && textOf(object, 'definition')?.includes(refers) === true,
  );
  return isReferred ? [{ sql: `ALTER TABLE ${parent} DETACH PARTITION ${table.identity}` }] : [];
}

/** Partitions, and theirs, that have no statement of their own: they are dropped with the table. */
function partitionsGone(table: CatalogObject, context: RuleContext): readonly CatalogObject[] {
  if (table.properties.partitionKey === undefined) return [];
  const { before, after, fate } = context;
  return [...before.kinds('table'), ...before.kinds('foreign table')]
    .filter((part) => textOf(part, 'partitionOf') === table.identity)
    .filter((part) => !after.objects.has(keyOf(part)) || isNew(fate(keyOf(part))))
    .flatMap((part) => [part, ...partitionsGone(part, context)]);
}

/** A column that a child has only by inheritance can only be made that way. */
function inheritsAtOnce(table: CatalogObject, world: World): boolean {
  return (
    world.children(keyOf(table)).some(({ properties }) => properties.inherited === true) &&
    table.properties.inherits !== undefined
  );
}

function ofTypeNeeds(table: CatalogObject, world: World): Partial<Draft> {
  // Only INHERITS needs the parent for the table itself; all else is done afterwards.
  const above = ancestorsOf(table).map((name) => `table ${name}`);
  return above.length === 0 || inheritsAtOnce(table, world) ? {} : { defers: above };
}

/** Makes a table the partition or the heir that it is. */
function attach(table: CatalogObject, context: RuleContext): readonly Draft[] {
  const { after } = context;
  const parent = textOf(table, 'partitionOf');
  const ofType = textOf(table, 'ofType');
  const typed: readonly Draft[] =
    ofType === undefined ? [] : [{ sql: `ALTER TABLE ${table.identity} OF ${ofType}`, stage: 'part' }];
  if (parent === undefined) {
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
  return [...typed, attachSql(table, parent, context)];
}

function aboveParts(above: string, world: World): readonly string[] {
  const table = world.objects.get(`table ${above}`);
  return table === undefined ? [] : inheritedParts(table, world);
}

/** Columns and checks, which a table may have from those above it. */
function inheritedParts(table: CatalogObject, world: World): readonly string[] {
  return world
    .children(keyOf(table))
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
  const above = after
    .children(`table ${parent}`)
    .filter(({ kind, properties: { type } }) => kind === 'column' || type === 'check')
    .map(keyOf);
  return {
    sql: `ALTER TABLE ONLY ${parent} ATTACH PARTITION ${table.identity} ${textOf(table, 'bound') ?? ''}`,
    stage: 'part',
    gives: attachPoint(table.identity),
    needs: [
      `table ${parent}`,
      ...above,
      ...inheritedParts(table, after),
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

/** Its sequences become what it becomes (PostgreSQL 15), and may have been something else. */
function sequencesOf(table: CatalogObject, { after }: RuleContext): readonly Draft[] {
  if (after.major < 15) return [];
  const columns = after.children(keyOf(table)).map(({ identity }) => identity);
  return [...after.objects.values()].flatMap((sequence): readonly Draft[] => {
    if (sequence.kind !== 'sequence' || !columns.includes(textOf(sequence, 'ownedBy') ?? '')) return [];
    const [own, its] = [textOf(sequence, 'persistence'), textOf(table, 'persistence')];
    if (own === its) return [];
    const sql = `ALTER SEQUENCE ${sequence.identity} SET ${own === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`;
    return [{ sql, stage: 'part', needs: [keyOf(sequence)] }];
  });
}

/** Triggers that were switched by themselves are as those above when their table is attached. */
function clonesOf(table: CatalogObject, { after }: RuleContext): readonly Draft[] {
  return after
    .children(keyOf(table))
    .filter(({ kind, properties }) => kind === 'trigger' && properties.inherited === true)
    .flatMap((trigger) => switches(trigger, after));
}

/** Row security, replica identity. */
function settings(
  before: CatalogObject | undefined,
  table: CatalogObject,
  { after }: RuleContext,
): readonly Draft[] {
  const drafts: Draft[] = [];
  const flag = (name: string): boolean => before?.properties[name] === true;
  const alter = (what: string, more: Partial<Draft> = {}): void => {
    drafts.push({ sql: `ALTER TABLE ${table.identity} ${what}`, stage: 'part', ...more });
  };
  const security =
    before === undefined ? {} : { hazards: [hazard('privilege-change', table, 'row security changes')] };
  if (flag('rowSecurity') !== (table.properties.rowSecurity === true))
    alter(`${table.properties.rowSecurity === true ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`, security);
  if (flag('forceRowSecurity') !== (table.properties.forceRowSecurity === true))
    alter(
      `${table.properties.forceRowSecurity === true ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`,
      security,
    );
  const [was, is] = [before && textOf(before, 'replicaIdentity'), textOf(table, 'replicaIdentity')];
  if (was !== is) {
    const index = is?.startsWith('index ') === true ? is.slice('index '.length) : undefined;
    const schema = table.identity.slice(
      0,
      table.identity.length - (table.identity.match(/(?:"(?:[^"]|"")*"|[^."])+$/u)?.[0].length ?? 0),
    );
    const key = index === undefined ? undefined : indexKey(`${schema}${index}`, table.identity, after);
    const to = is === undefined ? 'DEFAULT' : index === undefined ? is.toUpperCase() : `USING INDEX ${index}`;
    if (is !== 'index') alter(`REPLICA IDENTITY ${to}`, key === undefined ? {} : { needs: [key] });
  }
  return drafts;
}

const IN_PLACE = new Set(
  'comment owner privileges rowSecurity forceRowSecurity replicaIdentity options secretOptions toastOptions persistence tablespace accessMethod ofType inherits partitionOf bound'.split(
    ' ',
  ),
);

function alterTable(
  { before, after, changed, disturbed }: Alteration,
  context: RuleContext,
): Alter | undefined {
  if ([...changed].some((name) => !IN_PLACE.has(name))) return undefined;
  if (changed.has('accessMethod') && context.before.major < 15) return undefined;
  const isForeign = after.kind === 'foreign table';
  const again = new Set(disturbed.filter(({ how }) => how === 'again').map(({ key }) => key));
  const statements: Draft[] = [];
  const alter = (what: string, more: Partial<Draft> = {}): void => {
    statements.push({ sql: `ALTER TABLE ${after.identity} ${what}`, ...more });
  };
  const rewrite = {
    hazards: [
      hazard('table-rewrite', after, 'the table is written anew'),
      hazard('blocks-reads', after, 'ACCESS EXCLUSIVE while it is written'),
    ],
  };
  if (changed.has('persistence')) {
    alter(`SET ${after.properties.persistence === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`, rewrite);
    statements.push(...sequencesOf(after, context));
  }
  if (changed.has('accessMethod'))
    alter(`SET ACCESS METHOD ${textOf(after, 'accessMethod') ?? 'heap'}`, rewrite);
  if (changed.has('tablespace'))
    alter(`SET TABLESPACE ${textOf(after, 'tablespace') ?? 'pg_default'}`, rewrite);
  const options = (object: CatalogObject): readonly string[] => [
    ...listOf(object, 'options'),
    ...listOf(object, 'toastOptions').map((option) => `toast.${option}`),
  ];
  if (isForeign) {
    const change = optionsChange(before, after);
    if (change !== undefined) statements.push({ sql: `ALTER FOREIGN TABLE ${after.identity} ${change}` });
  } else for (const change of optionChanges(options(before), options(after))) alter(change);
  if (changed.has('ofType'))
    alter(textOf(after, 'ofType') === undefined ? 'NOT OF' : `OF ${textOf(after, 'ofType')}`);
  const [left, joined] = [ancestorsOf(before), ancestorsOf(after)];
  const moved = changed.has('bound') || changed.has('partitionOf');
  for (const above of left) {
    if (!moved && joined.includes(above) && !again.has(`table ${above}`)) continue;
    if (before.properties.partitionOf === undefined)
      alter(`NO INHERIT ${above}`, {
        stage: 'release',
        before: [...inheritedParts(before, context.before), ...aboveParts(above, context.before)],
      });
    else
      statements.push({
        sql: `ALTER TABLE ${above} DETACH PARTITION ${after.identity}`,
        stage: 'release',
        before: [keyOf(before), `table ${above}`].flatMap((key) =>
          context.before
            .children(key)
            .filter((child) => ['index', 'constraint', 'column'].includes(child.kind))
            .map(keyOf),
        ),
        hazards: [
          hazard('blocks-reads', after, 'its rows are no part of the partitioned table while it is detached'),
        ],
      });
  }
  for (const above of joined) {
    if (!moved && left.includes(above) && !again.has(`table ${above}`)) continue;
    if (after.properties.partitionOf === undefined)
      alter(`INHERIT ${above}`, {
        stage: 'part',
        needs: [
          `table ${above}`,
          ...inheritedParts(after, context.after),
          ...aboveParts(above, context.after),
        ],
      });
    else statements.push(attachSql(after, above, context), ...clonesOf(after, context));
  }
  statements.push(...settings(before, after, context));
  statements.push(...partChanges(before, after, namesOf(after), context));
  return { statements };
}
