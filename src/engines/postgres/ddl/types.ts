import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { commentSql, type PartNames, partChanges, partsOf } from './parts.ts';
import { lastPart, listOf, mapOf, quoted, schemaPrefix, textOf } from './text.ts';

/** Enums: labels are added in place; where one goes, another type takes the name and columns move over. */
export const enums: KindRules = {
  weight: 20,
  create: (type, context) => created(type, enumSql(type), 'TYPE', context),
  drop: (type) => [{ sql: `DROP TYPE ${type.identity}` }],
  alter(alteration, context) {
    const { before, after, changed } = alteration;
    const parts = partChanges(before, after, namesOf(after, 'TYPE'), context);
    if (!changed.has('labels')) return { statements: parts };
    const added = addedLabels(listOf(before, 'labels'), listOf(after, 'labels'), after.identity);
    return added === undefined
      ? replaced(alteration, created(after, enumSql(after), 'TYPE', context), 'TYPE', context)
      : { statements: [...added, ...parts] };
  },
  names: typeNames,
};

export const domains: KindRules = {
  weight: 22,
  create: (type, context) => created(type, domainSql(type), 'DOMAIN', context),
  drop: (type) => [{ sql: `DROP DOMAIN ${type.identity}` }],
  alter(alteration, context) {
    const { before, after, changed, disturbed } = alteration;
    if (changed.has('type') || changed.has('collation') || disturbed.some(({ how }) => how !== 'altered'))
      return replaced(alteration, created(after, domainSql(after), 'DOMAIN', context), 'DOMAIN', context);
    const statements: Draft[] = domainChanges(before, after);
    return {
      statements: [
        ...statements,
        ...domainParts(before, after),
        ...partChanges(before, after, namesOf(after, 'DOMAIN'), context),
      ],
    };
  },
  names: typeNames,
};

export const compositeTypes: KindRules = {
  weight: 24,
  create: (type, context) => created(type, compositeSql(type), 'TYPE', context),
  drop: (type) => [{ sql: `DROP TYPE ${type.identity}` }],
  alter(alteration, context) {
    const { before, after, changed, disturbed } = alteration;
    if (disturbed.some(({ how }) => how !== 'altered'))
      return replaced(alteration, created(after, compositeSql(after), 'TYPE', context), 'TYPE', context);
    const parts = [
      ...attributeComments(before, after),
      ...partChanges(before, after, namesOf(after, 'TYPE'), context),
    ];
    if (!changed.has('attributes')) return { statements: parts };
    const statements = attributeChanges(
      listOf(before, 'attributes'),
      listOf(after, 'attributes'),
      after.identity,
      context.after
        .kinds('table')
        .some((table) => isOf(table, after) && context.before.objects.has(keyOf(table))),
    );
    return statements === undefined
      ? replaced(alteration, created(after, compositeSql(after), 'TYPE', context), 'TYPE', context)
      : { statements: [...statements, ...parts] };
  },
  names: (type) => [...typeNames(type), `relation ${type.identity}`],
};

function typeNames({ identity }: CatalogObject): readonly string[] {
  return [`type ${identity}`];
}

function namesOf({ identity }: CatalogObject, word: 'TYPE' | 'DOMAIN'): PartNames {
  const on = `${word} ${identity}`;
  return { comment: on, owner: on, grants: { on, type: 'type' } };
}

function created(type: CatalogObject, sql: string, word: 'TYPE' | 'DOMAIN', context: RuleContext): Creation {
  const more = type.kind === 'domain' ? domainParts(undefined, type) : attributeComments(undefined, type);
  return { main: { sql }, parts: [...more, ...partsOf(type, namesOf(type, word), context)] };
}

function enumSql(type: CatalogObject): string {
  return `CREATE TYPE ${type.identity} AS ENUM (${listOf(type, 'labels').map(quoted).join(', ')})`;
}

function domainSql(type: CatalogObject): string {
  const [collation, expression] = [textOf(type, 'collation'), textOf(type, 'default')];
  const checks = Object.entries(mapOf(type, 'constraints')).map(
    ([name, check]) => ` CONSTRAINT ${name} ${check}`,
  );
  return [
    `CREATE DOMAIN ${type.identity} AS ${textOf(type, 'type')}`,
    collation === undefined ? '' : ` COLLATE ${collation}`,
    expression === undefined ? '' : ` DEFAULT ${expression}`,
    type.properties.notNull === true ? notNullText(type) : '',
    ...checks.filter((check) => !check.endsWith(' NOT VALID')),
  ].join('');
}

