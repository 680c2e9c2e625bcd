import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Creation, Draft, KindRules, RuleContext } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';

/**
 * Tables that were made when days might be zero by default: under the modes of today the server refuses every statement
 * about them, whatever it changes. Rules of a kind whose statements are about its own table, or that of its parent.
 */
export function withZeroDates(rules: KindRules, flavor: Flavor): KindRules {
  const modes = flavor.sqlMode.split(',');
  const lenient = modes.filter((mode) => !STRICT.includes(mode));
  if (lenient.length === modes.length) return rules;
  const set = (mode: string): string => `SET SESSION sql_mode = '${mode}'`;
  const wrapped = (draft: Draft): Draft =>
    draft.sql === ''
      ? draft
      : {
          ...draft,
          first: [...(draft.first ?? []), set(lenient.join(','))],
          last: [set(flavor.sqlMode), ...(draft.last ?? [])],
        };
  const wrap = (object: CatalogObject, context: RuleContext, drafts: readonly Draft[]): readonly Draft[] =>
    hasZeroDates(object, context) ? drafts.map(wrapped) : drafts;
  return {
    ...rules,
    create(object, context): Creation {
      const { main, parts } = rules.create(object, context);
      return {
        ...(main === undefined ? {} : { main: wrap(object, context, [main].flat()) }),
        parts: wrap(object, context, parts),
      };
    },
    alter(alteration, context) {
      const alter = rules.alter(alteration, context);
      return alter && { ...alter, statements: wrap(alteration.after, context, alter.statements) };
    },
    drop: (object, context) =>
      object.parent === undefined
        ? rules.drop(object, context)
        : wrap(object, context, rules.drop(object, context)),
  };
}

const STRICT = ['NO_ZERO_DATE', 'NO_ZERO_IN_DATE'];

function hasZeroDates(object: CatalogObject, { before, after }: RuleContext): boolean {
  const table = object.parent ?? keyOf(object);
  return [...before.children(table), ...after.children(table)].some(
    ({ kind, properties }) => kind === 'column' && ZERO.test(String(properties.default ?? '')),
  );
}

/** A month or a day that is zero. */
const ZERO = /^'\d{4}-(?:00-\d\d|\d\d-00)/;
