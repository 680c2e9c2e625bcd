import type { Json } from '../../../catalog/catalog.ts';
import { commentJoin, ownerAndAcl } from './fragments.ts';
import { type Family, json, NOTHING, oidList, put, type Reading } from './reading.ts';

/** Sequences without their value. One that an identity column made belongs to that column. */
export const sequences: Family = {
  name: 'sequences',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT c.oid, c.relnamespace, quote_ident(c.relname), NULLIF(c.relpersistence, 'p'), format_type(s.seqtypid, NULL),
  s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, p.deptype, p.refobjid, p.refobjsubid,
  CASE WHEN p.deptype = 'a' THEN (SELECT p.refobjid::regclass::text || '.' || quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = p.refobjid AND a.attnum = p.refobjsubid) END,
  d.description, ${ownerAndAcl(reading, 'c.relowner', 'c.relacl', "'s'")}
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  LEFT JOIN pg_depend p ON p.classid = 'pg_class'::regclass AND p.objid = c.oid AND p.objsubid = 0
    AND p.refclassid = 'pg_class'::regclass AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
  ${commentJoin('d', 'pg_class', 'c.oid')}
WHERE ${reading.inScope('c.relnamespace')} ${among(reading)}`,
  take(row, reading) {
    const [
      oid,
      schema,
      name,
      persistence,
      type,
      start,
      increment,
      min,
      max,
      cache,
      cycle,
      tie,
      table,
      number,
    ] = row;
    const [ownedBy, comment, owner, acl] = row.slice(14);
    const identity = `${reading.schemas.get(schema ?? '')}.${name}`;
    // Numbers up to 64 bits stay text: JSON numbers would lose digits.
    const numbers = { start, increment, min, max, cache };
    const properties: Record<string, Json> = { type: type ?? '', cycle: cycle === 't' };
    for (const [property, value] of Object.entries(numbers)) put(properties, property, value);
    put(properties, 'persistence', persistence === 'u' ? 'unlogged' : persistence);
    put(properties, 'comment', comment);
    put(properties, 'privileges', json(acl));
    const column = reading.at(`relation:${table}.${number}`);
    if (tie === 'i') {
      if (column !== undefined) column.properties.sequence = { name: identity, ...properties };
      return;
    }
    put(properties, 'owner', owner);
    put(properties, 'ownedBy', ownedBy);
    reading.add(`relation:${oid}`, `relation:${oid}`, {
      kind: 'sequence',
      identity,
      properties,
      dependsOn: NOTHING,
    });
  },
};

/** A sequence is read again with its owner too. */
function among({ only }: Reading): string {
  if (only === undefined) return '';
  return `AND c.oid = ANY (ARRAY(SELECT oid FROM pg_class WHERE ${oidList('oid', only.relation)}
    UNION SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
      AND ${oidList('refobjid', only.relation)} AND refobjsubid > 0 AND deptype IN ('a', 'i')))`;
}
