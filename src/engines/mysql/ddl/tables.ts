import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';
import { clausesOf } from './alter-table.ts';
import { columnText } from './column-text.ts';
import { constraintText } from './constraints.ts';
import { hazard } from './hazards.ts';
import { indexText } from './indexes.ts';
import { optionTexts } from './options.ts';
import { partitionStatements, partitionText } from './partitions.ts';
import { periodsOf } from './periods.ts';
import { columnName, columnsOf, nameIn, textOf } from './text.ts';
import { inexactTable } from './verbatim.ts';

/** Tables with their columns, indexes and constraints: one CREATE TABLE, or one ALTER TABLE. */
export function tables(flavor: Flavor): KindRules {
  return {
    weight: 40,
    create: (table, context) => createTable(table, flavor, context),
    drop: (table) => [
      { sql: `DROP TABLE ${nameIn(table)}`, hazards: [hazard('data-loss', table, 'all rows of the table')] },
    ],
    alter: (alteration, context) => alterTable(alteration, flavor, context),
    names: ({ identity }) => [`relation ${identity}`],
    refusal: (table, context) => inexactTable(keyOf(table), context),
  };
}

function createTable(table: CatalogObject, flavor: Flavor, context: RuleContext): Creation {
  const verbatim = textOf(table, 'verbatim');
  if (verbatim !== undefined) return createVerbatim(verbatim);
  const { after, apart } = context;
  const children = after.children(keyOf(table));
  const items = [
    ...columnsOf(children).map((column) => columnText(column, table)),
    ...periodsOf(table),
    ...children.filter(({ kind }) => kind === 'index').map((index) => indexText(index, flavor)),
    ...children.filter((child) => child.kind === 'constraint' && !apart(keyOf(child))).map(constraintText),
  ];
  const sql = `CREATE TABLE ${nameIn(table)} (\n${items.map((item) => `  ${item}`).join(',\n')}\n)${optionTexts(
    undefined,
    table,
  )
    .map((option) => ` ${option}`)
    .join(
      '',
    )}${table.properties.systemVersioning === true ? ' WITH SYSTEM VERSIONING' : ''}${partitionText(table)}`;
  const bare = children.filter(({ properties }) => properties.noDefault === true);
  return {
    main: { sql },
    parts: bare.length === 0 ? [] : [{ sql: `ALTER TABLE ${nameIn(table)} ${dropDefaults(bare)}` }],
  };
}

/** The server's own text, with all its constraints: what they point to may still be to come. */
function createVerbatim(sql: string): Creation {
  const check = (value: number): readonly string[] => [`SET SESSION foreign_key_checks = ${value}`];
  return { main: { sql, first: check(0), last: check(1) }, parts: [] };
}

/** A column that may be NULL and has not even that for a default: only ALTER TABLE makes one. */
function dropDefaults(columns: readonly CatalogObject[]): string {
  return columns.map((column) => `ALTER COLUMN ${columnName(column)} DROP DEFAULT`).join(', ');
}

function alterTable(alteration: Alteration, flavor: Flavor, context: RuleContext): Alter {
  const { before, after } = alteration;
  const { statements: all, ahead, later } = clausesOf(alteration, flavor, context);
  const statements: Draft[] = [];
  const parted = alteration.changed.has('partitionBy') || alteration.changed.has('partitions');
  const { first, last } = parted ? partitionStatements(before, after, keysChange(after, context)) : NOTHING;
  statements.push(...first);
  if (ahead.length > 0) statements.push({ sql: `ALTER TABLE ${nameIn(after)} ${ahead.join(', ')}` });
  const versioned = before.properties.systemVersioning === true && after.properties.systemVersioning === true;
  const history = versioned ? { first: ['SET SESSION system_versioning_alter_history = 1'] } : {};
  for (const { clauses, hazards } of all)
    statements.push({ sql: `ALTER TABLE ${nameIn(after)} ${clauses.join(', ')}`, hazards, ...history });
  if (later.length > 0) statements.push({ sql: `ALTER TABLE ${nameIn(after)} ${later.join(', ')}` });
  return { statements: [...statements, ...last] };
}

const NOTHING: { readonly first: readonly Draft[]; readonly last: readonly Draft[] } = {
  first: [],
  last: [],
};

/** A unique key, or a column, is not what it was: how the table was parted may not go with it. */
function keysChange(table: CatalogObject, { before, after, fate }: RuleContext): boolean {
  return [...before.children(keyOf(table)), ...after.children(keyOf(table))].some(
    (child) =>
      fate(keyOf(child)) !== 'kept' &&
      (child.kind === 'column' ? fate(keyOf(child)) !== 'created' : child.properties.unique === true),
  );
}
