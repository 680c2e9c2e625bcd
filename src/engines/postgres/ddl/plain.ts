import { type CatalogObject, keyOf, UNREADABLE } from '../../../catalog/catalog.ts';
import type { Alteration, Draft, KindRules, RuleContext } from '../../rules.ts';
import { type PartNames, partChanges, partsOf } from './parts.ts';
import { listOf } from './text.ts';

/** A kind whose objects are made by one statement, and of which little can be changed in place. */
export interface PlainRules {
  readonly weight: number;
  /** As COMMENT ON, ALTER … OWNER TO and DROP name it. */
  readonly named: (object: CatalogObject) => string;
  readonly grants?: (object: CatalogObject) => NonNullable<PartNames['grants']>;
  /** False: it has none. */
  readonly owned?: false;
  readonly create: (object: CatalogObject) => string;
  /** After what is common to all kinds. */
  readonly parts?: (before: CatalogObject | undefined, after: CatalogObject) => readonly Draft[];
  /** Undefined: only dropping and making it again does. */
  readonly alter?: (alteration: Alteration, context: RuleContext) => readonly Draft[] | undefined;
  readonly more?: Partial<KindRules>;
}

const COMMON = ['comment', 'owner', 'privileges', 'dependsOnExtensions'];

export function plainRules(rules: PlainRules): KindRules {
  const namesOf = (object: CatalogObject): PartNames => ({
    comment: rules.named(object),
    ...(rules.owned === false ? {} : { owner: rules.named(object) }),
    ...(rules.grants === undefined ? {} : { grants: rules.grants(object) }),
  });
  const more = (before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] =>
    rules.parts?.(before, after) ?? [];
  return {
    weight: rules.weight,
    create: (object, context) => ({
      main: { sql: rules.create(object) },
      parts: [...partsOf(object, namesOf(object), context), ...more(undefined, object)],
    }),
    drop: (object) => [{ sql: `DROP ${rules.named(object)}` }],
    alter(alteration, context) {
      const { before, after, changed, disturbed } = alteration;
      if (disturbed.some(({ how }) => how !== 'altered')) return undefined;
      const own = [...changed].some((name) => !COMMON.includes(name));
      const statements = own ? rules.alter?.(alteration, context) : [];
      if (statements === undefined) return undefined;
      return {
        statements: [
          ...statements,
          // Others may wait for what is given up here.
          ...more(before, after).map(({ stage: _, ...draft }) => draft),
          ...partChanges(before, after, namesOf(after), context),
        ],
      };
    },
    ...rules.more,
  };
}

/** Of a secret only the name is known: what has one can be dropped, and the secret taken away, but neither be made. */
export function secretRefusal(
  object: CatalogObject,
  { before, after, fate }: RuleContext,
): string | undefined {
  const key = keyOf(object);
  const [was, is] = [before.objects.get(key), after.objects.get(key)];
  if (is === undefined) return undefined;
  const isMade = was === undefined || fate(key) === 'again';
  const { secretOptions, options, secretConnection } = is.properties;
  if (isMade && [secretOptions, options].includes(UNREADABLE))
    return 'its options were not shown to the role that read it';
  const had = isMade ? [] : listOf(was, 'secretOptions');
  const missing = listOf(is, 'secretOptions').filter((name) => !had.includes(name));
  if (missing.length > 0)
    return `options that may be secret are never read, so they cannot be written: ${missing.join(', ')}`;
  const isKept = !isMade && was.properties.secretConnection === secretConnection;
  return secretConnection === true && !isKept
    ? 'its connection holds what may be secret, which is never read'
    : undefined;
}
