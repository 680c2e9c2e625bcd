import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Draft, KindRules, World } from '../../rules.ts';
import { plainRules } from './plain.ts';
import { quoted, textOf } from './text.ts';

/** What stands for a type whose functions are still to come. */
export const shellTypes: KindRules = plainRules({
  weight: 10,
  named: ({ identity }) => `TYPE ${identity}`,
  create: ({ identity }) => `CREATE TYPE ${identity}`,
  more: { names: ({ identity }) => [`type ${identity}`] },
});

/**
 * Types with functions of their own. They need each other: the server makes a shell of the type when the first function
 * that returns it is made, and the type itself comes after its functions.
 */
export const baseTypes: KindRules = plainRules({
  weight: 50,
  named: ({ identity }) => `TYPE ${identity}`,
  grants: ({ identity }) => ({ on: `TYPE ${identity}`, type: 'type' }),
  create: (type) => `CREATE TYPE ${type.identity} (${parts(type, Object.keys(WORDS)).join(', ')})`,
  alter({ after, changed }) {
    const own = Object.keys(WORDS).filter((property) => changed.has(property));
    if (own.some((property) => !IN_PLACE.has(property))) return undefined;
    const set = own.flatMap((property) =>
      after.properties[property] === undefined
        ? [`${WORDS[property]} = ${property === 'storage' ? 'plain' : 'NONE'}`]
        : parts(after, [property]),
    );
    return [{ sql: `ALTER TYPE ${after.identity} SET (${set.join(', ')})` }];
  },
  more: {
    names: ({ identity }) => [`type ${identity}`],
    drop: dropWithFunctions,
  },
});

/** A type and its functions only go together. */
export function dropWithFunctions({ identity }: CatalogObject): readonly Draft[] {
  return [{ sql: `DROP TYPE ${identity} CASCADE` }];
}

/** Types that a function is part of: these need it, and it needs their name. */
export function typesServed(routine: CatalogObject, world: World): readonly CatalogObject[] {
  return routine.dependsOn.flatMap((key) => {
    if (!/^(base|range) type /.test(key)) return [];
    const type = world.objects.get(key);
    return type?.dependsOn.includes(keyOf(routine)) === true ? [type] : [];
  });
}

/** Functions that must come before one that is part of a type: those that return it, which make its shell. */
export function shellMakers(routine: CatalogObject, world: World): readonly string[] {
  return typesServed(routine, world).flatMap((type) =>
    textOf(routine, 'returns') === type.identity
      ? []
      : type.dependsOn.filter((key) => {
          const other = world.objects.get(key);
          return other?.kind === 'function' && textOf(other, 'returns') === type.identity;
        }),
  );
}

function parts(type: CatalogObject, properties: readonly string[]): readonly string[] {
  return properties.flatMap((property) => {
    const value = type.properties[property];
    if (value === undefined) return [];
    if (value === true) return [`${WORDS[property]} = true`];
    return [`${WORDS[property]} = ${STRINGS.has(property) ? quoted(String(value)) : value}`];
  });
}

const IN_PLACE = new Set(['receive', 'send', 'typmodIn', 'typmodOut', 'analyze', 'subscript', 'storage']);
const STRINGS = new Set(['category', 'default', 'delimiter']);

const WORDS: Readonly<Record<string, string>> = {
  input: 'INPUT',
  output: 'OUTPUT',
  receive: 'RECEIVE',
  send: 'SEND',
  typmodIn: 'TYPMOD_IN',
  typmodOut: 'TYPMOD_OUT',
  analyze: 'ANALYZE',
  subscript: 'SUBSCRIPT',
  internalLength: 'INTERNALLENGTH',
  passedByValue: 'PASSEDBYVALUE',
  alignment: 'ALIGNMENT',
  storage: 'STORAGE',
  category: 'CATEGORY',
  preferred: 'PREFERRED',
  default: 'DEFAULT',
  element: 'ELEMENT',
  delimiter: 'DELIMITER',
  collatable: 'COLLATABLE',
};
