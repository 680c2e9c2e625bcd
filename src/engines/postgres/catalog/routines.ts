import { commentJoin, ownerAndAcl } from './fragments.ts';
import { type Family, json, NOTHING, put } from './reading.ts';

/** Functions (window functions too) and procedures. Identity holds the types of the input arguments. */
export const routines: Family = {
  name: 'routines',
  of: ['routine'],
  sql: (
    reading,
  ) => `SELECT p.oid, p.pronamespace, quote_ident(p.proname), oidvectortypes(p.proargtypes), p.prokind,
  pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), l.lanname, CASE WHEN p.prosqlbody IS NULL THEN p.prosrc ELSE pg_get_function_sqlbody(p.oid) END, p.probin,
  p.provolatile, p.proisstrict, p.prosecdef, p.proleakproof, p.proparallel,
  CASE WHEN p.procost <> CASE WHEN l.lanname IN ('internal', 'c') THEN 1 ELSE 100 END THEN p.procost END,
  CASE WHEN p.proretset AND p.prorows <> 1000 THEN p.prorows END, array_to_json(p.proconfig),
  CASE WHEN p.prosupport <> 0 THEN p.prosupport::regproc END,
  CASE WHEN p.protrftypes IS NOT NULL THEN (SELECT json_agg(format_type(t, NULL)) FROM unnest(p.protrftypes) t) END,
  d.description, ${ownerAndAcl(reading, 'p.proowner', 'p.proacl', "'f'")}
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang ${commentJoin('d', 'pg_proc', 'p.oid')}
WHERE p.prokind IN ('f', 'w', 'p') AND NOT (l.lanname = 'internal' AND p.prosrc IN (${RANGE_CONSTRUCTORS})) AND ${reading.inScope('p.pronamespace')} ${reading.among('p.oid', 'routine')}`,
  take(row, reading) {
    const [oid, schema, name, types, prokind, args, returns, language, body, binary, volatility, strict] =
      row;
    const [definer, leakproof, parallel, cost, rows, config, support, transforms, comment, owner, acl] =
      row.slice(12);
    const properties = { language: language ?? '', arguments: args ?? '', body: body ?? '' };
    put(properties, 'returns', returns);
    put(properties, 'binary', binary);
    if (prokind === 'w') put(properties, 'window', true);
    put(properties, 'volatility', VOLATILITY[volatility ?? '']);
    if (strict === 't') put(properties, 'strict', true);
    if (definer === 't') put(properties, 'securityDefiner', true);
    if (leakproof === 't') put(properties, 'leakproof', true);
    put(properties, 'parallel', PARALLEL[parallel ?? '']);
    put(properties, 'cost', cost);
    put(properties, 'rows', rows);
    put(properties, 'config', json(config));
    put(properties, 'support', support);
    put(properties, 'transforms', json(transforms));
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', json(acl));
    reading.add(`routine:${oid}`, `routine:${oid}`, {
      kind: prokind === 'p' ? 'procedure' : 'function',
      identity: `${reading.schemas.get(schema ?? '')}.${name}(${types})`,
      properties,
      dependsOn: NOTHING,
    });
  },
};

/** What the server makes with a range type is part of that. */
const RANGE_CONSTRUCTORS = `'range_constructor2', 'range_constructor3', 'multirange_constructor0', 'multirange_constructor1', 'multirange_constructor2'`;

const VOLATILITY: Readonly<Record<string, string>> = { i: 'immutable', s: 'stable' };
const PARALLEL: Readonly<Record<string, string>> = { s: 'safe', r: 'restricted' };
