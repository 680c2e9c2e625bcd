import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft, KindRules } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { defaultRights, type GrantType, rightStatements, rightsOf } from './privileges.ts';
import { textOf } from './text.ts';

/** What objects that a role makes later are granted. After all that the plan makes: that has its own. */
export const defaultPrivileges: KindRules = {
  weight: 95,
  create: (object, { after }) => ({ main: { sql: '' }, parts: changes(undefined, object, after.major) }),
  drop: (object, { before }) =>
    changes(object, undefined, before.major).map(({ stage: _, ...draft }) => draft),
  alter: ({ before, after }, context) => ({ statements: changes(before, after, context.after.major) }),
};

const TYPES: Readonly<Record<string, GrantType>> = {
  tables: 'table',
  sequences: 'sequence',
  functions: 'routine',
  types: 'type',
  schemas: 'schema',
  'large objects': 'large object',
};

function changes(
  before: CatalogObject | undefined,
  after: CatalogObject | undefined,
  major: number,
): readonly Draft[] {
  const object = after ?? before;
  if (object === undefined) return [];
  const objects = textOf(object, 'objects') ?? '';
  const type = TYPES[objects] ?? 'table';
  const schema = textOf(object, 'schema');
  const role = textOf(object, 'role') ?? '';
  const none = schema === undefined ? defaultRights(type, major) : new Map();
  const of = (side: CatalogObject | undefined) =>
    side?.properties.privileges === undefined ? none : rightsOf(side, 'privileges');
  const place = schema === undefined ? '' : ` IN SCHEMA ${quotedName(schema)}`;
  return rightStatements(
    of(before),
    of(after),
    { on: objects.toUpperCase(), type },
    { owner: role, major },
  ).map((sql) => ({
    sql: `ALTER DEFAULT PRIVILEGES FOR ROLE ${role}${place} ${sql}`,
    stage: 'part',
    hazards: [hazard('privilege-change', object, sql)],
  }));
}

function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
