import { canonicalJson } from '../../../api/api.ts';
import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Draft, RuleContext } from '../../rules.ts';
import { generatedText, identityText, typeText } from './column-text.ts';
import { columnNames, IS_TYPE } from './columns.ts';
import { optionsChange } from './foreign-data.ts';
import { hazard } from './hazards.ts';
import { ancestorsOf, columnsAbove, isBelow } from './lineage.ts';
import { notNullComment, notNullInPlace } from './not-null.ts';
import { isOnline, notNullByCheck } from './online.ts';
import { partChanges } from './parts.ts';
import { isNarrower, sequenceChanges } from './sequence-changes.ts';
import { ownStorage } from './storage.ts';
import { lastPart, listOf, mapOf, optionChanges, parentName, textOf } from './text.ts';
import { typeHazards } from './type-hazards.ts';
import { usingText } from './using.ts';

/** What leads from one column to the other in place; undefined: only dropping and adding it does. */
export function alterColumn(alteration: Alteration, context: RuleContext): Alter | undefined {
  const { before, after, changed, disturbed } = alteration;
  if (mustBeMadeAgain(alteration, context)) return undefined;
  const statements: Draft[] = [];
  const table = parentName(after);
  const name = lastPart(after.identity);
  const alter = (what: string, more: Partial<Draft> = {}, only = 'ONLY '): void => {
    statements.push({ sql: `ALTER TABLE ${only}${table} ALTER COLUMN ${name} ${what}`, ...more });
  };
  const above = follows(after, context);
  const typeMoved = disturbed.some(({ key, how }) => how !== 'altered' && isOwnType(after, key));
  const sorted = textOf(after, 'collation');
  const collationMoved = disturbed.some(({ key, how }) => how !== 'altered' && key === `collation ${sorted}`);
  const retyped = changed.has('type') || changed.has('collation') || typeMoved || collationMoved;
  const had = textOf(before, 'default');
  const has = textOf(after, 'default');
  const redone = disturbed.some(({ key, how }) => how !== 'altered' && !isOwnType(after, key));
  const renewed = had !== has || retyped || redone;

  if (had !== undefined && renewed && (has === undefined || retyped || redone || gives(before, after)))
    alter('DROP DEFAULT', { stage: 'release', frees: before.dependsOn.filter((key) => !IS_TYPE.test(key)) });
  if (
    changed.has('identity') &&
    before.properties.identity !== undefined &&
    after.properties.identity === undefined
  )
    alter('DROP IDENTITY', { stage: 'release' });
  if (changed.has('generated') && after.properties.generated === undefined)
    alter('DROP EXPRESSION', { stage: 'release' }, '');
  else if (changed.has('generated'))
    alter(`SET EXPRESSION AS (${mapOf(after, 'generated').expression})`, {
      hazards: [hazard('table-rewrite', after, 'every row is computed anew')],
    });
  if (retyped && !above)
    alter(
      `TYPE ${typeText(after)}${usingText(before, after, typeMoved)}`,
      {
        hazards: typeHazards(before, after),
      },
      '',
    );
  if (has !== undefined && renewed) alter(`SET DEFAULT ${has}`);
  nullability(alteration, context, above, statements);
  if (changed.has('identity') && after.properties.identity !== undefined) {
    if (before.properties.identity === undefined) {
      alter(`ADD ${identityText(after)}`);
      statements.push(continueNumbers(after));
    } else alter(`SET GENERATED ${textOf(after, 'identity')?.toUpperCase()}`);
  }
  if (
    changed.has('sequence') &&
    before.properties.identity !== undefined &&
    after.properties.identity !== undefined
  ) {
    const narrower = isNarrower(mapOf(before, 'sequence'), mapOf(after, 'sequence'));
    statements.push(
      ...sequenceChanges(
        mapOf(before, 'sequence'),
        mapOf(after, 'sequence'),
        (what) => `ALTER TABLE ${table} ALTER COLUMN ${name} ${what}${narrower ? ' RESTART' : ''}`,
      ),
      ...(narrower ? [continueNumbers(after)] : []),
    );
  }
  const foreign = optionsChange(before, after, 'foreignOptions');
  if (foreign !== undefined) alter(foreign, { stage: 'part' }, '');
  // A column that is retyped is stored as its new type is.
  const stored = (property: string): boolean =>
    changed.has(property) || (retyped && after.properties[property] !== undefined);
  if (stored('storage'))
    alter(
      `SET STORAGE ${textOf(after, 'storage')?.toUpperCase() ?? ownStorage(textOf(after, 'type') ?? '', context.after)}`,
      {
        stage: 'part',
        needs: after.dependsOn,
      },
    );
  if (stored('compression'))
    alter(`SET COMPRESSION ${textOf(after, 'compression') ?? 'default'}`, { stage: 'part' });
  if (changed.has('statistics'))
    alter(`SET STATISTICS ${after.properties.statistics ?? -1}`, { stage: 'part' });
  for (const change of optionChanges(listOf(before, 'options'), listOf(after, 'options')))
    alter(change, { stage: 'part' });
  statements.push(...partChanges(before, after, columnNames(after), context));
  const left = changed.has('inherited') ? declared(after, context) : [];
  return { statements, left, ...(retyped ? { disturbs: 'altered' as const } : {}) };
}

