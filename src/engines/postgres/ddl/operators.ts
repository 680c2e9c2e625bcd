import type { CatalogObject } from '../../../catalog/catalog.ts';
import { plainRules } from './plain.ts';
import { textOf } from './text.ts';

export const operators = plainRules({
  weight: 47,
  named: (operator) =>
    `OPERATOR ${name(operator)} (${textOf(operator, 'left') ?? 'NONE'}, ${textOf(operator, 'right') ?? 'NONE'})`,
  create(operator) {
    const said = (property: string, word: string): readonly string[] => {
      const value = textOf(operator, property);
      return value === undefined ? [] : [`${word} = ${value}`];
    };
    const parts = [
      ...said('function', 'FUNCTION'),
      ...said('left', 'LEFTARG'),
      ...said('right', 'RIGHTARG'),
      ...said('commutator', 'COMMUTATOR'),
      ...said('negator', 'NEGATOR'),
      ...said('restrict', 'RESTRICT'),
      ...said('join', 'JOIN'),
      ...(operator.properties.hashes === true ? ['HASHES'] : []),
      ...(operator.properties.merges === true ? ['MERGES'] : []),
    ];
    return `CREATE OPERATOR ${name(operator)} (${parts.join(', ')})`;
  },
});

/** `public.===(integer, integer)` → `public.===`. */
function name({ identity }: CatalogObject): string {
  return identity.slice(0, identity.lastIndexOf('('));
}
