import { collationName, commentJoin, ownerAndAcl } from './fragments.ts';
import { routineName } from './plain-family.ts';
import { type Family, json, NOTHING, put } from './reading.ts';

/** Range types, each with the multirange type and the functions that the server made of it. */
export const ranges: Family = {
  name: 'range types',
  of: ['type'],
  rare: 'range type',
  sql: (
    reading,
  ) => `SELECT t.oid, t.typnamespace, quote_ident(t.typname), r.rngmultitypid, format_type(r.rngmultitypid, NULL), format_type(r.rngsubtype, NULL),
  CASE WHEN NOT o.opcdefault THEN quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END,
  ${collationName('r.rngcollation', '(SELECT s.typcollation FROM pg_type s WHERE s.oid = r.rngsubtype)')},
  ${routineName('r.rngcanonical')}, ${routineName('r.rngsubdiff')}, d.description, ${ownerAndAcl(reading, 't.typowner', 't.typacl', "'T'")},
  (SELECT json_agg(c.objid::text) FROM pg_depend c WHERE c.classid = 'pg_proc'::regclass AND c.refclassid = 'pg_type'::regclass AND c.refobjid IN (t.oid, r.rngmultitypid) AND c.deptype = 'i')
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_opclass o ON o.oid = r.rngsubopc JOIN pg_namespace n ON n.oid = o.opcnamespace
  ${commentJoin('d', 'pg_type', 't.oid')}
WHERE t.oid >= 16384 AND ${reading.inScope('t.typnamespace')} ${reading.among('t.oid', 'type')}`,
  take(row, reading) {
    const [oid, schema, name, multirangeOid, multirange, subtype, operatorClass, collation, canonical, diff] =
      row;
    const [comment, owner, acl, constructors] = row.slice(10);
    const properties = { subtype: subtype ?? '', multirange: multirange ?? '' };
    put(properties, 'operatorClass', operatorClass);
    put(properties, 'collation', collation);
    put(properties, 'canonical', canonical);
    put(properties, 'subtypeDiff', diff);
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', json(acl));
    const identity = `${reading.schemas.get(schema ?? '')}.${name}`;
    const draft = { kind: 'range type', identity, properties, dependsOn: NOTHING };
    if (reading.add(`type:${oid}`, `type:${oid}`, draft) === undefined) return;
    const made = ((json(constructors) ?? []) as readonly string[]).map((each) => `routine:${each}`);
    for (const address of [`type:${multirangeOid}`, ...made])
      reading.addAddress(address, `type:${oid}`, `range type ${identity}`);
  },
};
