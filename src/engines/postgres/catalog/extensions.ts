import { CLASS_OF } from './catalogues.ts';
import { commentJoin } from './fragments.ts';
import { type Family, NOTHING, put } from './reading.ts';

/** What extensions brought along belongs to them and is left out of everything that is read after this. */
export const extensionMembers: Family = {
  name: 'extension members',
  sql: () =>
    `SELECT classid, objid, refobjid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass`,
  take([catalogue, oid, extension], reading) {
    const kind = CLASS_OF.get(catalogue ?? '');
    if (kind !== undefined) reading.members.set(`${kind}:${oid}`, extension ?? '');
  },
};

/** Those that initdb makes are part of the server. */
export const extensions: Family = {
  name: 'extensions',
  of: ['extension'],
  sql: (reading) => `SELECT e.oid, quote_ident(e.extname), e.extversion, n.nspname, d.description,
  ${reading.includes('owners') ? 'pg_get_userbyid(e.extowner)' : 'NULL'}
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace ${commentJoin('d', 'pg_extension', 'e.oid')}
WHERE e.oid >= 16384 ${reading.scope.schemas === 'all' ? '' : `AND ${reading.inScope('e.extnamespace')}`} ${reading.among('e.oid', 'extension')}`,
  take([oid, name, version, schema, comment, owner], reading) {
    const properties = { version: version ?? '', schema: schema ?? '' };
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    reading.add(`extension:${oid}`, `extension:${oid}`, {
      kind: 'extension',
      identity: name ?? '',
      properties,
      dependsOn: NOTHING,
    });
  },
};
