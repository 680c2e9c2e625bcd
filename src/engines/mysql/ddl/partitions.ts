import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { nameIn, textOf } from './text.ts';

/** How a table is parted, with a line break before it; empty where it is not. */
export function partitionText(table: CatalogObject): string {
  const by = textOf(table, 'partitionBy');
  if (by === undefined) return '';
  const parts = partsOf(table);
  return `\n${by}${parts.length === 0 ? '' : `\n(${parts.join(',\n ')})`}`;
}

/** Statements before and after all else that happens to the table. */
export interface PartitionStatements {
  readonly first: readonly Draft[];
  readonly last: readonly Draft[];
}

/**
 * Parts are added and dropped where the rest stays as it is; else the table is parted anew. Each unique key must hold what a
 * table is parted by: where the keys change, too, it is in one piece in between.
 */
export function partitionStatements(
  before: CatalogObject,
  after: CatalogObject,
  keysChange: boolean,
): PartitionStatements {
  const table = `ALTER TABLE ${nameIn(after)}`;
  const whole = { sql: `${table} REMOVE PARTITIONING`, hazards: rewrite(after) };
  if (textOf(after, 'partitionBy') === undefined) return { first: [whole], last: [] };
  const parts = partChanges(before, after);
  if (parts !== undefined) return { first: [], last: [parts] };
  return {
    first: keysChange && textOf(before, 'partitionBy') !== undefined ? [whole] : [],
    last: [{ sql: `${table}${partitionText(after)}`, hazards: rewrite(after) }],
  };
}

/** The statement that adds or drops parts, where that is all. */
function partChanges(before: CatalogObject, after: CatalogObject): Draft | undefined {
  if (textOf(before, 'partitionBy') !== textOf(after, 'partitionBy')) return undefined;
  const table = `ALTER TABLE ${nameIn(after)}`;
  const [old, now] = [partsOf(before), partsOf(after)];
  const gone = old.filter((part) => !now.includes(part));
  const kept = old.filter((part) => now.includes(part));
  const come = now.filter((part) => !old.includes(part));
  if (!kept.every((part, at) => now[at] === part)) return undefined;
  if (gone.length === 0 && come.length > 0) return { sql: `${table} ADD PARTITION (${come.join(', ')})` };
  if (come.length > 0 || kept.length === 0 || !DROPPABLE.test(textOf(after, 'partitionBy') ?? ''))
    return undefined;
  return {
    sql: `${table} DROP PARTITION ${gone.map(partName).join(', ')}`,
    hazards: [hazard('data-loss', after, 'all rows of the partitions')],
  };
}

const DROPPABLE = /^PARTITION BY (?:RANGE|LIST)/;

function rewrite(table: CatalogObject) {
  return [
    hazard('table-rewrite', table, 'ALGORITHM=COPY: the table is written anew'),
    hazard('blocks-writes', table, 'LOCK=SHARED meanwhile'),
  ];
}

function partName(part: string): string {
  return /^PARTITION (`(?:[^`]|``)*`|\S+)/.exec(part)?.[1] ?? '';
}

function partsOf({ properties }: CatalogObject): readonly string[] {
  return (properties.partitions ?? []) as readonly string[];
}
