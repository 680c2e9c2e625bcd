import { plainRules } from './plain.ts';
import { quoted, textOf } from './text.ts';

export const collations = plainRules({
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
