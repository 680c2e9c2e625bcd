import type { CatalogObject, Json } from '../../../catalog/catalog.ts';
import { plainRules } from './plain.ts';
import { listOf, mapOf, quoted, textOf } from './text.ts';

export const publications = plainRules({
  weight: 85,
  named: ({ identity }) => `PUBLICATION ${identity}`,
  create(publication) {
    const what = members(publication);
    const all =
      publication.properties.allTables === true ? ' FOR ALL TABLES' : what === '' ? '' : ` FOR ${what}`;
    return `CREATE PUBLICATION ${publication.identity}${all}${settings(publication, false)}`;
  },
  alter({ before, after, changed }) {
    if (changed.has('allTables')) return undefined;
    const statements: { readonly sql: string }[] = [];
    const what = members(after);
    if (changed.has('tables') || changed.has('schemas')) {
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
});

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
  const { columns, where } = part as { readonly columns?: readonly string[]; readonly where?: string };
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
