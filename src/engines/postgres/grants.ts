import type { Engine } from '../engine.ts';

/** See `Engine`. Our tables belong to the role that made them, and to no other may they be open (design §4.3). */
export const grants: Engine['grants'] = ({ database, user }) => ({
  migrate: `GRANT CREATE ON DATABASE ${quoted(database)} TO ${quoted(user)};`,
  look: `GRANT USAGE ON SCHEMA mooring TO ${quoted(user)}; GRANT SELECT ON ALL TABLES IN SCHEMA mooring TO ${quoted(user)};`,
});

/** Not the driver's: commands that speak with no server need not load it. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
