import type { CatalogObject, Json } from '../../../catalog/catalog.ts';
import type { Draft, RuleContext } from '../../rules.ts';
import { columnsNamed } from './lineage.ts';
import { plainRules } from './plain.ts';
import { listOf, mapOf, quoted, textOf, wordsOf } from './text.ts';

export const publications = plainRules({
  weight: 85,
  named: ({ identity }) => `PUBLICATION ${identity}`,
  create(publication) {
    const what = members(publication);
    const all =
      publication.properties.allTables === true ? ' FOR ALL TABLES' : what === '' ? '' : ` FOR ${what}`;
    return `CREATE PUBLICATION ${publication.identity}${all}${settings(publication, false)}`;
  },
  alter({ before, after, changed }, context) {
    if (changed.has('allTables')) return undefined;
    const statements: Draft[] = [];
    const what = members(after);
    // A column that a filter speaks of cannot change its type meanwhile.
    const released = filtered(before, context);
    if (released.length > 0)
      statements.push({
        sql: `ALTER PUBLICATION ${after.identity} DROP TABLE ${released.join(', ')}`,
        stage: 'release',
      });
    if (changed.has('tables') || changed.has('schemas') || released.length > 0) {
      if (what === '')
        statements.push({ sql: `ALTER PUBLICATION ${after.identity} DROP ${members(before, false)}` });
      else statements.push({ sql: `ALTER PUBLICATION ${after.identity} SET ${what}` });
    }
    if (changed.has('publish') || changed.has('viaRoot') || changed.has('generatedColumns'))
      statements.push({
        sql: `ALTER PUBLICATION ${after.identity} SET${settings(after, true).replace(/^ WITH/, '')}`,
      });
    return statements;
  },
  more: {
    needs: (publication, world) =>
      Object.entries(mapOf(publication, 'tables')).flatMap(([table, part]) => {
        const { columns = [], where = '' } = part as Part;
        const named = columnsNamed(where, wordsOf(where), `table ${table}`, world);
        return [...columns.map((column) => `column ${table}.${column}`), ...named];
      }),
  },
});

interface Part {
  readonly columns?: readonly string[];
  readonly where?: string;
}

/** Tables of which not all rows are published, where a column that decides about that changes. */
function filtered(publication: CatalogObject, { before, fate }: RuleContext): readonly string[] {
  return Object.entries(mapOf(publication, 'tables')).flatMap(([table, part]) => {
    const { where = '' } = part as Part;
    const named = columnsNamed(where, wordsOf(where), `table ${table}`, before);
    return named.some((key) => fate(key) !== 'kept') ? [table] : [];
  });
}

function members(publication: CatalogObject, parts = true): string {
  const tables = Object.entries(mapOf(publication, 'tables')).map(
    ([name, part]) => `${name}${parts ? partText(part) : ''}`,
  );
  const schemas = listOf(publication, 'schemas');
  return [
    ...(tables.length === 0 ? [] : [`TABLE ${tables.join(', ')}`]),
    ...(schemas.length === 0 ? [] : [`TABLES IN SCHEMA ${schemas.join(', ')}`]),
  ].join(', ');
}

function partText(part: Json): string {
  const { columns, where } = part as Part;
  return `${columns === undefined ? '' : ` (${columns.join(', ')})`}${where === undefined ? '' : ` WHERE (${where})`}`;
}

/** What differs from the default; all of it where one is altered. */
function settings(publication: CatalogObject, all: boolean): string {
  const { publish, viaRoot } = publication.properties;
  const generated = textOf(publication, 'generatedColumns');
  const list = [
    ...(publish !== undefined || all
      ? [
          `publish = ${quoted(publish === undefined ? 'insert, update, delete, truncate' : listOf(publication, 'publish').join(', '))}`,
        ]
      : []),
    ...(viaRoot === true || all ? [`publish_via_partition_root = ${viaRoot === true}`] : []),
    ...(generated !== undefined ? [`publish_generated_columns = ${generated}`] : []),
  ];
  return list.length === 0 ? '' : ` WITH (${list.join(', ')})`;
}
