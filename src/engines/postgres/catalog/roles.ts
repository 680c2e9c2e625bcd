import type { Family } from './reading.ts';

/** Roles are no objects of a database, but policies and privileges name them: a renamed one changes these. */
export const roles: Family = {
  name: 'roles',
  sql: () => 'SELECT oid, rolname FROM pg_roles',
  take([oid, name], reading) {
    reading.roles.set(oid ?? '', name ?? '');
  },
};
