import { flag, plainFamily } from './plain-family.ts';
import type { Family } from './reading.ts';

/**
 * Operators and functions as CREATE OPERATOR CLASS lists them: those that depend on `holder`, with `type`. Types stand
 * before a function where it serves others than the class's own.
 */
function items(holder: string, type: 'i' | 'a'): string {
  const held = (catalogue: string): string =>
    `JOIN pg_depend e ON e.classid = '${catalogue}'::regclass AND e.objid = m.oid AND e.refclassid = '${holder}'::regclass AND e.refobjid = x.oid AND e.deptype = '${type}'`;
  return `(SELECT json_agg(item ORDER BY item COLLATE "C") FROM (
    SELECT 'OPERATOR ' || m.amopstrategy || ' ' || m.amopopr::regoperator
      || CASE WHEN m.amopsortfamily <> 0 THEN (SELECT ' FOR ORDER BY ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname)
        FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = m.amopsortfamily) ELSE '' END AS item
    FROM pg_amop m ${held('pg_amop')}
    UNION ALL SELECT 'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) || ', ' || format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::regprocedure
    FROM pg_amproc m ${held('pg_amproc')}) items)`;
}

/** What the items need: the server notes it with them, not with the class. */
function needs(holder: string, type: 'i' | 'a', more = ''): string {
  return `(SELECT json_agg(need) FROM (
    SELECT 'operator:' || m.amopopr AS need FROM pg_amop m JOIN pg_depend e ON e.classid = 'pg_amop'::regclass AND e.objid = m.oid
      AND e.refclassid = '${holder}'::regclass AND e.refobjid = x.oid AND e.deptype = '${type}' WHERE m.amopopr >= 16384
    UNION SELECT 'operator family:' || m.amopsortfamily FROM pg_amop m JOIN pg_depend e ON e.classid = 'pg_amop'::regclass AND e.objid = m.oid
      AND e.refclassid = '${holder}'::regclass AND e.refobjid = x.oid AND e.deptype = '${type}' WHERE m.amopsortfamily >= 16384
    UNION SELECT 'routine:' || m.amproc::oid FROM pg_amproc m JOIN pg_depend e ON e.classid = 'pg_amproc'::regclass AND e.objid = m.oid
      AND e.refclassid = '${holder}'::regclass AND e.refobjid = x.oid AND e.deptype = '${type}' WHERE m.amproc::oid >= 16384
    ${more}) needs)`;
}

const METHOD = { join: 'JOIN pg_am am ON am.oid = ', using: `' using ' || quote_ident(am.amname)` } as const;

/** Operator families with what was added to them by itself. */
export const operatorFamilies: Family = plainFamily('operator family', () => ({
  kind: 'operator family',
  join: `${METHOD.join}x.opfmethod`,
  schema: 'x.opfnamespace',
  name: `quote_ident(x.opfname) || ${METHOD.using}`,
  owner: 'x.opfowner',
  properties: { method: 'quote_ident(am.amname)' },
  json: { items: items('pg_opfamily', 'a') },
  needs: needs('pg_opfamily', 'a'),
}));

export const operatorClasses: Family = plainFamily('operator class', () => ({
  kind: 'operator class',
  join: `${METHOD.join}x.opcmethod JOIN pg_opfamily f ON f.oid = x.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace`,
  schema: 'x.opcnamespace',
  name: `quote_ident(x.opcname) || ${METHOD.using}`,
  owner: 'x.opcowner',
  properties: {
    type: 'format_type(x.opcintype, NULL)',
    method: 'quote_ident(am.amname)',
    family: `quote_ident(fn.nspname) || '.' || quote_ident(f.opfname)`,
    storage: 'CASE WHEN x.opckeytype <> 0 THEN format_type(x.opckeytype, NULL) END',
  },
  json: { default: flag('x.opcdefault'), items: items('pg_opclass', 'i') },
  needs: needs(
    'pg_opclass',
    'i',
    `UNION SELECT 'operator family:' || x.opcfamily WHERE x.opcfamily >= 16384`,
  ),
}));
