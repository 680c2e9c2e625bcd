import { UNREADABLE } from '../../../catalog/catalog.ts';
import { type Finish, OTHER_ROOT, plainFamily, routineName } from './plain-family.ts';
import { READABLE } from './presence.ts';
import { type Family, json, NOTHING, OTHER, put } from './reading.ts';
import { putOptions } from './secrets.ts';

/** Options are read with what may be secret in them, and leave it here. */
const finish: Finish = (properties) => {
  const options = properties.options as readonly string[] | undefined;
  delete properties.options;
  putOptions(properties, options);
};

export const foreignDataWrappers: Family = plainFamily('foreign data wrapper', () => ({
  kind: 'foreign data wrapper',
  name: 'quote_ident(x.fdwname)',
  owner: 'x.fdwowner',
  acl: ['x.fdwacl', 'F'],
  properties: { handler: routineName('x.fdwhandler'), validator: routineName('x.fdwvalidator') },
  json: { options: 'array_to_json(x.fdwoptions)' },
  finish,
}));

export const servers: Family = plainFamily('server', () => ({
  kind: 'server',
  join: 'JOIN pg_foreign_data_wrapper w ON w.oid = x.srvfdw',
  name: 'quote_ident(x.srvname)',
  owner: 'x.srvowner',
  acl: ['x.srvacl', 'S'],
  properties: { wrapper: 'quote_ident(w.fdwname)', type: 'x.srvtype', version: 'x.srvversion' },
  json: { options: 'array_to_json(x.srvoptions)' },
  finish,
}));

/** User mappings. Their options are shown to few: who may not see them does not know whether there are any. */
export const userMappings: Family = {
  name: 'user mappings',
  of: [OTHER],
  rare: 'user mapping',
  sql: ({ scope }) =>
    scope.schemas !== 'all'
      ? undefined
      : `SELECT x.umid, CASE WHEN x.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(x.usename) END, x.srvid, quote_ident(x.srvname), array_to_json(x.umoptions)
FROM pg_user_mappings x WHERE x.umid >= 16384 ORDER BY x.umid`,
  take([oid, role, serverOid, server, options], reading) {
    const properties = { role: role ?? '', server: server ?? '' };
    if (options == null && !reading.present.has(READABLE.mappings)) {
      put(properties, 'options', UNREADABLE);
      put(properties, 'secretOptions', UNREADABLE);
    } else putOptions(properties, json(options) as readonly string[] | undefined, 'user mapping');
    const draft = { kind: 'user mapping', identity: `${role} on ${server}`, properties, dependsOn: NOTHING };
    if (reading.add(`user mapping:${oid}`, OTHER_ROOT, draft) !== undefined)
      reading.need(draft, `server:${serverOid}`);
  },
};

/** What a foreign table has beside an ordinary one: whence its rows come. */
export const foreignTables: Family = {
  name: 'foreign tables',
  of: ['relation'],
  rare: 'foreign table',
  sql: (reading) => `SELECT f.ftrelid, f.ftserver, quote_ident(s.srvname), array_to_json(f.ftoptions)
FROM pg_foreign_table f JOIN pg_class c ON c.oid = f.ftrelid JOIN pg_foreign_server s ON s.oid = f.ftserver
WHERE ${reading.inScope('c.relnamespace')} ${reading.among('c.oid', 'relation')}`,
  take([oid, serverOid, server, options], reading) {
    const table = reading.at(`relation:${oid}`);
    if (table === undefined) return;
    table.properties.server = server ?? '';
    putOptions(table.properties, json(options) as readonly string[] | undefined);
    reading.need(table, `server:${serverOid}`);
  },
};
