import type { KindRules } from '../../rules.ts';
import { plainRules } from './plain.ts';
import { quoted, textOf } from './text.ts';
import { replaced } from './types.ts';

const plain = plainRules({
  weight: 15,
  named: ({ identity }) => `COLLATION ${identity}`,
  create(collation) {
    const said = (property: string, word: string): readonly string[] => {
      const value = textOf(collation, property);
      return value === undefined ? [] : [`${word} = ${quoted(value)}`];
    };
    const parts = [
      `PROVIDER = ${textOf(collation, 'provider')}`,
      ...said('locale', 'LOCALE'),
      ...said('lcCollate', 'LC_COLLATE'),
      ...said('lcCtype', 'LC_CTYPE'),
      ...said('rules', 'RULES'),
      ...(collation.properties.deterministic === false ? ['DETERMINISTIC = false'] : []),
    ];
    return `CREATE COLLATION ${collation.identity} (${parts.join(', ')})`;
  },
  more: { names: ({ identity }) => [`collation ${identity}`] },
});

/** Where columns have it, another takes its name, and they move over: they are sorted anew. */
export const collations: KindRules = {
  ...plain,
  alter: (alteration, context) =>
    plain.alter(alteration, context) ??
    replaced(alteration, plain.create(alteration.after, context), 'COLLATION', context),
};
