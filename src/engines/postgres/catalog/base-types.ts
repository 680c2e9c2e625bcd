import { commentJoin, ownerAndAcl } from './fragments.ts';
import { routineName } from './plain-family.ts';
import { type Family, json, NOTHING, put } from './reading.ts';

/** Types with functions of their own in C, and shell types, which only have a name yet. Arrays follow their elements. */
export const baseTypes: Family = {
  name: 'base types',
  of: ['type'],
  sql: (
    reading,
  ) => `SELECT t.oid, t.typnamespace, quote_ident(t.typname), t.typisdefined, d.description, ${ownerAndAcl(reading, 't.typowner', 't.typacl', "'T'")},
  ${Object.values(TEXTS).join(', ')}, ${Object.values(FLAGS).join(', ')}
FROM pg_type t ${commentJoin('d', 'pg_type', 't.oid')}
WHERE (t.typtype = 'b' AND t.typsubscript <> 'array_subscript_handler'::regproc OR t.typtype = 'p' AND NOT t.typisdefined)
  AND t.oid >= 16384 AND ${reading.inScope('t.typnamespace')} ${reading.among('t.oid', 'type')}`,
  take([oid, schema, name, isDefined, comment, owner, acl, ...values], reading) {
    const properties = {};
    if (isDefined === 't') {
      const [texts, flags] = [Object.keys(TEXTS), Object.keys(FLAGS)];
      for (const [at, property] of texts.entries()) put(properties, property, values[at]);
      for (const [at, property] of flags.entries())
        if (values[texts.length + at] === 't') put(properties, property, true);
    }
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', json(acl));
    reading.add(`type:${oid}`, `type:${oid}`, {
      kind: isDefined === 't' ? 'base type' : 'shell type',
      identity: `${reading.schemas.get(schema ?? '')}.${name}`,
      properties,
      dependsOn: NOTHING,
    });
  },
};

const TEXTS: Readonly<Record<string, string>> = {
  input: 't.typinput::regproc::text',
  output: 't.typoutput::regproc::text',
  receive: routineName('t.typreceive::oid'),
  send: routineName('t.typsend::oid'),
  typmodIn: routineName('t.typmodin::oid'),
  typmodOut: routineName('t.typmodout::oid'),
  analyze: routineName('t.typanalyze::oid'),
  subscript: routineName('t.typsubscript::oid'),
  // -1 stands for a variable length, which is the default.
  internalLength: 'NULLIF(t.typlen, -1)',
  alignment: `CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' END`,
  storage: `CASE t.typstorage WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main' END`,
  category: `NULLIF(t.typcategory, 'U')`,
  default: 't.typdefault',
  element: 'CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END',
  delimiter: `NULLIF(t.typdelim, ',')`,
};

const FLAGS: Readonly<Record<string, string>> = {
  passedByValue: 't.typbyval',
  preferred: 't.typispreferred',
  collatable: 't.typcollation <> 0',
};
