import { CATALOGUES, numberOf } from './catalogues.ts';
import { OTHER_ROOT } from './plain-family.ts';
import { type AddressClass, type ArrayQuery, type ArrayRow, OTHER, oidList, type Roots } from './reading.ts';
import type { ReadState } from './state.ts';

/** More than that, and reading everything is not slower. */
const MOST_ROOTS = 3_000;

/**
 * What must be read again to know what the current transaction has done, without looking at all of a large database:
 * - what it holds a lock on that only DDL takes; objects that are gone are among them;
 * - rows that it wrote in the small catalogues whose DDL locks nothing (CREATE OR REPLACE FUNCTION, GRANT, …);
 * - all that depends on these: its text may name what was renamed.
 * `startRows` are the answer to `startsSql`. Undefined where that cannot be told or is too much: then everything is to be read.
 */
export async function touchedRoots(
  query: ArrayQuery,
  state: ReadState,
  found: Found,
  startRows: readonly ArrayRow[],
): Promise<Roots | undefined> {
  if (await schemasMoved(query, state, found)) return undefined;
  for (const [oid, name] of state.roles) if (found.roles.get(oid) !== name) return undefined;
  const starts = new Set<string>();
  for (const [catalogue, oid] of startRows) {
    // A new default of a type is in the text of every index that does not use it.
    if (catalogue === String(CATALOGUES.pg_opclass)) return undefined;
    starts.add(`(${catalogue},${oid})`);
  }
  for (const address of difference(state.members, found.members)) {
    const [kind, oid] = address.split(':') as [AddressClass, string];
    if (kind !== 'schema') starts.add(`(${numberOf(kind)},${oid})`);
  }
  if (starts.size > MOST_ROOTS) return undefined;
  const roots = {
    relation: new Set<string>(),
    routine: new Set<string>(),
    type: new Set<string>(),
    schema: new Set<string>(),
    extension: new Set<string>(),
    // Few as they are, they are read again in any case.
    [OTHER]: new Set<string>(found.present.size > 0 || state.roots.has(OTHER_ROOT) ? ['all'] : []),
  };
  if (starts.size === 0) return roots;
  const rows = await query(reachSql(starts));
  if (rows.length > 10 * MOST_ROOTS) return undefined;
  for (const [kind, oid] of rows) {
    if (oid == null) continue;
    if (kind === 'gone') {
      const [root, number = ''] = (state.holders.get(oid) ?? '').split(':');
      if (isRoot(root)) roots[root].add(number);
    } else if (isRoot(kind)) roots[kind].add(oid);
  }
  const count = Object.values(roots).reduce((sum, set) => sum + set.size, 0);
  return count > MOST_ROOTS ? undefined : roots;
}

/** A schema's new name is part of everything in it, and may bring it into scope or out of it. */
async function schemasMoved(query: ArrayQuery, state: ReadState, found: Found): Promise<boolean> {
  const absent: string[] = [];
  for (const [oid, name] of state.schemas) {
    const now = found.schemas.get(oid);
    if (now === undefined) absent.push(oid);
    else if (now !== name) return true;
  }
  if (found.listed && [...found.schemas.keys()].some((oid) => !state.schemas.has(oid))) return true;
  if (absent.length === 0) return false;
  const rows = await query(`SELECT oid FROM pg_namespace WHERE ${oidList('oid', absent)}`);
  return rows.length > 0;
}

/** What is read first in any case. */
export interface Found {
  readonly schemas: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, string>;
  /** Kinds that are there. */
  readonly present: ReadonlySet<string>;
  readonly roles: ReadonlyMap<string, string>;
  /** The scope names its schemas. */
  readonly listed: boolean;
}

function isRoot(kind: string | null | undefined): kind is keyof Roots {
  return (
    kind === 'relation' || kind === 'routine' || kind === 'type' || kind === 'schema' || kind === 'extension'
  );
}

function difference(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...[...a.keys()].filter((item) => !b.has(item)), ...[...b.keys()].filter((item) => !a.has(item))];
}

/**
 * Where to start. With privileges, GRANT on a table locks nothing, so its catalogues are looked through. DML takes
 * ROW EXCLUSIVE at most, reads less; rows of this transaction and newer ones have an age of 0 or below.
 */
