import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext, World } from '../../rules.ts';
import { isNew } from './columns.ts';
import { hazard } from './hazards.ts';
import { attachedTo, attachPoint, columnsNamed, constraintsAbove, isBelow } from './lineage.ts';
import { addedInTwoSteps, addedOverIndex, isOnline } from './online.ts';
import { commentSql } from './parts.ts';
import { stable } from './stable.ts';
import {
  listOf,
  mapOf,
  nameOn,
  optionChanges,
  parentName,
  quoted,
  schemaPrefix,
  textOf,
  withOptions,
  wordsOf,
} from './text.ts';
import { STATE } from './triggers.ts';

export const constraints: KindRules = {
  weight: 60,
  create(constraint, context): Creation {
    const inherited = comesFromAbove(constraint, context);
    return {
      ...(inherited ? { main: { sql: '' } } : { main: added(constraint, context) }),
      parts: [...attach(constraint, context), ...partsOf(undefined, constraint, context)],
    };
  },
  drop: (constraint) => [
    {
      sql: `ALTER TABLE ${parentName(constraint)} DROP CONSTRAINT ${nameOn(constraint)}`,
      hazards: [hazard('blocks-reads', constraint, 'ACCESS EXCLUSIVE, short')],
    },
  ],
  alter: alterConstraint,
  madeByParent: isInline,
  goesWith: (constraint, context) =>
    constraintsAbove(constraint, context.before)
      .filter((above) => isBelow(constraint, above, context, 'after', true))
      .map(keyOf),
  needs(constraint, world) {
    const text = textOf(constraint, 'definition') ?? '';
    const own = text.replace(/ REFERENCES .*$/s, '');
    const attached = attachedTo(constraint, world);
    return [
      ...columnsNamed(own, wordsOf(own), constraint.parent ?? '', world),
      ...constraintsAbove(constraint, world).map(keyOf),
      ...(attached === undefined ? [] : [attached]),
    ];
  },
  leaves: (context, fates) =>
    [...fates.keys()].flatMap((key) => {
      const constraint = context.after.objects.get(key);
      if (
        constraint?.kind !== 'constraint' ||
        constraint.properties.type !== 'check' ||
        isNew(context.fate(constraint.parent ?? ''))
      )
        return [];
      const joins = constraintsAbove(constraint, context.after).some(
        (above) => !isBelow(constraint, above, context, 'before', true),
      );
      const isPartition =
        context.after.objects.get(constraint.parent ?? '')?.properties.partitionOf !== undefined;
      return joins && !isPartition ? [`${key} stays its table's own, beside what it inherits`] : [];
    }),
  names: (constraint) => (hasIndex(constraint) ? [`relation ${indexOf(constraint)}`] : []),
};

function hasIndex({ properties: { type } }: CatalogObject): boolean {
  return type === 'primary key' || type === 'unique' || type === 'exclusion';
}

function indexOf(constraint: CatalogObject): string {
  return `${schemaPrefix(parentName(constraint))}${nameOn(constraint)}`;
}

/** Said where its table is made; foreign keys never, for tables may refer to each other. */
export function isInline(object: CatalogObject, { fate, apart, after }: RuleContext): boolean {
  if (object.kind !== 'constraint' || object.properties.type === 'foreign key') return false;
  // In a new table the server takes it for valid.
  if (textOf(object, 'definition')?.endsWith(' NOT VALID') === true) return false;
  return isNew(fate(object.parent ?? '')) && !apart(keyOf(object)) && !isOnlyInherited(object, after);
}

/** Comes with INHERITS; a partition's is made like any other and becomes inherited when it is attached. */
function isOnlyInherited(object: CatalogObject, world: World): boolean {
  return (
    object.properties.inherited === true &&
    object.properties.type === 'check' &&
    world.objects.get(object.parent ?? '')?.properties.partitionOf === undefined
  );
}

/** The table above gets it now, and this one with it. */
function comesFromAbove(constraint: CatalogObject, context: RuleContext): boolean {
  if (constraint.properties.inherited !== true || constraint.properties.type !== 'check') return false;
  const table = context.after.objects.get(constraint.parent ?? '');
  if (table?.properties.partitionOf !== undefined && isNew(context.fate(constraint.parent ?? '')))
    return false;
  // A table that joins the one above has it by then.
  return constraintsAbove(constraint, context.after).every((above) =>
    isBelow(constraint, above, context, 'before', true),
  );
}

export function constraintText(constraint: CatalogObject): string {
  const definition = stable(textOf(constraint, 'definition') ?? '');
  // An exclusion constraint's definition says them.
  const said = constraint.properties.type === 'exclusion' ? [] : listOf(constraint, 'indexOptions');
  const options = withOptions(said);
  const tablespace = textOf(constraint, 'tablespace');
  const storage = `${options}${tablespace === undefined ? '' : ` USING INDEX TABLESPACE ${tablespace}`}`;
  return `CONSTRAINT ${nameOn(constraint)} ${withStorage(definition, storage)}`;
}

