import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Hazard, RuleContext } from '../../rules.ts';
import { hazard } from './hazards.ts';

/**
 * What a clause costs. `instant`: the dictionary alone. `inplace`: beside others' reads and writes. `rebuild`: the same,
 * but the table is written anew. `shared`: others may read meanwhile. `copy`: copied row by row, others may read.
 */
export type Cost = 'instant' | 'inplace' | 'rebuild' | 'shared' | 'copy';

const ORDER: readonly Cost[] = ['instant', 'inplace', 'rebuild', 'shared', 'copy'];

/** The words by which the server refuses what would cost more than was told, instead of doing it. */
const WORDS: Readonly<Record<Cost, readonly string[]>> = {
  instant: ['ALGORITHM=INSTANT'],
  inplace: ['ALGORITHM=INPLACE', 'LOCK=NONE'],
  rebuild: ['ALGORITHM=INPLACE', 'LOCK=NONE'],
  shared: ['ALGORITHM=INPLACE', 'LOCK=SHARED'],
  copy: [],
};

/**
 * A statement costs what its dearest clause does; undefined where one is not known. What would be instant by itself is done
 * while the table is written anew, where anything else is done with it.
 */
export function dearest(costs: readonly (Cost | undefined)[]): Cost | undefined {
  if (costs.some((cost) => cost === undefined)) return undefined;
  const most = ORDER[Math.max(0, ...costs.map((cost) => ORDER.indexOf(cost ?? 'copy')))];
  return most === 'inplace' && costs.includes('instant') ? 'rebuild' : most;
}

/** Said where it is known for sure: in InnoDB tables of the ordinary kind. */
export function algorithmOf(
  cost: Cost | undefined,
  before: CatalogObject,
  context: RuleContext,
): readonly string[] {
  if (cost === undefined || !isOrdinary(before, context)) return [];
  return WORDS[cost];
}

/** Compressed, parted and versioned tables, and those with full-text indexes, have rules of their own. */
export function isOrdinary(table: CatalogObject, { before }: RuleContext): boolean {
  const { engine, options, partitionBy, systemVersioning } = table.properties;
  if (engine !== 'InnoDB' || partitionBy !== undefined || systemVersioning === true) return false;
  if (options !== undefined) return false;
  return !before
    .children(keyOf(table))
    .some(
      ({ kind, properties }) =>
        kind === 'index' && properties.type !== undefined && properties.type !== 'primary key',
    );
}

/** What others notice. */
export function costHazards(
  cost: Cost | undefined,
  table: CatalogObject,
  ordinary: boolean,
): readonly Hazard[] {
  if (cost === undefined || !ordinary)
    return [
      hazard('table-rewrite', table, 'the server chooses how: at worst ALGORITHM=COPY'),
      hazard('blocks-writes', table, 'at worst LOCK=SHARED meanwhile'),
    ];
  if (cost === 'instant') return [];
  if (cost === 'inplace')
    return [hazard('long-scan', table, 'ALGORITHM=INPLACE, LOCK=NONE: nobody is blocked')];
  if (cost === 'rebuild')
    return [hazard('table-rewrite', table, 'ALGORITHM=INPLACE, LOCK=NONE: nobody is blocked')];
  if (cost === 'shared') return [hazard('blocks-writes', table, 'ALGORITHM=INPLACE, LOCK=SHARED meanwhile')];
  return [
    hazard('table-rewrite', table, 'ALGORITHM=COPY: the table is written anew'),
    hazard('blocks-writes', table, 'LOCK=SHARED meanwhile'),
  ];
}

/** What adding a column costs. */
export function addCost(column: CatalogObject): Cost | undefined {
  const { notNull, default: fallback, type } = column.properties;
  // Rows would get a value that the sql_mode may forbid, as a date of zeros.
  if (notNull === true && fallback === undefined && !FILLED.test(String(type))) return undefined;
  return isPlain(column) ? 'instant' : undefined;
}

const FILLED = /^(?:(?:tiny|small|medium|big)?int|(?:var)?char|decimal|float|double)\b/;

/** Nothing about it is computed, checked or counted. */
function isPlain({ properties }: CatalogObject): boolean {
  const fallback = properties.default;
  if (!Object.keys(properties).every((name) => PLAIN.has(name))) return false;
  return typeof fallback !== 'string' || LITERAL.test(fallback);
}

const PLAIN = new Set(['type', 'collation', 'collationSaid', 'comment', 'default', 'notNull', 'rank']);
const LITERAL = /^(?:'|-?\d|[bx]')/;

/** What dropping a column costs: nothing where no index and no other column knows it. */
export function dropCost(column: CatalogObject, { before }: RuleContext): Cost | undefined {
  const known = before
    .children(column.parent ?? '')
    .some(({ dependsOn }) => dependsOn.includes(keyOf(column)));
  return known || column.properties.generated !== undefined ? undefined : 'instant';
}

/** What giving a column another definition costs, where only that differs which both servers' manuals name. */
export function modifyCost(
  was: CatalogObject | undefined,
  is: CatalogObject,
  moves: boolean,
): Cost | undefined {
  if (was === undefined || moves || ![was, is].every(isPlain)) return undefined;
  const names = new Set([...Object.keys(was.properties), ...Object.keys(is.properties)]);
  const changed = [...names].filter(
    (name) => JSON.stringify(was.properties[name]) !== JSON.stringify(is.properties[name]) && name !== 'rank',
  );
  return changed.every((name) => name === 'default' || name === 'comment') ? 'instant' : undefined;
}

/** What adding or dropping an index costs: columns that come with it, and computed ones, are another matter. */
export function indexCost(index: CatalogObject, { before, after }: RuleContext): Cost | undefined {
  if (index.properties.type !== undefined) return undefined;
  if ((index.properties.columns as readonly string[]).some((part) => part.startsWith('('))) return undefined;
  const plain = index.dependsOn.every((key) => {
    const [was, is] = [before.objects.get(key), after.objects.get(key)];
    return was !== undefined && is !== undefined && was.properties.generated === undefined;
  });
  return plain ? 'inplace' : undefined;
}
