import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Creation, Draft, KindRules, RuleContext, World } from '../../rules.ts';
import { alterColumn } from './column-changes.ts';
import { columnsLeft, columnsToMove, misplacedTables, movedAside, movedIn } from './column-order.ts';
import { columnText } from './column-text.ts';
import { hazard } from './hazards.ts';
import { columnsAbove, columnsNamed, isBelow } from './lineage.ts';
import { notNullNamesKept } from './not-null.ts';
import { partsOf } from './parts.ts';
import { secretRefusal } from './plain.ts';
import { lastPart, listOf, mapOf, parentName, textOf, wordsOf } from './text.ts';

export const columns: KindRules = {
  weight: 42,
  create(column, context): Creation {
    if (context.moves(keyOf(column)))
      return { main: movedIn(column, context), parts: columnParts(column, context) };
    const type = typeAbove(column, context);
    if (type !== undefined)
      return {
        main: { sql: '', needs: [type] },
        parts: [...saidLater(column), ...columnParts(column, context)],
      };
    return { main: addSql(column, context), parts: columnParts(column, context) };
  },
  drop(column, context) {
    if (context.moves(keyOf(column))) return movedAside(column, context);
    return typeAbove(column, context) === undefined ? [dropSql(column, context)] : [];
  },
  alter: alterColumn,
  /** With its table, or from the table above it. */
  madeByParent: (column, { fate }) => isNew(fate(column.parent ?? '')),
  goesWith: (column, context) =>
    comesFromAbove(column, context.before)
      ? columnsAbove(column, context.before)
          .filter((above) => !staysBelow(above, context) && isBelow(column, above, context, 'after', true))
          .map(keyOf)
      : [],
  needs(column, world) {
    const expression = mapOf(column, 'generated').expression;
    if (typeof expression !== 'string') return [];
    const named = columnsNamed(expression, wordsOf(expression), column.parent ?? '', world);
    return named.filter((key) => key !== keyOf(column));
  },
  /** Added one after the other, as they stand in the table. */
  mayNeed(column, world) {
    const rank = Number(column.properties.rank);
    const previous = world
      .children(column.parent ?? '')
      .find((other) => other.kind === 'column' && other.properties.rank === rank - 1);
    return previous === undefined ? [] : [keyOf(previous)];
  },
  leaves: (context, fates) => [...notNullNamesKept(context, fates), ...columnsLeft(context, fates)],
  misplaced: misplacedTables,
  moves: columnsToMove,
  refusal: (column, context) => secretRefusal(column, context) ?? keyRefusal(column, context),
  names(column) {
    const { name } = mapOf(column, 'sequence');
    return typeof name === 'string' ? [`relation ${name}`] : [];
  },
};

function dropSql(column: CatalogObject, context: RuleContext): Draft {
  const only = staysBelow(column, context) ? 'ONLY ' : '';
  const isComputed = column.properties.generated !== undefined;
  return {
    sql: `ALTER TABLE ${only}${parentName(column)} DROP COLUMN ${lastPart(column.identity)}`,
    hazards: isComputed ? [] : [hazard('data-loss', column, 'all values of the column')],
  };
}

/** What decides which partition a row belongs to. */
function keyRefusal(column: CatalogObject, { before, after, fate }: RuleContext): string | undefined {
  const was = before.objects.get(keyOf(column));
  const table = after.objects.get(column.parent ?? '');
  if (was === undefined || table === undefined || isNew(fate(column.parent ?? ''))) return undefined;
  const partedBy = textOf(table, 'partitionKey') ?? '';
  const isRetyped = was.properties.type !== column.properties.type || fate(keyOf(column)) !== 'altered';
  return isRetyped && wordsOf(partedBy).has(lastPart(column.identity))
    ? `${keyOf(table)} is parted by it (${partedBy}), and the server changes no such column: make another table, and move its rows`
    : undefined;
}

export function isNew(fate: string): boolean {
  return fate === 'created' || fate === 'again';
}

/** An heir keeps it as its own. */
function staysBelow(column: CatalogObject, { before, after, fate }: RuleContext): boolean {
  const name = lastPart(column.identity);
  const table = parentName(column);
  return before.kinds('table').some((heir) => {
    if (!listOf(heir, 'inherits').includes(table)) return false;
    const key = `column ${heir.identity}.${name}`;
    return after.objects.has(key) && !isNew(fate(key));
  });
}

function comesFromAbove(column: CatalogObject, world: World): boolean {
  const table = world.objects.get(column.parent ?? '');
  return column.properties.inherited === true || table?.properties.partitionOf !== undefined;
}

