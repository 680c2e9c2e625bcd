import type { Json } from '../../../catalog/catalog.ts';
import { commentJoin } from './fragments.ts';
import { type Draft, type Family, NOTHING, oidList, put, type Reading } from './reading.ts';

/**
 * Triggers that people made. Those that a partition has from its parent follow from the parent's, unless they were
 * switched on or off by themselves; so do those of foreign keys, which are their constraint's.
 */
export const triggers: Family = {
  name: 'triggers',
  of: ['relation'],
  sql: (
    reading,
  ) => `SELECT t.oid, t.tgrelid, quote_ident(t.tgname), CASE WHEN NOT t.tgisinternal THEN pg_get_triggerdef(t.oid) END, t.tgenabled, d.description,
  t.tgparentid <> 0, CASE WHEN t.tgisinternal AND t.tgconstrrelid <> 0 THEN t.tgconstraint END, t.tgrelid::regclass::text
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid ${commentJoin('d', 'pg_trigger', 't.oid')}
WHERE (NOT t.tgisinternal AND t.tgparentid = 0 OR t.tgisinternal AND t.tgconstrrelid <> 0 AND t.tgenabled <> 'O'
    OR t.tgparentid <> 0 AND t.tgenabled <> (SELECT p.tgenabled FROM pg_trigger p WHERE p.oid = t.tgparentid))
  AND ${reading.inScope('c.relnamespace')} ${among(reading)}`,
  take([oid, relation, name, definition, enabled, comment, isClone, constraint, place], reading) {
    if (constraint != null) {
      switchOff(reading.at(`constraint:${constraint}`), place ?? '', enabled ?? '');
      return;
    }
    const owner = reading.at(`relation:${relation}`);
    if (owner === undefined) return;
    const properties = {};
    if (isClone === 't') put(properties, 'inherited', true);
    else put(properties, 'definition', definition ?? '');
    put(properties, 'enabled', ENABLED[enabled ?? ''] ?? (isClone === 't' ? 'origin' : null));
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

/** What ALTER TABLE … DISABLE TRIGGER ALL did to a foreign key, by the table that it was said of. */
function switchOff(foreignKey: Draft | undefined, table: string, enabled: string): void {
  if (foreignKey === undefined) return;
  const before = foreignKey.properties.triggers as Readonly<Record<string, Json>> | undefined;
  foreignKey.properties.triggers = { ...before, [table]: ENABLED[enabled] ?? enabled };
}

/** A foreign key's triggers are on both of its tables. */
function among({ only }: Reading): string {
  if (only === undefined) return '';
  return `AND (${oidList('t.tgrelid', only.relation)} OR t.tgconstrrelid <> 0 AND ${oidList('t.tgconstrrelid', only.relation)})`;
}

/** `O`, on ordinary sessions, is the default. */
const ENABLED: Readonly<Record<string, string>> = { D: 'disabled', R: 'replica', A: 'always' };
