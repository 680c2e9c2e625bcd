import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, KindRules, RuleContext } from '../../rules.ts';
import { type GrantParts, grantParts } from '../catalog/catalog.ts';
import { hazard } from './hazards.ts';
import { sqlName } from './text.ts';

/**
 * What an account may do. Rights go by names: a table that is dropped and made again finds them as they were, those on a
 * routine go with it. None is taken from an account that may migrate the database: it may be the one that would do it.
 */
export const grants: KindRules = {
  weight: 95,
  create: (grant) => ({ main: { sql: grantSql(grant, rightsOf(grant), mayGrant(grant)) }, parts: [] }),
  drop: (grant) => (whyKept(grant) === undefined ? revokes(grant, undefined) : []),
  alter: ({ before, after, changed, disturbed }): Alter | undefined => {
    if (disturbed.some(({ how, key }) => how === 'again' && !TABLES.test(key))) return undefined;
    if (!changed.has('privileges') && !changed.has('grantOption')) return { statements: [] };
    const more = rightsOf(after).filter((right) => !rightsOf(before).includes(right));
    const option = mayGrant(after) && !mayGrant(before);
    const given =
      more.length === 0 && !option
        ? []
        : [{ sql: grantSql(after, more, option), hazards: [changeOf(after, 'it may do more')] }];
    const taken = revokes(before, after);
    const kept = taken.length === 0 ? undefined : whyKept(before);
    return kept === undefined
      ? { statements: [...taken, ...given] }
      : { statements: given, left: [`${keyOf(after)}: ${kept}`] };
  },
  leaves: ({ before }: RuleContext, fates) =>
    before.kinds('grant').flatMap((grant) => {
      const why = fates.get(keyOf(grant)) === 'dropped' ? whyKept(grant) : undefined;
      return why === undefined ? [] : [`${keyOf(grant)}: ${why}`];
    }),
};

const TABLES = /^(?:table|view|sequence) /;

/** Accounts are the server's, and have passwords: all that is said of them is what is otherwise than it was. */
export const accounts: KindRules = {
  weight: 96,
  create: () => ({ parts: [] }),
  drop: () => [],
  alter: ({ after, changed }) => ({
    statements: [],
    left: changed.size === 0 ? [] : [`${keyOf(after)}: ${ACCOUNTS}`],
  }),
  leaves: ({ before, after }, fates) =>
    [...before.kinds('account'), ...after.kinds('account')]
      .map(keyOf)
      .filter((key) => fates.get(key) === 'created' || fates.get(key) === 'dropped')
      .map((key) => `${key}: ${ACCOUNTS}`),
};

const ACCOUNTS = "accounts are the server's, and are made, changed and dropped by hand (ALTER USER …)";

function whyKept(grant: CatalogObject): string | undefined {
  if (grant.properties.escaped === true)
    return "it is on a pattern of databases' names that fits this one, and is revoked by hand (REVOKE … ON `…`.* FROM …)";
  if (grantParts(grant.identity).on !== 'database') return undefined;
  return ['ALTER', 'CREATE', 'DROP'].every((right) => rightsOf(grant).includes(right))
    ? 'an account that may migrate the database keeps its rights, and loses them by hand (REVOKE …)'
    : undefined;
}

/** What is to be taken from an account so that it has no more than `after`. */
function revokes(before: CatalogObject, after: CatalogObject | undefined) {
  const less = rightsOf(before).filter((right) => after === undefined || !rightsOf(after).includes(right));
  const option = mayGrant(before) && (after === undefined || !mayGrant(after));
  const rights = [...less, ...(option ? ['GRANT OPTION'] : [])];
  if (rights.length === 0) return [];
  const { who, on } = partsOf(before);
  return [
    {
      sql: `REVOKE ${rights.join(', ')} ON ${on} FROM ${who}`,
      hazards: [changeOf(before, 'it may do less')],
    },
  ];
}

function grantSql(grant: CatalogObject, rights: readonly string[], option: boolean): string {
  const { who, on } = partsOf(grant);
  return `GRANT ${rights.length === 0 ? 'USAGE' : rights.join(', ')} ON ${on} TO ${who}${option ? ' WITH GRANT OPTION' : ''}`;
}

function changeOf(grant: CatalogObject, what: string) {
  return hazard('privilege-change', grant, what);
}

function rightsOf({ properties }: CatalogObject): readonly string[] {
  const { privileges } = properties;
  return Array.isArray(privileges) ? privileges.map(String) : [];
}

function mayGrant({ properties }: CatalogObject): boolean {
  return properties.grantOption === true;
}

/** The account, and what it is about, as in SQL. */
function partsOf({ identity }: CatalogObject): GrantParts {
  const { who, on } = grantParts(identity);
  const [, kind, name] = /^([a-z]+(?: body)?) (.+)$/s.exec(on) ?? [];
  return {
    who,
    on: kind === undefined || name === undefined ? '*' : `${kind.toUpperCase()} ${sqlName(name)}`,
  };
}
