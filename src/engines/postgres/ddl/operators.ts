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
  alter({ before, after, changed }) {
    const own = [...changed].filter((each) => !COMMON.has(each));
    const estimates = own.filter((each) => ESTIMATES.has(each));
    // The server forgets a partner that is dropped.
    const forgotten = own
      .filter((each) => !estimates.includes(each))
      .every(
        (each) => PARTNERS.has(each) && after.properties[each] === undefined && each in before.properties,
      );
    if (!forgotten) return undefined;
    const set = estimates.map((each) => `${each.toUpperCase()} = ${textOf(after, each) ?? 'NONE'}`);
    return set.length === 0 ? [] : [{ sql: `ALTER OPERATOR ${after.identity} SET (${set.join(', ')})` }];
  },
});

const COMMON = new Set(['comment', 'owner', 'privileges']);
const ESTIMATES = new Set(['restrict', 'join']);
const PARTNERS = new Set(['commutator', 'negator']);

/** `public.===(integer, integer)` → `public.===`. */
function name({ identity }: CatalogObject): string {
  return identity.slice(0, identity.lastIndexOf('('));
}
