import { aclText } from './fragments.ts';
import { OTHER_ROOT } from './plain-family.ts';
import { type Family, json, NOTHING, OTHER, put, type Reading } from './reading.ts';

/**
 * What ALTER DEFAULT PRIVILEGES has set, by role, kind of object, and schema where it is for one. Part of the privileges:
 * not read unless these are. Of what counts everywhere it tells all; of a schema, what is granted beside that.
 */
export const defaultPrivileges: Family = {
  name: 'default privileges',
  of: [OTHER],
  rare: 'default privileges',
  sql: (reading) =>
    reading.includes('privileges')
      ? `SELECT x.oid, quote_ident(pg_get_userbyid(x.defaclrole)), x.defaclobjtype, n.nspname, x.defaclnamespace, quote_ident(n.nspname), ${aclText('x.defaclacl', 'x.defaclrole')}
FROM pg_default_acl x LEFT JOIN pg_namespace n ON n.oid = x.defaclnamespace
WHERE (${reading.scope.schemas === 'all' ? 'x.defaclnamespace = 0 OR ' : ''}${reading.inScope('x.defaclnamespace')})
  AND (x.defaclnamespace <> 0 OR ${aclText('x.defaclacl', 'x.defaclrole')} <> ${aclText(`acldefault(${ACL_LETTER}, x.defaclrole)`, 'x.defaclrole')})
ORDER BY x.oid`
      : undefined,
  take([oid, role, letter, schema, schemaOid, quotedSchema, privileges], reading: Reading) {
    const objects = OBJECTS[letter ?? ''] ?? letter ?? '';
    const properties = { role: role ?? '', objects };
    put(properties, 'schema', schema);
    put(properties, 'privileges', json(privileges));
    const place = quotedSchema == null ? '' : ` in ${quotedSchema}`;
    const identity = `of ${role}${place} on ${objects}`;
    const draft = { kind: 'default privileges', identity, properties, dependsOn: NOTHING };
    if (reading.add(`default privileges:${oid}`, OTHER_ROOT, draft) !== undefined && schema != null)
      reading.need(draft, `schema:${schemaOid}`);
  },
};

const ACL_LETTER = `CASE x.defaclobjtype WHEN 'S' THEN 's' ELSE x.defaclobjtype END`;

const OBJECTS: Readonly<Record<string, string>> = {
  r: 'tables',
  S: 'sequences',
  f: 'functions',
  T: 'types',
  n: 'schemas',
  L: 'large objects',
};
