import { literal } from '../wire.ts';
import { commentJoin, ownerAndAcl } from './fragments.ts';
import { type Family, NOTHING, put, type Reading } from './reading.ts';

/** The schemas in scope: never the server's own, nor ours. Their numbers narrow all other reads. */
export const schemas: Family = {
  name: 'schemas',
  sql: (
    reading,
  ) => `SELECT n.oid, quote_ident(n.nspname), d.description, ${ownerAndAcl(reading, 'n.nspowner', 'n.nspacl', "'n'")}
FROM pg_namespace n ${commentJoin('d', 'pg_namespace', 'n.oid')}
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'mooring') ${listed(reading)}`,
  take([oid, name, comment, owner, acl], reading) {
    if (oid == null || name == null) return;
    reading.schemas.set(oid, name);
    const properties = {};
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', acl == null ? null : JSON.parse(acl));
    reading.add(`schema:${oid}`, `schema:${oid}`, {
      kind: 'schema',
      identity: name,
      properties,
      dependsOn: NOTHING,
    });
  },
};

function listed(reading: Reading): string {
  const { schemas } = reading.scope;
  if (schemas === 'all') return '';
  return schemas.length === 0 ? 'AND false' : `AND n.nspname IN (${schemas.map(literal).join(', ')})`;
}
