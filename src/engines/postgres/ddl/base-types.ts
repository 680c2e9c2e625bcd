import type { KindRules } from '../../rules.ts';
import { plainRules } from './plain.ts';

/** What stands for a type whose functions are still to come. */
export const shellTypes: KindRules = plainRules({
  weight: 10,
  named: ({ identity }) => `TYPE ${identity}`,
  create: ({ identity }) => `CREATE TYPE ${identity}`,
  more: { names: ({ identity }) => [`type ${identity}`] },
});

/** A type that is written in C cannot be made without its library. */
export const baseTypes: KindRules = plainRules({
  weight: 10,
  named: ({ identity }) => `TYPE ${identity}`,
  create: () => '',
  more: {
    names: ({ identity }) => [`type ${identity}`],
    refusal: () => 'a base type and its functions need each other, and these are no SQL',
  },
});
