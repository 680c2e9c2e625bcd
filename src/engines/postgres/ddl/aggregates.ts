import type { CatalogObject, Json } from '../../../catalog/catalog.ts';
import { plainRules } from './plain.ts';
import { routineName } from './routines.ts';
import { quoted, textOf } from './text.ts';

export const aggregates = plainRules({
  weight: 46,
  named: (aggregate) => `AGGREGATE ${signature(aggregate)}`,
  grants: (aggregate) => ({ on: `FUNCTION ${aggregate.identity}`, type: 'routine' }),
  create: createSql,
  alter({ before, after, changed }) {
    const kept = ['arguments', 'stype', 'finalfunc', 'finalfuncExtra', 'hypothetical'].every(
      (name) => !changed.has(name),
    );
    return kept && before.kind === after.kind ? [{ sql: createSql(after) }] : undefined;
  },
  more: { names: ({ identity }) => [`routine ${identity}`] },
});

/** One that takes rows and no value has a star for its arguments. */
function signature(aggregate: CatalogObject): string {
  const args = textOf(aggregate, 'arguments') ?? '';
  return `${routineName(aggregate.identity)}(${args === '' ? '*' : args})`;
}

const WORDS: readonly (readonly [property: string, word: string, text?: (value: Json) => string])[] = [
  ['sfunc', 'SFUNC'],
  ['stype', 'STYPE'],
  ['sspace', 'SSPACE'],
  ['finalfunc', 'FINALFUNC'],
  ['finalfuncModify', 'FINALFUNC_MODIFY', (value) => String(value).toUpperCase()],
  ['combinefunc', 'COMBINEFUNC'],
  ['serialfunc', 'SERIALFUNC'],
  ['deserialfunc', 'DESERIALFUNC'],
  ['initcond', 'INITCOND', (value) => quoted(String(value))],
  ['msfunc', 'MSFUNC'],
  ['minvfunc', 'MINVFUNC'],
  ['mstype', 'MSTYPE'],
  ['msspace', 'MSSPACE'],
  ['mfinalfunc', 'MFINALFUNC'],
  ['mfinalfuncModify', 'MFINALFUNC_MODIFY', (value) => String(value).toUpperCase()],
  ['minitcond', 'MINITCOND', (value) => quoted(String(value))],
  ['sortop', 'SORTOP'],
  ['parallel', 'PARALLEL', (value) => String(value).toUpperCase()],
];

const FLAGS = {
  finalfuncExtra: 'FINALFUNC_EXTRA',
  mfinalfuncExtra: 'MFINALFUNC_EXTRA',
  hypothetical: 'HYPOTHETICAL',
} as const;

function createSql(aggregate: CatalogObject): string {
  const { properties } = aggregate;
  const values = WORDS.flatMap(([property, word, text = String]) => {
    const value = properties[property];
    return value === undefined ? [] : [`${word} = ${text(value)}`];
  });
  const flags = Object.entries(FLAGS).flatMap(([property, word]) =>
    properties[property] === true ? [word] : [],
  );
  return `CREATE OR REPLACE AGGREGATE ${signature(aggregate)} (\n  ${[...values, ...flags].join(',\n  ')}\n)`;
}
