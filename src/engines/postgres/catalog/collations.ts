import { plainFamily } from './plain-family.ts';
import type { Family } from './reading.ts';

/** Collations. The version that the operating system's library had is not compared: it is no part of what was asked for. */
export const collations: Family = plainFamily('collation', ({ version }) => {
  const locale = version >= 170_000 ? 'x.colllocale' : version >= 150_000 ? 'x.colliculocale' : 'NULL';
  return {
    kind: 'collation',
    schema: 'x.collnamespace',
    name: 'quote_ident(x.collname)',
    owner: 'x.collowner',
    properties: {
      provider: `CASE x.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END`,
      // ICU's locale stood with the others before PostgreSQL 15.
      locale: `coalesce(${locale}::text, CASE WHEN x.collcollate = x.collctype THEN x.collcollate::text END)`,
      lcCollate: 'CASE WHEN x.collcollate <> x.collctype THEN x.collcollate::text END',
      lcCtype: 'CASE WHEN x.collcollate <> x.collctype THEN x.collctype::text END',
      rules: version >= 160_000 ? 'x.collicurules' : 'NULL',
    },
    json: { deterministic: `CASE WHEN NOT x.collisdeterministic THEN 'false' END` },
  };
});