function notNullText(type: CatalogObject): string {
  const name = textOf(type, 'notNullName');
  return `${name === undefined ? '' : ` CONSTRAINT ${name}`} NOT NULL`;
}

function compositeSql(type: CatalogObject): string {
  const attributes = listOf(type, 'attributes').map((attribute) => `  ${attribute}`);
  return `CREATE TYPE ${type.identity} AS (${attributes.length === 0 ? '' : `\n${attributes.join(',\n')}\n`})`;
}

/** ADD VALUE for each label that is new; undefined where one goes or moves. */
function addedLabels(
  before: readonly string[],
  after: readonly string[],
  identity: string,
): readonly Draft[] | undefined {
  const kept = after.filter((label) => before.includes(label));
  if (kept.length !== before.length || kept.some((label, at) => label !== before[at])) return undefined;
  const there = new Set(before);
  const drafts: Draft[] = [];
  after.forEach((label, at) => {
    if (there.has(label)) return;
    const [previous, next] = [after[at - 1], after.slice(at + 1).find((each) => there.has(each))];
    const place =
      next === undefined
        ? ''
        : previous === undefined
          ? ` BEFORE ${quoted(next)}`
          : ` AFTER ${quoted(previous)}`;
    drafts.push({ sql: `ALTER TYPE ${identity} ADD VALUE ${quoted(label)}${place}` });
    there.add(label);
  });
  return drafts;
}

/** Name under which the old type waits until nothing needs it any more. */
export function asideName(identity: string): string {
  const name = lastPart(identity).replace(/^"|"$/g, '');
  return `"${name.slice(0, 50)}__replaced"`;
}

/**
 * Another type takes the name, and columns move over, value by value as text. Undefined where no column has it: then it
 * is dropped and made again.
 */
export function replaced(
  { before }: Alteration,
  { main, parts }: Creation,
  word: 'TYPE' | 'DOMAIN' | 'COLLATION',
  context: RuleContext,
): Alter | undefined {
  const key = keyOf(before);
  const inUse = context.before
    .kinds('column')
    .some((column) => column.dependsOn.includes(key) && context.fate(keyOf(column)) !== 'dropped');
  if (!inUse) return undefined;
  const aside = asideName(before.identity);
  return {
    statements: [
      { sql: `ALTER ${word} ${before.identity} RENAME TO ${aside}` },
      ...(main === undefined ? [] : [main].flat()),
      ...parts,
      {
        sql: `DROP ${word} ${schemaPrefix(before.identity)}${aside}`,
        stage: 'finish',
        hazards: [hazard('dependency-drop', before, 'the type that was replaced')],
      },
    ],
    disturbs: 'moved',
  };
}

