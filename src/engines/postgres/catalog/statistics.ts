import { commentJoin } from './fragments.ts';
import { type Family, NOTHING, put } from './reading.ts';

/** Extended statistics: what is to be gathered, not what was. They go with their table. */
export const statistics: Family = {
  name: 'extended statistics',
  of: ['relation'],
  rare: 'statistics',
  sql: (
    reading,
  ) => `SELECT x.oid, x.stxrelid, quote_ident(n.nspname) || '.' || quote_ident(x.stxname), pg_get_statisticsobjdef(x.oid),
  CASE WHEN x.stxstattarget >= 0 THEN x.stxstattarget END, d.description, ${reading.includes('owners') ? 'pg_get_userbyid(x.stxowner)' : 'NULL'}
FROM pg_statistic_ext x JOIN pg_class c ON c.oid = x.stxrelid JOIN pg_namespace n ON n.oid = x.stxnamespace ${commentJoin('d', 'pg_statistic_ext', 'x.oid')}
WHERE ${reading.inScope('c.relnamespace')} ${reading.among('x.stxrelid', 'relation')} ORDER BY x.oid`,
  take([oid, relation, identity, definition, target, comment, owner], reading) {
    reading.holders.set(`statistics:${oid}`, `relation:${relation}`);
    const table = reading.at(`relation:${relation}`);
    if (table === undefined) return;
    const properties = { definition: definition ?? '' };
    if (target != null) put(properties, 'target', Number(target));
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    reading.add(`statistics:${oid}`, `relation:${relation}`, {
      kind: 'statistics',
      identity: identity ?? '',
      parent: `${table.kind} ${table.identity}`,
      properties,
      dependsOn: NOTHING,
    });
  },
};
