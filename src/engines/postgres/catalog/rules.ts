import { commentJoin } from './fragments.ts';
import { type Family, NOTHING, put } from './reading.ts';

/** Rules, but for the one that makes a view a view. */
export const rules: Family = {
  name: 'rules',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT r.oid, r.ev_class, quote_ident(r.rulename), pg_get_ruledef(r.oid), r.ev_enabled, d.description
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class ${commentJoin('d', 'pg_rewrite', 'r.oid')}
WHERE r.rulename <> '_RETURN' AND ${reading.inScope('c.relnamespace')} ${reading.among('r.ev_class', 'relation')}`,
  take([oid, relation, name, definition, enabled, comment], reading) {
    const owner = reading.at(`relation:${relation}`);
    if (owner === undefined) return;
    const properties = { definition: definition ?? '' };
    put(properties, 'enabled', ENABLED[enabled ?? '']);
    put(properties, 'comment', comment);
    reading.add(`rule:${oid}`, `relation:${relation}`, {
      kind: 'rule',
      identity: `${name} on ${owner.identity}`,
      parent: `${owner.kind} ${owner.identity}`,
      properties,
      dependsOn: NOTHING,
    });
  },
};

/** `O`, on ordinary sessions, is the default. */
const ENABLED: Readonly<Record<string, string>> = { D: 'disabled', R: 'replica', A: 'always' };
