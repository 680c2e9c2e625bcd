import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, KindRules } from '../../rules.ts';
import { dropWithFunctions } from './base-types.ts';
import { partChanges, partsOf } from './parts.ts';
import { textOf } from './text.ts';
import { asideName, replaced } from './types.ts';

export const ranges: KindRules = {
  weight: 26,
  create: (range, context) => ({
    main: { sql: createSql(range) },
    parts: partsOf(range, namesOf(range), context),
  }),
  drop: (range) =>
    range.properties.canonical === undefined
      ? [{ sql: `DROP TYPE ${range.identity}` }]
      : dropWithFunctions(range),
  alter(alteration, context) {
    const { before, after, changed, disturbed } = alteration;
    const own = ['subtype', 'multirange', 'operatorClass', 'collation', 'canonical', 'subtypeDiff'].some(
      (name) => changed.has(name),
    );
    if (own || disturbed.some(({ how }) => how !== 'altered'))
      return withMultirange(
        alteration,
        replaced(
          alteration,
          { main: { sql: createSql(after) }, parts: partsOf(after, namesOf(after), context) },
          'TYPE',
          context,
        ),
      );
    return { statements: partChanges(before, after, namesOf(after), context) };
  },
  names: (range) => [`type ${range.identity}`, `type ${textOf(range, 'multirange')}`],
};

/**
 * The names of its multirange type, and of the functions that make values of both, are wanted, too: the server makes them
 * with the type, and they go with it.
 */
function withMultirange({ before, after }: Alteration, alter: Alter | undefined): Alter | undefined {
  const [name, subtype] = [textOf(before, 'multirange'), textOf(before, 'subtype')];
  if (alter === undefined || name === undefined || subtype === undefined) return alter;
  const makers = [
    [before.identity, `${subtype}, ${subtype}`],
    [before.identity, `${subtype}, ${subtype}, text`],
    [name, ''],
    [name, before.identity],
    [name, `${before.identity}[]`],
  ] as const;
  const renames = makers.map(([maker, given]) => ({
    sql: `ALTER FUNCTION ${maker}(${given}) RENAME TO ${asideName(maker)}`,
  }));
  if (name === textOf(after, 'multirange'))
    renames.push({ sql: `ALTER TYPE ${name} RENAME TO ${asideName(name)}` });
  return { ...alter, statements: [...renames, ...alter.statements] };
}

function namesOf({ identity }: CatalogObject) {
  const on = `TYPE ${identity}`;
  return { comment: on, owner: on, grants: { on, type: 'type' } } as const;
}

function createSql(range: CatalogObject): string {
  const said = (property: string, word: string): readonly string[] => {
    const value = textOf(range, property);
    return value === undefined ? [] : [`${word} = ${value}`];
  };
  const parts = [
    ...said('subtype', 'SUBTYPE'),
    ...said('operatorClass', 'SUBTYPE_OPCLASS'),
    ...said('collation', 'COLLATION'),
    ...said('canonical', 'CANONICAL'),
    ...said('subtypeDiff', 'SUBTYPE_DIFF'),
    ...said('multirange', 'MULTIRANGE_TYPE_NAME'),
  ];
  return `CREATE TYPE ${range.identity} AS RANGE (${parts.join(', ')})`;
}
