import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext } from '../../rules.ts';
import { IS_TYPE } from './columns.ts';
import { commentSql, type PartNames, partChanges } from './parts.ts';
import { grantChanges } from './privileges.ts';
import { stable } from './stable.ts';
import { ownStorage, viewColumnType } from './storage.ts';
import { listOf, mapOf, optionChanges, textOf, withOptions } from './text.ts';

export const views: KindRules = {
  weight: 65,
  create(view, context): Creation {
    const parts = allParts(undefined, view, context);
    if (!context.apart(keyOf(view))) return { main: { sql: createSql(view) }, parts };
    const later = view.dependsOn.filter((key) => !IS_TYPE.test(key));
    const whole: Draft = { sql: replaceSql(view), stage: 'part', needs: later, defers: later };
    return { main: { sql: shellSql(view) }, parts: [whole, ...parts] };
  },
  drop: (view) => [{ sql: `DROP ${word(view)} ${view.identity}`, hazards: [] }],
  alter(alteration, context): Alter | undefined {
    const { before, after, changed, disturbed } = alteration;
    if (disturbed.length > 0) return undefined;
    const statements: Draft[] = [];
    if (changed.has('definition') || changed.has('columns')) {
      if (!isReplaceable(before, after)) return undefined;
      statements.push({ sql: replaceSql(after) });
    } else
      for (const change of optionChanges(optionsOf(before), optionsOf(after)))
        statements.push({ sql: `ALTER VIEW ${after.identity} ${change}` });
    return { statements: [...statements, ...allParts(before, after, context)] };
  },
  names: ({ identity }) => [`relation ${identity}`, `type ${identity}`],
};

export const materializedViews: KindRules = {
  ...views,
  create: (view, context): Creation => ({
    main: { sql: createSql(view) },
    parts: allParts(undefined, view, context),
  }),
  alter(alteration: Alteration, context): Alter | undefined {
    const { before, after, changed, disturbed } = alteration;
    if (disturbed.length > 0 || changed.has('definition') || changed.has('columns')) return undefined;
    if (changed.has('accessMethod') && context.after.major < 15) return undefined;
    const statements: Draft[] = [];
    const alter = (what: string): void => {
      statements.push({ sql: `ALTER MATERIALIZED VIEW ${after.identity} ${what}` });
    };
    if (changed.has('accessMethod')) alter(`SET ACCESS METHOD ${textOf(after, 'accessMethod') ?? 'heap'}`);
    if (changed.has('tablespace')) alter(`SET TABLESPACE ${textOf(after, 'tablespace') ?? 'pg_default'}`);
    for (const change of optionChanges(optionsOf(before), optionsOf(after))) alter(change);
    return { statements: [...statements, ...allParts(before, after, context)] };
  },
};

function word({ kind }: CatalogObject): string {
  return kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW';
}

function createSql(view: CatalogObject): string {
  const method = textOf(view, 'accessMethod');
  const tablespace = textOf(view, 'tablespace');
  const query = stable(textOf(view, 'definition') ?? '').replace(/;\s*$/, '');
  return [
    `CREATE ${word(view)} ${view.identity}`,
    method === undefined ? '' : ` USING ${method}`,
    withOptions(optionsOf(view)),
    tablespace === undefined ? '' : ` TABLESPACE ${tablespace}`,
    ` AS\n${query}`,
  ].join('');
}

function optionsOf(view: CatalogObject): readonly string[] {
  return [...listOf(view, 'options'), ...listOf(view, 'toastOptions').map((option) => `toast.${option}`)];
}

function replaceSql(view: CatalogObject): string {
  return createSql(view).replace('CREATE VIEW', 'CREATE OR REPLACE VIEW');
}

/** Its columns and nothing else, for those that it needs and that need it. */
function shellSql(view: CatalogObject): string {
  const columns = listOf(view, 'columns').map((column) => {
    const [, name, type, collation] = /^("(?:[^"]|"")*"|\S+) (.*?)( COLLATE \S+)?$/.exec(column) ?? [];
    return `NULL::${type}${collation ?? ''} AS ${name}`;
  });
  return `CREATE VIEW ${view.identity} AS\nSELECT ${columns.join(', ')}`;
}

/** CREATE OR REPLACE keeps the columns that are there, in their order, and may add more. */
function isReplaceable(before: CatalogObject, after: CatalogObject): boolean {
  const [was, is] = [listOf(before, 'columns'), listOf(after, 'columns')];
  return was.length > 0 && was.every((column, at) => column === is[at]);
}

function namesOf(view: CatalogObject): PartNames {
  const on = `${word(view)} ${view.identity}`;
  return { comment: on, owner: on, grants: { on: `TABLE ${view.identity}`, type: 'table' } };
}

/** What the view has, then what its columns have. */
function allParts(
  before: CatalogObject | undefined,
  after: CatalogObject,
  context: RuleContext,
): readonly Draft[] {
  const drafts: Draft[] = [...partChanges(before, after, namesOf(after), context)];
  const part = (sql: string): void => {
    drafts.push({ sql, stage: 'part' });
  };
  const each = (property: string, change: (column: string, value: unknown, was: unknown) => void): void => {
    const [was, is] = [before === undefined ? {} : mapOf(before, property), mapOf(after, property)];
    for (const column of [...new Set([...Object.keys(was), ...Object.keys(is)])].sort())
      if (JSON.stringify(was[column]) !== JSON.stringify(is[column])) change(column, is[column], was[column]);
  };
  each('columnDefaults', (column, value) =>
    part(
      `ALTER VIEW ${after.identity} ALTER COLUMN ${column} ${value === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${value}`}`,
    ),
  );
  each('columnStorage', (column, value) =>
    part(
      `ALTER MATERIALIZED VIEW ${after.identity} ALTER COLUMN ${column} SET STORAGE ${typeof value === 'string' ? value.toUpperCase() : ownStorage(viewColumnType(after, column), context.after)}`,
    ),
  );
  each('columnCompression', (column, value) =>
    part(
      `ALTER MATERIALIZED VIEW ${after.identity} ALTER COLUMN ${column} SET COMPRESSION ${value ?? 'default'}`,
    ),
  );
  each('columnOptions', (column, value, was) => {
    const [old, now] = [was, value].map((list) => (Array.isArray(list) ? list.map(String) : []));
    for (const change of optionChanges(old ?? [], now ?? []))
      part(`ALTER MATERIALIZED VIEW ${after.identity} ALTER COLUMN ${column} ${change}`);
  });
  each('columnStatistics', (column, value) =>
    part(`ALTER MATERIALIZED VIEW ${after.identity} ALTER COLUMN ${column} SET STATISTICS ${value ?? -1}`),
  );
  each('columnComments', (column, value) =>
    part(commentSql(`COLUMN ${after.identity}.${column}`, value === undefined ? undefined : String(value))),
  );
  each('columnPrivileges', (column) => {
    const grants = { on: `TABLE ${after.identity}`, type: 'column', column: ` (${column})` } as const;
    drafts.push(
      ...grantChanges(before && asColumn(before, column), asColumn(after, column), grants, context),
    );
  });
  return drafts;
}

function asColumn(view: CatalogObject, column: string): CatalogObject {
  const privileges = mapOf(view, 'columnPrivileges')[column];
  return { ...view, properties: privileges === undefined ? {} : { privileges } };
}
