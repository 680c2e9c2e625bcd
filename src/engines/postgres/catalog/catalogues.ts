/** Numbers of the server's catalogues: fixed in its source (catalog/*.h), the same in every version. */
export const CATALOGUES = {
  pg_class: 1259,
  pg_proc: 1255,
  pg_type: 1247,
  pg_namespace: 2615,
  pg_constraint: 2606,
  pg_attrdef: 2604,
  pg_rewrite: 2618,
  pg_trigger: 2620,
  pg_policy: 3256,
  pg_extension: 3079,
  pg_authid: 1260,
} as const;
