import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext } from '../../rules.ts';
import { isNew } from './columns.ts';
import { attach, isClustered, movesWithTable } from './constraints.ts';
import { hazard } from './hazards.ts';
import { attachedTo, columnsNamed, isDetached } from './lineage.ts';
import { isOnline } from './online.ts';
import { commentSql, extensionTies } from './parts.ts';
import { stable } from './stable.ts';
import { lastPart, parentName, schemaPrefix, textOf, wordsOf } from './text.ts';

export const indexes: KindRules = {
  weight: 55,
  create: (index, context): Creation => ({
    main: createSql(index, context),
    parts: [...attach(index, context), ...partsOf(undefined, index, context)],
  }),
  drop: (index, context) => [dropSql(index, context)],
  alter: alterIndex,
  goesWith(index, context) {
    const to = attachedTo(index, context.before);
    return to === undefined || isDetached(index, context) ? [] : [to];
  },
  needs(index, world) {
    const text = textOf(index, 'definition') ?? '';
    const to = attachedTo(index, world);
    return [
      ...columnsNamed(text, wordsOf(text), index.parent ?? '', world),
      ...(to === undefined ? [] : [to]),
    ];
  },
  names: ({ identity }) => [`relation ${identity}`],
  refusal(index, context) {
    const { before, after, fate } = context;
    const key = keyOf(index);
    const was = before.objects.get(key);
    const to = was === undefined ? undefined : attachedTo(was, before);
    if (to === undefined || after.objects.has(key) || fate(to) === 'dropped' || fate(to) === 'again')
      return undefined;
    return fate(index.parent ?? '') === 'dropped' || isDetached(index, context)
      ? undefined
      : `it is part of ${to}, which would have to go, too`;
  },
};

function createSql(index: CatalogObject, context: RuleContext): Draft {
  const definition = stable(textOf(index, 'definition') ?? '');
  if (isOnline(index, context))
    return {
      sql: definition.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY '),
      transactional: false,
      hazards: [
        hazard('not-transactional', index, 'cut short, it leaves an invalid index'),
        hazard('long-scan', index, 'every row is looked at, twice; nobody is blocked'),
      ],
    };
  const hazards = isNew(context.fate(index.parent ?? ''))
    ? []
    : [
        hazard('blocks-writes', index, 'SHARE while it is built'),
        hazard('long-scan', index, 'every row is looked at'),
      ];
  return { sql: definition, hazards };
}

function dropSql(index: CatalogObject, context: RuleContext): Draft {
  if (isOnline(index, context) && attachedTo(index, context.before) === undefined)
    return {
      sql: `DROP INDEX CONCURRENTLY ${index.identity}`,
      transactional: false,
      hazards: [hazard('not-transactional', index, 'cut short, it leaves an invalid index')],
    };
  return {
    sql: `DROP INDEX ${index.identity}`,
    hazards: [hazard('blocks-reads', index, 'ACCESS EXCLUSIVE, short')],
  };
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
  const [was, is] = [before && textOf(before, 'comment'), textOf(after, 'comment')];
  const [wasSpace, isSpace] = [before && textOf(before, 'tablespace'), textOf(after, 'tablespace')];
  if (wasSpace !== isSpace) part(`ALTER INDEX ${after.identity} SET TABLESPACE ${isSpace ?? 'pg_default'}`);
  for (const [place, target] of statisticsOf(after))
    part(`ALTER INDEX ${after.identity} ALTER COLUMN ${place} SET STATISTICS ${target}`);
  for (const [place] of before === undefined ? [] : statisticsOf(before)) {
    if (!statisticsOf(after).some(([other]) => other === place))
      part(`ALTER INDEX ${after.identity} ALTER COLUMN ${place} SET STATISTICS -1`);
  }
  if ((before?.properties.clustered === true) !== (after.properties.clustered === true)) {
    const table = parentName(after);
    if (after.properties.clustered === true)
      part(`ALTER TABLE ${table} CLUSTER ON ${lastPart(after.identity)}`);
    else if (!isClustered(after.parent, context)) part(`ALTER TABLE ${table} SET WITHOUT CLUSTER`);
  }
  if (was !== is) part(commentSql(`INDEX ${after.identity}`, is));
  drafts.push(...extensionTies(before, after, `INDEX ${after.identity}`));
  return drafts;
}

function statisticsOf(index: CatalogObject): readonly (readonly [number, number])[] {
  const value = index.properties.statistics;
  return Array.isArray(value) ? (value as [number, number][]) : [];
}

const IN_PLACE = new Set([
  'comment',
  'clustered',
  'tablespace',
  'statistics',
  'partitionOf',
  'dependsOnExtensions',
]);

function alterIndex(
  { before, after, changed, disturbed }: Alteration,
  context: RuleContext,
): Alter | undefined {
  if (disturbed.some(({ how }) => how !== 'altered')) return undefined;
  if (changed.has('valid') && after.properties.valid === false && changed.size === 1)
    return { statements: [], left: [`${keyOf(after)}: no index is made invalid`] };
  if ([...changed].some((name) => !IN_PLACE.has(name)))
    // The old one does not outlive a column of another type that its condition speaks of.
    return disturbed.length === 0 && isReplaceable(before, after, changed, context)
      ? { statements: replaced(before, after, context) }
      : undefined;
  if (changed.has('partitionOf')) {
    if (before.properties.partitionOf !== undefined && !movesWithTable(before, context)) return undefined;
    return { statements: [...attach(after, context), ...partsOf(before, after, context)] };
  }
  return { statements: partsOf(before, after, context) };
}

function isReplaceable(
  before: CatalogObject,
  after: CatalogObject,
  changed: ReadonlySet<string>,
  context: RuleContext,
): boolean {
  const attached = before.properties.partitionOf ?? after.properties.partitionOf;
  return (
    changed.has('definition') &&
    isOnline(after, context) &&
    attached === undefined &&
    before.properties.replicaIdentity === undefined
  );
}

/** The new one is built beside the old one and takes its name: queries have an index all the while. */
function replaced(before: CatalogObject, after: CatalogObject, context: RuleContext): readonly Draft[] {
  const name = lastPart(after.identity);
  const beside = `"${name.replace(/^"|"$/g, '').slice(0, 50)}__new"`;
  const { sql, ...rest } = createSql(after, context);
  return [
    { ...rest, sql: sql.replace(`INDEX CONCURRENTLY ${name} ON`, `INDEX CONCURRENTLY ${beside} ON`) },
    dropSql(before, context),
    { sql: `ALTER INDEX ${schemaPrefix(after.identity)}${beside} RENAME TO ${name}` },
    ...partsOf(undefined, after, context),
  ];
}