function domainChanges(before: CatalogObject, after: CatalogObject): Draft[] {
  const drafts: Draft[] = [];
  const alter = (what: string, more: Partial<Draft> = {}): void => {
    drafts.push({ sql: `ALTER DOMAIN ${after.identity} ${what}`, ...more });
  };
  const [was, is] = [mapOf(before, 'constraints'), mapOf(after, 'constraints')];
  const scan = { hazards: [hazard('long-scan', after, 'every column of this domain is looked at')] };
  for (const [name, check] of Object.entries(was)) {
    if (is[name] === check) continue;
    if (check === `${is[name]} NOT VALID`) alter(`VALIDATE CONSTRAINT ${name}`, scan);
    else alter(`DROP CONSTRAINT ${name}`, { stage: 'release' });
  }
  const expression = textOf(after, 'default');
  if (textOf(before, 'default') !== expression)
    alter(expression === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${expression}`);
  const [had, has] = [before.properties.notNull === true, after.properties.notNull === true];
  const named = textOf(after, 'notNullName');
  if (had !== has || (has && textOf(before, 'notNullName') !== named)) {
    if (had) alter('DROP NOT NULL');
    if (has) alter(named === undefined ? 'SET NOT NULL' : `ADD CONSTRAINT ${named} NOT NULL`, scan);
  }
  for (const [name, check] of Object.entries(is)) {
    if (was[name] !== check && was[name] !== `${check} NOT VALID` && !String(check).endsWith(' NOT VALID'))
      alter(`ADD CONSTRAINT ${name} ${check}`, scan);
  }
  return drafts;
}

/** NOT VALID ones, and what is said of constraints. */
function domainParts(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const drafts: Draft[] = [];
  const old = before === undefined ? {} : mapOf(before, 'constraints');
  for (const [name, check] of Object.entries(mapOf(after, 'constraints')))
    if (String(check).endsWith(' NOT VALID') && old[name] !== check)
      drafts.push({ sql: `ALTER DOMAIN ${after.identity} ADD CONSTRAINT ${name} ${check}`, stage: 'part' });
  drafts.push(...notNullComment(before, after));
  const [was, is] = [
    before === undefined ? {} : mapOf(before, 'constraintComments'),
    mapOf(after, 'constraintComments'),
  ];
  const renewed = (name: string): boolean =>
    before !== undefined && old[name] !== mapOf(after, 'constraints')[name];
  for (const name of [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()) {
    if (was[name] === is[name] && !renewed(name)) continue;
    if (is[name] === undefined && mapOf(after, 'constraints')[name] === undefined) continue;
    drafts.push({
      sql: commentSql(
        `CONSTRAINT ${name} ON DOMAIN ${after.identity}`,
        is[name] === undefined ? undefined : String(is[name]),
      ),
      stage: 'part',
    });
  }
  return drafts;
}

function notNullComment(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const [name, comment] = [textOf(after, 'notNullName'), textOf(after, 'notNullComment')];
  const renewed = before !== undefined && textOf(before, 'notNullName') !== name;
  const was = before === undefined || renewed ? undefined : textOf(before, 'notNullComment');
  if (after.properties.notNull !== true || was === comment) return [];
  const given = `"${lastPart(after.identity).replace(/^"|"$/g, '')}_not_null"`;
  return [
    {
      sql: commentSql(`CONSTRAINT ${name ?? given} ON DOMAIN ${after.identity}`, comment),
      stage: 'part',
    },
  ];
}

function isOf(table: CatalogObject, type: CatalogObject): boolean {
  return textOf(table, 'ofType') === type.identity;
}

/** In place where what stays keeps its order; undefined otherwise. `isTables`: tables have the attributes for columns. */
function attributeChanges(
  before: readonly string[],
  after: readonly string[],
  identity: string,
  isTables: boolean,
): readonly Draft[] | undefined {
  const nameOf = (attribute: string): string => /^("(?:[^"]|"")*"|\S+)/.exec(attribute)?.[0] ?? attribute;
  const names = after.map(nameOf);
  const kept = before.map(nameOf).filter((name) => names.includes(name));
  if (kept.some((name, at) => name !== names[at])) return undefined;
  const was = new Map(before.map((attribute) => [nameOf(attribute), attribute]));
  if (after.some((attribute) => was.has(nameOf(attribute)) && was.get(nameOf(attribute)) !== attribute))
    return undefined;
  const gone = [...was.keys()].filter((name) => !names.includes(name));
  const changes = [
    ...gone.map((name) => `DROP ATTRIBUTE ${name}`),
    ...after
      .filter((attribute) => !was.has(nameOf(attribute)))
      .map((attribute) => `ADD ATTRIBUTE ${attribute}`),
  ];
  return changes.map((change) => ({ sql: `ALTER TYPE ${identity} ${change}${isTables ? ' CASCADE' : ''}` }));
}

function attributeComments(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const [was, is] = [
    before === undefined ? {} : mapOf(before, 'attributeComments'),
    mapOf(after, 'attributeComments'),
  ];
  const there = new Set(
    listOf(after, 'attributes').map((attribute) => /^("(?:[^"]|"")*"|\S+)/.exec(attribute)?.[0]),
  );
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((name): readonly Draft[] => {
    if (was[name] === is[name] || !there.has(name)) return [];
    return [
      {
        sql: commentSql(
          `COLUMN ${after.identity}.${name}`,
          is[name] === undefined ? undefined : String(is[name]),
        ),
        stage: 'part',
      },
    ];
  });
}