/** Before WHERE, DEFERRABLE and the like: after the last column list that stands outside of them. */
function withStorage(definition: string, storage: string): string {
  if (storage === '') return definition;
  let depth = 0;
  let end = 0;
  for (let at = 0; at < definition.length; at += 1) {
    const sign = definition[at];
    if (sign === '"') at = definition.indexOf('"', at + 1);
    if (sign === "'") at = definition.indexOf("'", at + 1);
    if (at < 0) return definition;
    if (sign === '(') depth += 1;
    if (sign === ')') {
      depth -= 1;
      if (depth === 0) end = at + 1;
    }
    if (depth === 0 && definition.startsWith(' WHERE (', at)) break;
  }
  return `${definition.slice(0, end)}${storage}${definition.slice(end)}`;
}

function added(constraint: CatalogObject, context: RuleContext): Draft | readonly Draft[] {
  const { type } = constraint.properties;
  if (!isOnline(constraint, context) || attachedTo(constraint, context.after) !== undefined)
    return addSql(constraint, context);
  const definition = stable(textOf(constraint, 'definition') ?? '');
  if (type === 'primary key' || type === 'unique') {
    const plain =
      constraint.properties.indexOptions === undefined && constraint.properties.tablespace === undefined;
    return (plain ? addedOverIndex(constraint, definition) : undefined) ?? addSql(constraint, context);
  }
  const isValid = !/ NOT (VALID|ENFORCED)$/.test(definition);
  const isCheckOrKey = type === 'check' || type === 'foreign key';
  return isCheckOrKey && isValid
    ? addedInTwoSteps(constraint, constraintText(constraint))
    : addSql(constraint, context);
}

function addSql(constraint: CatalogObject, context: RuleContext): Draft {
  const only =
    attachedTo(constraint, context.after) !== undefined || isPartitioned(constraint, context) ? 'ONLY ' : '';
  const onlyFor = hasIndex(constraint) ? only : '';
  const block = constraint.properties.type === 'foreign key' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  return {
    sql: `ALTER TABLE ${onlyFor}${parentName(constraint)} ADD ${constraintText(constraint)}`,
    hazards: isNew(context.fate(constraint.parent ?? ''))
      ? []
      : [
          hazard('long-scan', constraint, 'every row is looked at'),
          hazard('fails-on-rows', constraint, 'rows that stand against it'),
          hazard(
            block === 'ACCESS EXCLUSIVE' ? 'blocks-reads' : 'blocks-writes',
            constraint,
            `${block} meanwhile`,
          ),
        ],
  };
}

function isPartitioned(constraint: CatalogObject, { after }: RuleContext): boolean {
  return after.objects.get(constraint.parent ?? '')?.properties.partitionKey !== undefined;
}

/** Where the partitioned table's is new, too; else it is attached with its table. */
export function attach(object: CatalogObject, { after, fate }: RuleContext): readonly Draft[] {
  const to = attachedTo(object, after);
  const index = textOf(object, 'partitionOf');
  if (to === undefined || index === undefined) return [];
  if (!isNew(fate(to)) && isNew(fate(object.parent ?? ''))) return [];
  const own = indexName(object);
  return [
    {
      sql: `ALTER INDEX ${index} ATTACH PARTITION ${own}`,
      stage: 'part',
      needs: [to, attachPoint(parentName(object))],
      gives: attachPoint(own),
    },
  ];
}

/** The index that an index or a constraint is, or has. */
export function indexName(object: CatalogObject): string {
  return object.kind === 'index' ? object.identity : indexOf(object);
}

/** Whether another index of the table takes the mark over. */
export function isClustered(table: string | undefined, { after }: RuleContext): boolean {
  return after.children(table ?? '').some(({ properties }) => properties.clustered === true);
}

function partsOf(
  before: CatalogObject | undefined,
  after: CatalogObject,
  context: RuleContext,
): readonly Draft[] {
  const drafts: Draft[] = [];
  const part = (sql: string): void => {
    drafts.push({ sql, stage: 'part' });
  };
  const table = parentName(after);
  const [was, is] = [before && textOf(before, 'comment'), textOf(after, 'comment')];
  if (was !== is) part(commentSql(`CONSTRAINT ${nameOn(after)} ON ${table}`, is));
  const [wasIndex, isIndex] = [before && textOf(before, 'indexComment'), textOf(after, 'indexComment')];
  if (wasIndex !== isIndex) part(commentSql(`INDEX ${indexOf(after)}`, isIndex));
  if ((before?.properties.clustered === true) !== (after.properties.clustered === true)) {
    if (after.properties.clustered === true) part(`ALTER TABLE ${table} CLUSTER ON ${nameOn(after)}`);
    else if (!isClustered(after.parent, context)) part(`ALTER TABLE ${table} SET WITHOUT CLUSTER`);
  }
  drafts.push(...switchedTriggers(before, after));
  return drafts;
}

