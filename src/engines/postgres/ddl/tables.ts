import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext, World } from '../../rules.ts';
import { columnText } from './column-text.ts';
import { constraintText, isInline } from './constraints.ts';
import { foreignOptions, optionsChange } from './foreign-data.ts';
import { hazard } from './hazards.ts';
import { ancestorsOf, indexKey } from './lineage.ts';
import { attach, detachedFirst, inheritsAtOnce, lineageChanges, partitionsGone } from './partitions.ts';
import { type PartNames, partChanges, partsOf } from './parts.ts';
import { secretRefusal } from './plain.ts';
import { listOf, optionChanges, textOf, withOptions } from './text.ts';

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

function ofTypeNeeds(table: CatalogObject, world: World): Partial<Draft> {
  // Only INHERITS needs the parent for the table itself; all else is done afterwards.
  const above = ancestorsOf(table).map((name) => `table ${name}`);
  return above.length === 0 || inheritsAtOnce(table, world) ? {} : { defers: above };
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
  statements.push(...lineageChanges({ before, after, changed, disturbed }, context));
  statements.push(...settings(before, after, context));
  statements.push(...partChanges(before, after, namesOf(after), context));
  return { statements };
}
