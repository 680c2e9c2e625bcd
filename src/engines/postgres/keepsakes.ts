import type { CatalogObject } from '../../catalog/catalog.ts';
import { literal, type Wire } from './wire.ts';

const RELATIONS = ['view', 'materialized view'];
const ROUTINES = ['function', 'procedure'];

/** Statements that give grants, owners and comments back to objects that are dropped and made again. */
export async function keepsakes(wire: Wire, objects: readonly CatalogObject[]): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const { kind, identity } of objects) {
    if (RELATIONS.includes(kind)) statements.push(...(await ofRelation(wire, kind, identity)));
    if (ROUTINES.includes(kind)) statements.push(...(await ofRoutine(wire, kind, identity)));
  }
  return statements;
}

function ofRelation(wire: Wire, kind: string, identity: string): Promise<readonly string[]> {
  return collect(
    wire,
    `SELECT c.relacl AS acl, c.relowner AS owner, pg_catalog.obj_description(c.oid, 'pg_class') AS comment
     FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(${literal(identity)})`,
    'TABLE',
    kind.toUpperCase(),
    identity,
  );
}

function ofRoutine(wire: Wire, kind: string, identity: string): Promise<readonly string[]> {
  return collect(
    wire,
    `SELECT p.proacl AS acl, p.proowner AS owner, pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
     FROM pg_catalog.pg_proc p WHERE p.oid = pg_catalog.to_regprocedure(${literal(identity)})`,
    kind.toUpperCase(),
    kind.toUpperCase(),
    identity,
  );
}

async function collect(
  wire: Wire,
  source: string,
  grantOn: string,
  kind: string,
  identity: string,
): Promise<readonly string[]> {
  const on = literal(identity);
  const rows = await wire.query(`
    WITH o AS (${source})
    SELECT pg_catalog.format('GRANT %s ON ${grantOn} %s TO %s%s', x.privilege_type, ${on},
        CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END,
        CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS sql
      FROM o CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) x WHERE x.grantee <> o.owner
    UNION ALL SELECT pg_catalog.format('COMMENT ON ${kind} %s IS %L', ${on}, comment) FROM o WHERE comment IS NOT NULL
    UNION ALL SELECT pg_catalog.format('ALTER ${kind} %s OWNER TO %I', ${on}, pg_catalog.pg_get_userbyid(owner)) FROM o
      WHERE owner <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER)`);
  return rows.map((row) => row.sql ?? '');
}