/** What a table above gets, its partitions and heirs get with it. */
function addSql(column: CatalogObject, context: RuleContext): Draft {
  const { after, fate } = context;
  const needsRows =
    column.properties.notNull === true &&
    !['default', 'generated', 'identity'].some((name) => name in column.properties);
  const above = comesFromAbove(column, after)
    ? columnsAbove(column, after).find(
        (each) => isNew(fate(keyOf(each))) && isBelow(column, each, context, 'before', true),
      )
    : undefined;
  if (above !== undefined) return { sql: '', needs: [keyOf(above)] };
  return {
    sql: `ALTER TABLE ${parentName(column)} ADD COLUMN ${columnText(column, context)}`,
    hazards: [
      hazard('blocks-reads', column, 'ACCESS EXCLUSIVE, short'),
      ...(needsRows
        ? [hazard('fails-on-rows', column, 'NOT NULL without a default: refused where the table has rows')]
        : []),
      ...(isVolatile(column) ? [hazard('table-rewrite', column, 'each row gets a value of its own')] : []),
    ],
  };
}

/** Key of the type that its table is of, before and after: the column comes and goes with an attribute. */
function typeAbove(column: CatalogObject, { before, after }: RuleContext): string | undefined {
  const [was, is] = [before, after].map((world) => world.objects.get(column.parent ?? '')?.properties.ofType);
  return typeof is === 'string' && was === is ? `composite type ${is}` : undefined;
}

/** What a column that is there already gets. */
function saidLater(column: CatalogObject): readonly Draft[] {
  const name = lastPart(column.identity);
  const expression = textOf(column, 'default');
  return [
    ...(expression === undefined ? [] : [`SET DEFAULT ${expression}`]),
    ...(column.properties.notNull === true ? ['SET NOT NULL'] : []),
  ].map((what) => ({
    sql: `ALTER TABLE ONLY ${parentName(column)} ALTER COLUMN ${name} ${what}`,
    stage: 'part',
    needs: column.dependsOn,
  }));
}

/** A default that is not a constant is computed for each row. */
function isVolatile(column: CatalogObject): boolean {
  if (column.properties.generated !== undefined || column.properties.identity !== undefined) return true;
  return /\bnextval\(|random|uuid|clock_timestamp/.test(textOf(column, 'default') ?? '');
}

/** What cannot be said where a column is made. */
export function columnParts(column: CatalogObject, context: RuleContext): readonly Draft[] {
  const table = parentName(column);
  const name = lastPart(column.identity);
  const drafts: Draft[] = [];
  const alter = (what: string, more: Partial<Draft> = {}): void => {
    drafts.push({ sql: `ALTER TABLE ONLY ${table} ALTER COLUMN ${name} ${what}`, stage: 'part', ...more });
  };
  const expression = textOf(column, 'default');
  const heir = isNew(context.fate(column.parent ?? '')) && column.properties.inherited === true;
  if (context.apart(keyOf(column)) && expression !== undefined) {
    const needs = column.dependsOn.filter((key) => !IS_TYPE.test(key));
    alter(`SET DEFAULT ${expression}`, { needs, defers: needs });
  } else if (heir && expression !== undefined)
    alter(`SET DEFAULT ${expression}`, { needs: column.dependsOn });
  const isGiven = columnsAbove(column, context.after).some((above) => above.properties.notNull === true);
  if (heir && column.properties.notNull === true && !isGiven) alter('SET NOT NULL');
  const [storage, statistics, options] = [
    textOf(column, 'storage'),
    column.properties.statistics,
    listOf(column, 'options'),
  ];
  if (storage !== undefined) alter(`SET STORAGE ${storage.toUpperCase()}`);
  if (typeof statistics === 'number') alter(`SET STATISTICS ${statistics}`);
  if (options.length > 0) alter(`SET (${options.join(', ')})`);
  if (column.properties.notNullValid === false)
    drafts.push({
      sql: `ALTER TABLE ${table} ADD ${notNullName(column)}NOT NULL ${name} NOT VALID`,
      stage: 'part',
    });
  const { comment, persistence: _, name: sequence } = mapOf(column, 'sequence');
  if (typeof comment === 'string')
    drafts.push({
      sql: `COMMENT ON SEQUENCE ${sequence} IS '${comment.replaceAll("'", "''")}'`,
      stage: 'part',
    });
  const notNullComment = textOf(column, 'notNullComment');
  if (notNullComment !== undefined)
    drafts.push({
      sql: `COMMENT ON CONSTRAINT ${serverNotNull(column)} ON ${table} IS '${notNullComment.replaceAll("'", "''")}'`,
      stage: 'part',
    });
  drafts.push(...partsOf(column, columnNames(column), context));
  return drafts;
}

function notNullName(column: CatalogObject): string {
  const name = textOf(column, 'notNullName');
  return name === undefined ? '' : `CONSTRAINT ${name} `;
}

function serverNotNull(column: CatalogObject): string {
  const plain = (name: string): string => name.replaceAll('"', '');
  return (
    textOf(column, 'notNullName') ??
    `"${plain(lastPart(parentName(column)))}_${plain(lastPart(column.identity))}_not_null"`
  );
}

export const IS_TYPE =
  /^(enum|domain|composite type|range type|base type|shell type|extension|table|view|foreign table|collation) /;

export function columnNames(column: CatalogObject) {
  const name = lastPart(column.identity);
  return {
    comment: `COLUMN ${column.identity}`,
    grants: { on: `TABLE ${parentName(column)}`, type: 'column', column: ` (${name})` },
  } as const;
}
