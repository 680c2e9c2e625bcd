import { commentJoin } from './fragments.ts';
import { type Family, json, NOTHING, put } from './reading.ts';

export const policies: Family = {
  name: 'policies',
  of: ['relation'],
  sql: (reading) => `SELECT p.oid, p.polrelid, quote_ident(p.polname), p.polcmd, p.polpermissive,
  (SELECT json_agg(r.name ORDER BY r.name COLLATE "C") FROM (
    SELECT CASE WHEN role = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END AS name FROM unnest(p.polroles) role) r),
  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), d.description
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid ${commentJoin('d', 'pg_policy', 'p.oid')}
WHERE ${reading.inScope('c.relnamespace')} ${reading.among('p.polrelid', 'relation')}`,
  take([oid, relation, name, command, permissive, roles, using, check, comment], reading) {
    const table = reading.at(`relation:${relation}`);
    if (table === undefined) return;
    const properties = { command: COMMANDS[command ?? ''] ?? '', roles: json(roles) ?? [] };
    if (permissive === 'f') put(properties, 'restrictive', true);
    put(properties, 'using', using);
    put(properties, 'check', check);
    put(properties, 'comment', comment);
    reading.add(`policy:${oid}`, `relation:${relation}`, {
      kind: 'policy',
      identity: `${name} on ${table.identity}`,
      parent: `${table.kind} ${table.identity}`,
      properties,
      dependsOn: NOTHING,
    });
  },
};

const COMMANDS: Readonly<Record<string, string>> = {
  '*': 'all',
  r: 'select',
  a: 'insert',
  w: 'update',
  d: 'delete',
};
