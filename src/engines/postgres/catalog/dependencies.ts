import { CATALOGUES } from './catalogues.ts';
import { type ArrayRow, oidList, type Reading } from './reading.ts';

/**
 * Direct dependencies between what was read, in one query. What is structure already is left out: a child needs its
 * parent, everything its schema. References to arrays and row types stand for the element and the table.
 */
export function dependencySql(reading: Reading): string {
  return `SELECT d.classid, coalesce(r.ev_class, a.adrelid, d.objid), coalesce(a.adnum, d.objsubid),
  CASE WHEN t.typrelid <> 0 THEN ${CATALOGUES.pg_class} ELSE d.refclassid END, coalesce(NULLIF(t.typrelid, 0), NULLIF(t.typelem, 0), d.refobjid), d.refobjsubid
FROM pg_depend d
  LEFT JOIN pg_rewrite r ON d.classid = ${CATALOGUES.pg_rewrite} AND r.oid = d.objid
  LEFT JOIN pg_attrdef a ON d.classid = ${CATALOGUES.pg_attrdef} AND a.oid = d.objid
  LEFT JOIN pg_type t ON d.refclassid = ${CATALOGUES.pg_type} AND t.oid = d.refobjid
WHERE d.deptype = 'n' AND d.refobjid >= 16384
  AND d.refclassid IN (${CATALOGUES.pg_class}, ${CATALOGUES.pg_proc}, ${CATALOGUES.pg_type}, ${CATALOGUES.pg_extension}, ${CATALOGUES.pg_constraint})
  ${among(reading)}`;
}

/** The key of what stands at an address. */
type KeyAt = (address: string) => string | undefined;

/** Notes each row with the object that depends. `elsewhere` knows the keys of what a partial read did not read. */
export function takeDependency(row: ArrayRow, reading: Reading, elsewhere?: KeyAt): void {
  const own: KeyAt = (address) => reading.keys.get(address);
  const [catalogue, oid, column, refCatalogue, refOid, refColumn] = row;
  const dependent = at(own, catalogue, oid, column);
  const draft = dependent === undefined ? undefined : reading.drafts.get(dependent);
  if (draft === undefined || dependent === undefined) return;
  const needed =
    at(own, refCatalogue, refOid, refColumn) ?? (elsewhere && at(elsewhere, refCatalogue, refOid, refColumn));
  if (needed === undefined || needed === dependent || needed === draft.parent) return;
  if (!draft.dependsOn.includes(needed)) draft.dependsOn = [...draft.dependsOn, needed];
}

function at(
  key: KeyAt,
  catalogue: string | null | undefined,
  oid: string | null | undefined,
  column: string | null | undefined,
): string | undefined {
  const kind = ADDRESS[catalogue ?? ''];
  if (kind === undefined) return undefined;
  const whole = `${kind}:${oid}`;
  return (column === '0' ? undefined : key(`${whole}.${column}`)) ?? key(whole);
}

/** A rule is its view's, a default its column's. */
const ADDRESS: Readonly<Record<string, string>> = {
  [CATALOGUES.pg_class]: 'relation',
  [CATALOGUES.pg_rewrite]: 'relation',
  [CATALOGUES.pg_attrdef]: 'relation',
  [CATALOGUES.pg_constraint]: 'constraint',
  [CATALOGUES.pg_trigger]: 'trigger',
  [CATALOGUES.pg_policy]: 'policy',
  [CATALOGUES.pg_proc]: 'routine',
  [CATALOGUES.pg_type]: 'type',
  [CATALOGUES.pg_extension]: 'extension',
};

function among(reading: Reading): string {
  if (reading.only === undefined) {
    const catalogues = Object.keys(ADDRESS).filter((number) => number !== String(CATALOGUES.pg_extension));
    return `AND d.classid IN (${catalogues.join(', ')})`;
  }
  const oids = new Map<string, string[]>();
  for (const address of reading.keys.keys()) {
    const [kind = '', oid = ''] = address.split(':');
    if (oid.includes('.')) continue;
    const list = oids.get(kind);
    if (list === undefined) oids.set(kind, [oid]);
    else list.push(oid);
  }
  const of = (kind: string): string[] => oids.get(kind) ?? [];
  const one = (catalogue: number, kind: string): string =>
    `d.classid = ${catalogue} AND ${oidList('d.objid', of(kind))}`;
  return `AND (${[
    one(CATALOGUES.pg_class, 'relation'),
    one(CATALOGUES.pg_constraint, 'constraint'),
    one(CATALOGUES.pg_trigger, 'trigger'),
    one(CATALOGUES.pg_policy, 'policy'),
    one(CATALOGUES.pg_proc, 'routine'),
    one(CATALOGUES.pg_type, 'type'),
    `d.classid = ${CATALOGUES.pg_rewrite} AND d.objid = ANY (ARRAY(SELECT oid FROM pg_rewrite WHERE ${oidList('ev_class', of('relation'))}))`,
    `d.classid = ${CATALOGUES.pg_attrdef} AND d.objid = ANY (ARRAY(SELECT oid FROM pg_attrdef WHERE ${oidList('adrelid', of('relation'))}))`,
  ].join(' OR ')})`;
}
