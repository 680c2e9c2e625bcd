import { CATALOGUES, CLASS_OF, numberOf } from './catalogues.ts';
import { type AddressClass, type ArrayRow, addNeed, oidList, type Reading } from './reading.ts';

/**
 * Direct dependencies between what was read, in one query. What is structure already is left out: a child needs its
 * parent, everything its schema. References to arrays and row types stand for the element and the table, a view's rule
 * for the view, a default for its column.
 */
export function dependencySql(reading: Reading): string {
  return `SELECT CASE WHEN r.rulename = '_RETURN' THEN ${CATALOGUES.pg_class} WHEN a.oid IS NOT NULL THEN ${CATALOGUES.pg_class} ELSE d.classid END,
  CASE WHEN r.rulename = '_RETURN' THEN r.ev_class ELSE coalesce(a.adrelid, d.objid) END, coalesce(a.adnum, d.objsubid),
  CASE WHEN t.typrelid <> 0 THEN ${CATALOGUES.pg_class} ELSE d.refclassid END,
  coalesce(NULLIF(t.typrelid, 0), CASE WHEN t.typsubscript = 'array_subscript_handler'::regproc THEN NULLIF(t.typelem, 0) END, d.refobjid),
  d.refobjsubid, CASE WHEN d.deptype = 'x' THEN (SELECT quote_ident(e.extname) FROM pg_extension e WHERE e.oid = d.refobjid) END
FROM pg_depend d
  LEFT JOIN pg_rewrite r ON d.classid = ${CATALOGUES.pg_rewrite} AND r.oid = d.objid
  LEFT JOIN pg_attrdef a ON d.classid = ${CATALOGUES.pg_attrdef} AND a.oid = d.objid
  LEFT JOIN pg_type t ON d.refclassid = ${CATALOGUES.pg_type} AND t.oid = d.refobjid
WHERE (d.deptype = 'n' AND d.refobjid >= 16384 OR d.deptype = 'x' ${reading.version < 150_000 ? GENERATED : ''}) AND d.refclassid IN (${[...NEEDED].join(', ')})
  ${among(reading)}`;
}

/** What a generated column calls was noted with the column itself, as if it went with that, before PostgreSQL 15. */
const GENERATED = `OR d.deptype = 'a' AND d.classid = ${CATALOGUES.pg_class} AND d.objsubid > 0 AND d.refobjid >= 16384`;

/** The key of what stands at an address. */
type KeyAt = (address: string) => string | undefined;

/** Notes each row with the object that depends. `elsewhere` knows the keys of what a partial read did not read. */
export function takeDependency(row: ArrayRow, reading: Reading, elsewhere?: KeyAt): void {
  const [catalogue, oid, column, refCatalogue, refOid, refColumn, extension] = row;
  const dependent = at((address) => reading.keys.get(address), catalogue, oid, column);
  const draft = dependent === undefined ? undefined : reading.drafts.get(dependent);
  if (draft === undefined) return;
  const needed =
    at((address) => reading.keyOf(address), refCatalogue, refOid, refColumn) ??
    (elsewhere && at(elsewhere, refCatalogue, refOid, refColumn));
  if (needed !== undefined) addNeed(draft, needed);
  // Said by `… DEPENDS ON EXTENSION`.
  if (extension == null) return;
  const before = draft.properties.dependsOnExtensions;
  draft.properties.dependsOnExtensions = [...(Array.isArray(before) ? before : []), extension].sort();
}

function at(
  key: KeyAt,
  catalogue: string | null | undefined,
  oid: string | null | undefined,
  column: string | null | undefined,
): string | undefined {
  const kind = CLASS_OF.get(catalogue ?? '');
  if (kind === undefined) return undefined;
  const whole = `${kind}:${oid}`;
  return (column === '0' ? undefined : key(`${whole}.${column}`)) ?? key(whole);
}

/** What other things can need. */
const NEEDED: ReadonlySet<number> = new Set(
  [...CLASS_OF.values()]
    .filter((name) => !(['schema', 'trigger', 'policy', 'rule'] as AddressClass[]).includes(name))
    .map(numberOf),
);

function among(reading: Reading): string {
  if (reading.only === undefined) {
    const catalogues = [...CLASS_OF.values()].filter((name) => name !== 'extension').map(numberOf);
    return `AND d.classid IN (${[...catalogues, CATALOGUES.pg_attrdef].join(', ')})`;
  }
  const oids = new Map<AddressClass, string[]>();
  for (const address of reading.keys.keys()) {
    const [kind, oid] = address.split(':') as [AddressClass, string];
    if (oid.includes('.')) continue;
    const list = oids.get(kind);
    if (list === undefined) oids.set(kind, [oid]);
    else list.push(oid);
  }
  const relations = oids.get('relation') ?? [];
  const parts = [...oids].map(
    ([kind, list]) => `d.classid = ${numberOf(kind)} AND ${oidList('d.objid', list)}`,
  );
  if (relations.length > 0)
    parts.push(
      `d.classid = ${CATALOGUES.pg_rewrite} AND d.objid = ANY (ARRAY(SELECT oid FROM pg_rewrite WHERE ${oidList('ev_class', relations)} AND rulename = '_RETURN'))`,
      `d.classid = ${CATALOGUES.pg_attrdef} AND d.objid = ANY (ARRAY(SELECT oid FROM pg_attrdef WHERE ${oidList('adrelid', relations)}))`,
    );
  return `AND (${parts.length === 0 ? 'false' : parts.join(' OR ')})`;
}
