import { commentJoin, optionList, ownerAndAcl, tablespaceName } from './fragments.ts';
import { type Family, json, NOTHING, put } from './reading.ts';

/** Views and materialized views. Whether one is populated is data. */
export const views: Family = {
  name: 'views',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT c.oid, c.relnamespace, quote_ident(c.relname), c.relkind, pg_get_viewdef(c.oid), ${optionList('c.reloptions')},
  ${tablespaceName('c.reltablespace')}, CASE WHEN c.relam <> 0 AND am.amname <> 'heap' THEN am.amname END, d.description,
  ${ownerAndAcl(reading, 'c.relowner', 'c.relacl', "'r'")}, ${optionList('toast.reloptions')}
FROM pg_class c LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
  LEFT JOIN pg_am am ON am.oid = c.relam ${commentJoin('d', 'pg_class', 'c.oid')}
WHERE c.relkind IN ('v', 'm') AND ${reading.inScope('c.relnamespace')} ${reading.among('c.oid', 'relation')}`,
  take(row, reading) {
    const [oid, schema, name, relkind, definition, options, tablespace, method, comment, owner, acl, toast] =
      row;
    const properties = { columns: [], definition: definition ?? '' };
    put(properties, 'options', json(options));
    put(properties, 'toastOptions', json(toast));
    put(properties, 'tablespace', tablespace);
    put(properties, 'accessMethod', method);
    put(properties, 'comment', comment);
    put(properties, 'owner', owner);
    put(properties, 'privileges', json(acl));
    reading.add(`relation:${oid}`, `relation:${oid}`, {
      kind: relkind === 'm' ? 'materialized view' : 'view',
      identity: `${reading.schemas.get(schema ?? '')}.${name}`,
      properties,
      dependsOn: NOTHING,
    });
  },
};
