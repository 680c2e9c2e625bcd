import { commentJoin } from './fragments.ts';
import { type Family, NOTHING, put } from './reading.ts';

/** Triggers that people made. Those that a partition has from its parent follow from the parent's. */
export const triggers: Family = {
  name: 'triggers',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT t.oid, t.tgrelid, quote_ident(t.tgname), pg_get_triggerdef(t.oid), t.tgenabled, d.description
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid ${commentJoin('d', 'pg_trigger', 't.oid')}
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND ${reading.inScope('c.relnamespace')} ${reading.among('t.tgrelid', 'relation')}`,
  take([oid, relation, name, definition, enabled, comment], reading) {
    const owner = reading.at(`relation:${relation}`);
    if (owner === undefined) return;
    const properties = { definition: definition ?? '' };
    put(properties, 'enabled', ENABLED[enabled ?? '']);
    put(properties, 'comment', comment);
    reading.add(`trigger:${oid}`, `relation:${relation}`, {
      kind: 'trigger',
      identity: `${name} on ${owner.identity}`,
      parent: `${owner.kind} ${owner.identity}`,
      properties,
      dependsOn: NOTHING,
    });
  },
};

/** `O`, on ordinary sessions, is the default. */
const ENABLED: Readonly<Record<string, string>> = { D: 'disabled', R: 'replica', A: 'always' };