const IN_PLACE = new Set([
  'comment',
  'indexComment',
  'clustered',
  'indexOptions',
  'tablespace',
  'inherited',
  'partitionOf',
  'indexValid',
  'triggers',
]);
const DEFERRED = /( NOT)? DEFERRABLE( INITIALLY (DEFERRED|IMMEDIATE))?/;

function alterConstraint(
  { before, after, changed, disturbed }: Alteration,
  context: RuleContext,
): Alter | undefined {
  const isForeignKey = after.properties.type === 'foreign key';
  if (disturbed.some(({ key, how }) => how !== 'altered' || (isForeignKey && key.startsWith('column '))))
    return undefined;
  const statements: Draft[] = [];
  const table = parentName(after);
  if (changed.has('definition')) {
    const [was, is] = [textOf(before, 'definition') ?? '', textOf(after, 'definition') ?? ''];
    if (was === `${is} NOT VALID`)
      statements.push({
        sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${nameOn(after)}`,
        hazards: [hazard('long-scan', after, 'every row is looked at; nobody is blocked')],
      });
    else if (isForeignKey && was.replace(DEFERRED, '') === is.replace(DEFERRED, ''))
      statements.push({
        sql: `ALTER TABLE ${table} ALTER CONSTRAINT ${nameOn(after)}${DEFERRED.exec(is)?.[0] ?? ' NOT DEFERRABLE'}`,
      });
    else return undefined;
  }
  if ([...changed].some((name) => name !== 'definition' && !IN_PLACE.has(name))) return undefined;
  if (changed.has('indexValid'))
    return after.properties.indexValid === false
      ? { statements: [], left: [`${keyOf(after)}: no index is made invalid`] }
      : undefined;
  // What a partition has of its own and what it has from above differ in nothing but that.
  if (changed.has('partitionOf')) {
    if (before.properties.partitionOf !== undefined && !movesWithTable(before, context)) return undefined;
    statements.push(...attach(after, context));
  }
  for (const change of optionChanges(listOf(before, 'indexOptions'), listOf(after, 'indexOptions')))
    statements.push({ sql: `ALTER INDEX ${indexOf(after)} ${change}` });
  if (changed.has('tablespace'))
    statements.push({
      sql: `ALTER INDEX ${indexOf(after)} SET TABLESPACE ${textOf(after, 'tablespace') ?? 'pg_default'}`,
    });
  const left = staysOwn(before, after, context)
    ? [`${keyOf(after)} stays its table's own, beside what it inherits`]
    : [];
  return { statements: [...statements, ...partsOf(before, after, context)], left };
}

/** What an heir had by itself it keeps when it inherits it as well. */
function staysOwn(before: CatalogObject, after: CatalogObject, { after: world }: RuleContext): boolean {
  const table = world.objects.get(after.parent ?? '');
  return (
    after.properties.type === 'check' &&
    after.properties.inherited === true &&
    before.properties.inherited !== true &&
    table?.properties.partitionOf === undefined
  );
}

/** The server's own triggers behind a foreign key have names that it made up. */
function switchedTriggers(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const [was, is] = [before === undefined ? {} : mapOf(before, 'triggers'), mapOf(after, 'triggers')];
  const own = quoted(nameOn(after).replace(/^"|"$/g, '').replaceAll('""', '"'));
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .sort()
    .filter((table) => was[table] !== is[table])
    .map((table) => {
      const state = STATE[String(is[table] ?? 'origin')] ?? 'ENABLE';
      const names = `SELECT tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_constraint c ON c.oid = t.tgconstraint WHERE c.conname = ${own} AND c.conrelid = ${quoted(parentName(after))}::pg_catalog.regclass AND t.tgrelid = ${quoted(table)}::pg_catalog.regclass`;
      const each = `EXECUTE pg_catalog.format(${quoted(`ALTER TABLE %s ${state} TRIGGER %I`)}, ${quoted(table)}, name)`;
      return {
        sql: `DO $do$ DECLARE name name; BEGIN FOR name IN ${names} LOOP ${each}; END LOOP; END $do$`,
        stage: 'part',
      };
    });
}

/** Detaching a table detaches its indexes. */
export function movesWithTable(object: CatalogObject, { before, after }: RuleContext): boolean {
  const key = object.parent ?? '';
  const of = (table: CatalogObject | undefined) =>
    table === undefined ? undefined : textOf(table, 'partitionOf');
  return of(before.objects.get(key)) !== of(after.objects.get(key));
}