/** Whether a table says a column itself, besides having it from above, is said when the table is made. */
function declared(column: CatalogObject, { before, after }: RuleContext): readonly string[] {
  if (column.properties.inherited === true) return [];
  const [was, is] = [before, after].map((world) => ancestorsOf(world.objects.get(column.parent ?? '')));
  const leaves = was?.some((above) => !is?.includes(above)) === true;
  return leaves ? [] : [`${keyOf(column)} is not its table's own, beside what it inherits`];
}

/** Whether the new default is no longer what it called for. */
function gives(before: CatalogObject, after: CatalogObject): boolean {
  return before.dependsOn.some((key) => !after.dependsOn.includes(key));
}

function mustBeMadeAgain({ before, after, changed, disturbed }: Alteration, context: RuleContext): boolean {
  const isGenerated = after.properties.generated !== undefined;
  if (disturbed.some(({ key }) => key.startsWith('column ')) && isGenerated) return true;
  if (isGenerated && disturbed.some(({ key, how }) => how !== 'altered' && !isOwnType(after, key)))
    return true;
  if (!changed.has('generated')) return false;
  if (!isGenerated) return mapOf(before, 'generated').kind === 'virtual';
  if (before.properties.generated === undefined) return true;
  if (mapOf(before, 'generated').kind !== mapOf(after, 'generated').kind) return true;
  return context.after.major < 17 || generatedText(before) === generatedText(after);
}

/** What the table above it says in the same plan goes for this one, too. */
function follows(column: CatalogObject, context: RuleContext): boolean {
  const { before, after } = context;
  return columnsAbove(column, after).some((above) => {
    const was = before.objects.get(keyOf(above));
    if (!isBelow(column, above, context, 'before', false)) return false;
    return was !== undefined && typeText(was) !== typeText(above) && typeText(above) === typeText(column);
  });
}

function isOwnType(column: CatalogObject, key: string): boolean {
  const name = key.replace(/^(enum|domain|composite type|range type|base type|table|view) /, '');
  const type = textOf(column, 'type')
    ?.replace(/(\[\])+$/, '')
    .replace(/\([^()]*\)$/, '');
  return name !== key && type === name;
}

const NOT_NULL = ['notNull', 'notNullName', 'notNullInherit', 'notNullValid', 'notNullComment'];

function nullability(
  { before, after, changed }: Alteration,
  context: RuleContext,
  _above: boolean,
  statements: Draft[],
): void {
  if (!NOT_NULL.some((name) => changed.has(name))) return;
  const table = parentName(after);
  const name = lastPart(after.identity);
  const fromAbove = columnsAbove(after, context.after).some((above) => {
    const was = context.before.objects.get(keyOf(above));
    return (
      was !== undefined &&
      isBelow(after, above, context, 'before', false) &&
      was.properties.notNull !== above.properties.notNull &&
      above.properties.notNull === after.properties.notNull
    );
  });
  const named = textOf(after, 'notNullName');
  const [was, is] = [before.properties.notNull === true, after.properties.notNull === true];
  if (fromAbove && was !== is) return;
  const alter = (what: string, more: Partial<Draft> = {}): void => {
    statements.push({ sql: `ALTER TABLE ${table} ${what}`, ...more });
  };
  if (was && is) {
    const inPlace = notNullInPlace(before, after, context);
    if (inPlace !== undefined) {
      statements.push(...inPlace);
      return;
    }
  }
  const facts = (column: CatalogObject): string =>
    canonicalJson(NOT_NULL.map((each) => column.properties[each] ?? null));
  if (was && (!is || facts(before) !== facts(after))) alter(`ALTER COLUMN ${name} DROP NOT NULL`);
  if (!is) return;
  const scan = {
    hazards: [
      hazard('long-scan', after, 'every row is looked at'),
      hazard('fails-on-rows', after, 'NULLs'),
      hazard('blocks-reads', after, 'ACCESS EXCLUSIVE meanwhile'),
    ],
  };
  const { notNullInherit, notNullValid } = after.properties;
  if (named === undefined && notNullInherit !== false && notNullValid !== false) {
    if (
      isOnline(after, context) &&
      context.after.kinds('table').every((other) => !ancestorsOf(other).includes(table))
    )
      statements.push(...notNullByCheck(after));
    else alter(`ALTER COLUMN ${name} SET NOT NULL`, scan);
  } else
    alter(
      `ADD ${named === undefined ? '' : `CONSTRAINT ${named} `}NOT NULL ${name}${notNullInherit === false ? ' NO INHERIT' : ''}${notNullValid === false ? ' NOT VALID' : ''}`,
      scan,
    );
  statements.push(...notNullComment(undefined, after));
}

/** A new identity goes on where the column's values end: rows that are there keep their numbers for themselves. */
export function continueNumbers(column: CatalogObject): Draft {
  const { name, increment, start } = mapOf(column, 'sequence');
  const end = Number(increment) < 0 ? 'min' : 'max';
  const value = lastPart(column.identity);
  return {
    sql: `SELECT pg_catalog.setval('${String(name).replaceAll("'", "''")}', coalesce((SELECT ${end}(${value}) + ${increment} FROM ${parentName(column)}), ${start}), false)`,
  };
}
