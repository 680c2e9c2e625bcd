import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Creation, Draft, KindRules, RuleContext } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';

/**
 * Tables that were made when days might be zero by default: under the modes of today the server refuses every statement
 * about them, whatever it changes. Rules of a kind whose statements are about its own table, or that of its parent.
 */
export function withZeroDates(rules: KindRules, flavor: Flavor): KindRules {
  const leniently = lenient(flavor);
  const wrap = (object: CatalogObject, context: RuleContext, drafts: readonly Draft[]): readonly Draft[] =>
    hasZeroDates(object, context) ? drafts.map(leniently) : drafts;
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

/** Makes a statement one that runs without the modes that refuse such tables; the same where there are none of these. */
export function lenient(flavor: Flavor): <T extends Pick<Draft, 'sql' | 'first' | 'last'>>(draft: T) => T {
  const modes = flavor.sqlMode.split(',');
  const others = modes.filter((mode) => !STRICT.includes(mode));
  const set = (mode: string): string => `SET SESSION sql_mode = '${mode}'`;
  return (draft) =>
    draft.sql === '' || others.length === modes.length
      ? draft
      : {
          ...draft,
          first: [...(draft.first ?? []), set(others.join(','))],
          last: [set(flavor.sqlMode), ...(draft.last ?? [])],
        };
}

const STRICT = ['NO_ZERO_DATE', 'NO_ZERO_IN_DATE'];

function hasZeroDates(object: CatalogObject, { before, after }: RuleContext): boolean {
  const table = object.parent ?? keyOf(object);
  return [...before.children(table), ...after.children(table)].some(isZeroDate);
}

/** A column whose default has a month or a day that is zero. */
export function isZeroDate({ kind, properties }: CatalogObject): boolean {
  return kind === 'column' && /^'\d{4}-(?:00-\d\d|\d\d-00)/.test(String(properties.default ?? ''));
}
