import { flag, plainFamily } from './plain-family.ts';
import type { Family } from './reading.ts';

/** Casts that people made. Those from a range to its multirange came with the type. */
export const casts: Family = plainFamily('cast', () => ({
  kind: 'cast',
  where: `NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = x.oid AND i.deptype = 'i')`,
  name: `'(' || format_type(x.castsource, NULL) || ' AS ' || format_type(x.casttarget, NULL) || ')'`,
  properties: {
    function: 'CASE WHEN x.castfunc <> 0 THEN x.castfunc::regprocedure::text END',
    context: `CASE x.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' END`,
  },
  json: { inout: flag(`x.castmethod = 'i'`) },
}));
