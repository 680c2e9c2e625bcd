import { commentJoin, ownerAndAcl } from './fragments.ts';
import { operatorName, routineName } from './plain-family.ts';
import { type Family, json, NOTHING, put, type Reading } from './reading.ts';

/** Aggregates. Properties carry the names that CREATE AGGREGATE gives them. */
export const aggregates: Family = {
  name: 'aggregates',
  of: ['routine'],
  rare: 'aggregate',
  sql: (
    reading,
  ) => `SELECT p.oid, p.pronamespace, quote_ident(p.proname), oidvectortypes(p.proargtypes), pg_get_function_arguments(p.oid),
  d.description, ${ownerAndAcl(reading, 'p.proowner', 'p.proacl', "'f'")}, ${Object.values(TEXTS).join(', ')}, ${Object.values(FLAGS).join(', ')}
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid ${commentJoin('d', 'pg_proc', 'p.oid')}
WHERE p.oid >= 16384 AND ${reading.inScope('p.pronamespace')} ${reading.among('p.oid', 'routine')}`,
  take([oid, schema, name, types, args, comment, owner, acl, ...values], reading: Reading) {
    const properties = { arguments: args ?? '' };
    const [texts, flags] = [Object.keys(TEXTS), Object.keys(FLAGS)];
    for (const [at, property] of texts.entries()) put(properties, property, values[at]);
    for (const [at, property] of flags.entries())
      if (values[texts.length + at] === 't') put(properties, property, true);
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', json(acl));
    reading.add(`routine:${oid}`, `routine:${oid}`, {
      kind: 'aggregate',
      identity: `${reading.schemas.get(schema ?? '')}.${name}(${types})`,
      properties,
      dependsOn: NOTHING,
    });
  },
};

/** How a final function may treat the state: an ordered-set aggregate's may write by default, others only read. */
const modify = (column: string): string =>
  `CASE WHEN ${column} <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END
    THEN CASE ${column} WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' ELSE 'read_write' END END`;

const TEXTS: Readonly<Record<string, string>> = {
  sfunc: routineName('a.aggtransfn'),
  stype: 'format_type(a.aggtranstype, NULL)',
  sspace: 'NULLIF(a.aggtransspace, 0)',
  finalfunc: routineName('a.aggfinalfn'),
  finalfuncModify: modify('a.aggfinalmodify'),
  combinefunc: routineName('a.aggcombinefn'),
  serialfunc: routineName('a.aggserialfn'),
  deserialfunc: routineName('a.aggdeserialfn'),
  initcond: 'a.agginitval',
  msfunc: routineName('a.aggmtransfn'),
  minvfunc: routineName('a.aggminvtransfn'),
  mstype: 'CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END',
  msspace: 'NULLIF(a.aggmtransspace, 0)',
  mfinalfunc: routineName('a.aggmfinalfn'),
  mfinalfuncModify: `CASE WHEN a.aggmtransfn <> 0 THEN ${modify('a.aggmfinalmodify')} END`,
  minitcond: 'a.aggminitval',
  sortop: operatorName('a.aggsortop'),
  parallel: `CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END`,
};

const FLAGS: Readonly<Record<string, string>> = {
  finalfuncExtra: 'a.aggfinalextra',
  mfinalfuncExtra: 'a.aggmfinalextra',
  hypothetical: `a.aggkind = 'h'`,
};
