import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft, RuleContext } from '../../rules.ts';
import { isNew } from './columns.ts';
import { hazard } from './hazards.ts';
import { lastPart, nameOn, parentName } from './text.ts';

/** Others may be at work on its table: it was there, it stays, and it is not divided into partitions. */
export function isOnline(object: CatalogObject, { online, before, after, fate }: RuleContext): boolean {
  const key = object.parent ?? '';
  const table = after.objects.get(key) ?? before.objects.get(key);
  return (
    online && !isNew(fate(key)) && fate(key) !== 'dropped' && table?.properties.partitionKey === undefined
  );
}

/** NOT VALID counts for new rows at once and is quick; VALIDATE looks at the others and blocks nobody. */
export function addedInTwoSteps(constraint: CatalogObject, text: string): readonly [Draft, Draft] {
  const table = parentName(constraint);
  const lock =
    constraint.properties.type === 'foreign key'
      ? hazard('blocks-writes', constraint, 'SHARE ROW EXCLUSIVE, short')
      : hazard('blocks-reads', constraint, 'ACCESS EXCLUSIVE, short');
  return [
    { sql: `ALTER TABLE ${table} ADD ${text} NOT VALID`, hazards: [lock] },
    {
      sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${nameOn(constraint)}`,
      hazards: [
        hazard('long-scan', constraint, 'every row is looked at; nobody is blocked'),
        hazard('fails-on-rows', constraint, 'rows that stand against it'),
      ],
    },
  ];
}

const KEY = /^(PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)? (\([^()]*\))( INCLUDE \([^()]*\))?( DEFERRABLE.*)?$/;

/** A primary key or unique constraint over an index that is built beside the work of others; undefined where that cannot be said so. */
export function addedOverIndex(constraint: CatalogObject, definition: string): readonly Draft[] | undefined {
  const [, type, distinct = '', keys, include = '', deferrable = ''] = KEY.exec(definition) ?? [];
  if (type === undefined || / WITHOUT OVERLAPS/.test(definition)) return undefined;
  const table = parentName(constraint);
  const name = nameOn(constraint);
  return [
    {
      sql: `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} ${keys}${include}${distinct}`,
      transactional: false,
      hazards: [
        hazard('not-transactional', constraint, 'cut short, it leaves an invalid index'),
        hazard('long-scan', constraint, 'every row is looked at, twice; nobody is blocked'),
        hazard('fails-on-rows', constraint, 'values that occur twice'),
      ],
    },
    {
      sql: `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${type} USING INDEX ${name}${deferrable}`,
      hazards: [hazard('blocks-reads', constraint, 'ACCESS EXCLUSIVE, short')],
    },
  ];
}

/** A CHECK that is valid spares SET NOT NULL its look at every row (PostgreSQL 12). */
export function notNullByCheck(column: CatalogObject): readonly Draft[] {
  const table = parentName(column);
  const name = lastPart(column.identity);
  const check = `"${name.replace(/^"|"$/g, '').slice(0, 45)}__not_null"`;
  const alter = (what: string): string => `ALTER TABLE ${table} ${what}`;
  const short = { hazards: [hazard('blocks-reads', column, 'ACCESS EXCLUSIVE, short')] };
  return [
    { sql: alter(`ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID`), ...short },
    {
      sql: alter(`VALIDATE CONSTRAINT ${check}`),
      hazards: [
        hazard('long-scan', column, 'every row is looked at; nobody is blocked'),
        hazard('fails-on-rows', column, 'NULLs'),
      ],
    },
    { sql: alter(`ALTER COLUMN ${name} SET NOT NULL`), ...short },
    { sql: alter(`DROP CONSTRAINT ${check}`), ...short },
  ];
}