export function startsSql(privileges: boolean): string {
  const written = (catalogue: number, oid: string, from: string): string =>
    `SELECT ${catalogue}::oid, ${oid} FROM ${from} x WHERE age(x.xmin) <= 0`;
  return [
    `SELECT coalesce(l.classid, ${CATALOGUES.pg_class}), coalesce(l.relation, l.objid) FROM pg_locks l
WHERE l.pid = pg_backend_pid() AND l.granted AND l.locktype IN ('relation', 'object')
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
    written(CATALOGUES.pg_namespace, 'x.oid', 'pg_namespace'),
    written(CATALOGUES.pg_proc, 'x.oid', 'pg_proc'),
    written(CATALOGUES.pg_type, 'x.oid', 'pg_type'),
    written(CATALOGUES.pg_type, 'x.enumtypid', 'pg_enum'),
    `${written(CATALOGUES.pg_type, 'x.contypid', 'pg_constraint')} AND x.contypid > 0`,
    written(CATALOGUES.pg_extension, 'x.oid', 'pg_extension'),
    written(CATALOGUES.pg_class, 'x.stxrelid', 'pg_statistic_ext'),
    written(CATALOGUES.pg_opclass, 'x.oid', 'pg_opclass'),
    ...(privileges
      ? [
          written(CATALOGUES.pg_class, 'x.oid', 'pg_class'),
          written(CATALOGUES.pg_class, 'x.attrelid', 'pg_attribute'),
        ]
      : []),
  ].join('\nUNION ');
}

/** Everything that depends on the starts, at any distance, and what each is a part of. Schemas and extensions carry nothing along. */
function reachSql(starts: ReadonlySet<string>): string {
  const limit = 10 * MOST_ROOTS + 1;
  return `WITH RECURSIVE start(classid, objid) AS (VALUES ${[...starts].map((pair) => pair.replace('(', '(').replace(',', '::oid,').replace(')', '::oid)')).join(', ')}),
reach(classid, objid) AS (
  SELECT * FROM start
  UNION
  SELECT d.classid, d.objid FROM reach r JOIN pg_depend d ON d.refclassid = r.classid AND d.refobjid = r.objid
  WHERE d.deptype NOT IN ('e', 'x') AND r.classid NOT IN (${CATALOGUES.pg_namespace}, ${CATALOGUES.pg_extension})
),
near AS (SELECT * FROM reach LIMIT ${limit})
SELECT 'relation', coalesce(i.indrelid, s.refobjid, n.objid)::text FROM near n
  LEFT JOIN pg_index i ON i.indexrelid = n.objid
  LEFT JOIN pg_depend s ON s.classid = n.classid AND s.objid = n.objid AND s.objsubid = 0 AND s.refclassid = n.classid
    AND s.refobjsubid > 0 AND s.deptype = 'i'
  WHERE n.classid = ${CATALOGUES.pg_class}
UNION SELECT 'type', c.reltype::text FROM near n JOIN pg_class c ON c.oid = n.objid AND c.relkind = 'c' WHERE n.classid = ${CATALOGUES.pg_class}
UNION SELECT 'relation', x.ev_class::text FROM near n JOIN pg_rewrite x ON x.oid = n.objid WHERE n.classid = ${CATALOGUES.pg_rewrite}
UNION SELECT 'relation', x.adrelid::text FROM near n JOIN pg_attrdef x ON x.oid = n.objid WHERE n.classid = ${CATALOGUES.pg_attrdef}
UNION SELECT 'relation', x.tgrelid::text FROM near n JOIN pg_trigger x ON x.oid = n.objid WHERE n.classid = ${CATALOGUES.pg_trigger}
UNION SELECT 'relation', x.polrelid::text FROM near n JOIN pg_policy x ON x.oid = n.objid WHERE n.classid = ${CATALOGUES.pg_policy}
UNION SELECT CASE WHEN x.oid IS NULL THEN 'gone' WHEN x.conrelid <> 0 THEN 'relation' ELSE 'type' END,
  CASE WHEN x.oid IS NULL THEN 'constraint:' || n.objid WHEN x.conrelid <> 0 THEN x.conrelid::text ELSE x.contypid::text END
  FROM near n LEFT JOIN pg_constraint x ON x.oid = n.objid WHERE n.classid = ${CATALOGUES.pg_constraint}
UNION SELECT CASE WHEN x.oid IS NULL THEN 'gone' ELSE 'relation' END, coalesce(x.stxrelid::text, 'statistics:' || n.objid)
  FROM near n LEFT JOIN pg_statistic_ext x ON x.oid = n.objid WHERE n.classid = ${CATALOGUES.pg_statistic_ext}
UNION SELECT 'routine', objid::text FROM near WHERE classid = ${CATALOGUES.pg_proc}
UNION SELECT 'type', objid::text FROM near WHERE classid = ${CATALOGUES.pg_type}
UNION SELECT 'schema', objid::text FROM near WHERE classid = ${CATALOGUES.pg_namespace}
UNION SELECT 'extension', objid::text FROM near WHERE classid = ${CATALOGUES.pg_extension}`;
}
