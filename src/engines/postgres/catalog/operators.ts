import { flag, operatorName, plainFamily, routineName } from './plain-family.ts';
import type { Family } from './reading.ts';

/** A side's type; NONE where a prefix operator has nothing. */
const side = (column: string): string =>
  `CASE WHEN ${column} = 0 THEN 'NONE' ELSE format_type(${column}, NULL) END`;

/** Operators. What is there only because another one named it as its commutator or negator is none yet. */
export const operators: Family = plainFamily('operator', () => ({
  kind: 'operator',
  schema: 'x.oprnamespace',
  where: 'x.oprcode <> 0',
  name: `x.oprname || '(' || ${side('x.oprleft')} || ', ' || ${side('x.oprright')} || ')'`,
  owner: 'x.oprowner',
  properties: {
    left: 'CASE WHEN x.oprleft <> 0 THEN format_type(x.oprleft, NULL) END',
    right: 'CASE WHEN x.oprright <> 0 THEN format_type(x.oprright, NULL) END',
    function: routineName('x.oprcode::oid'),
    commutator: operatorName('x.oprcom'),
    negator: operatorName('x.oprnegate'),
    restrict: routineName('x.oprrest::oid'),
    join: routineName('x.oprjoin::oid'),
  },
  json: { hashes: flag('x.oprcanhash'), merges: flag('x.oprcanmerge') },
}));
