import type { KindRules } from '../../rules.ts';
import { type PartNames, partChanges, partsOf } from './parts.ts';

export const schemas: KindRules = {
  weight: 0,
  frame: true,
  create: (schema, context) => ({
    main: { sql: `CREATE SCHEMA ${schema.identity}` },
    parts: partsOf(schema, namesOf(schema.identity), context),
  }),
  drop: ({ identity }) => [{ sql: `DROP SCHEMA ${identity}` }],
  alter: ({ before, after }, context) => ({
    statements: partChanges(before, after, namesOf(after.identity), context),
  }),
};

function namesOf(identity: string): PartNames {
  const on = `SCHEMA ${identity}`;
  return { comment: on, owner: on, grants: { on, type: 'schema' } };
}
