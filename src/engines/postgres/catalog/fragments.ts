import type { Reading } from './reading.ts';

/** Left join to an object's comment. `address` is the OID's expression. */
export function commentJoin(alias: string, catalogue: string, address: string, column = '0'): string {
  return `LEFT JOIN pg_description ${alias} ON ${alias}.objoid = ${address} AND ${alias}.classoid = '${catalogue}'::regclass AND ${alias}.objsubid = ${column}`;
}

/** Options as a sorted JSON list of `name=value`, null for none. */
export function optionList(array: string): string {
  return `CASE WHEN ${array} IS NOT NULL THEN (SELECT json_agg(o ORDER BY o COLLATE "C") FROM unnest(${array}) o) END`;
}

/** Owner and privileges, each NULL unless asked for, so that rows have the same columns always. */
export function ownerAndAcl(reading: Reading, owner: string, acl: string, type: string): string {
  const ownerText = reading.includes('owners') ? `pg_get_userbyid(${owner})` : 'NULL';
  const text = reading.includes('privileges')
    ? `CASE WHEN ${acl} IS NOT NULL THEN NULLIF(${aclText(acl, owner)}, ${aclText(`acldefault(${type}, ${owner})`, owner)}) END`
    : 'NULL';
  return `${ownerText}, ${text}`;
}

/** Privileges of a column, which has none by default. */
export function columnAcl(reading: Reading, acl: string, owner: string): string {
  return reading.includes('privileges')
    ? `CASE WHEN ${acl} IS NOT NULL THEN NULLIF(${aclText(acl, owner)}, '[]') END`
    : 'NULL';
}

/**
 * An ACL as JSON text that says the same for ACLs that mean the same: one line per grantee, sorted, the owner by that
 * word, the grantor left out where it is the owner; `*` after what may be granted on.
 */
export function aclText(acl: string, owner: string): string {
  return `(SELECT coalesce(json_agg(line ORDER BY line COLLATE "C"), '[]')::text FROM (
    SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' WHEN grantee = ${owner} THEN '(owner)' ELSE quote_ident(pg_get_userbyid(grantee)) END
      || CASE WHEN grantor = ${owner} THEN '' ELSE ' by ' || quote_ident(pg_get_userbyid(grantor)) END || ': '
      || string_agg(privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', ' ORDER BY privilege_type COLLATE "C") AS line
    FROM aclexplode(${acl}) GROUP BY grantee, grantor) lines)`;
}

/** A collation's name where it is not its type's own. */
export function collationName(own: string, ofType: string): string {
  return `CASE WHEN ${own} <> ${ofType} AND ${own} <> 0 THEN ${own}::regcollation::text END`;
}

/** A tablespace's name; NULL for the database's default. */
export function tablespaceName(column: string): string {
  return `(SELECT quote_ident(ts.spcname) FROM pg_tablespace ts WHERE ts.oid = ${column})`;
}
