import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Alter, Creation, Draft, KindRules } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { commentSql } from './parts.ts';
import { stable } from './stable.ts';
import { nameOn, parentName, textOf } from './text.ts';

export const triggers: KindRules = {
  weight: 70,
  create: (trigger): Creation => ({
    // A partition's own is made with that of the table above.
    main: { sql: stable(textOf(trigger, 'definition') ?? '') },
    parts: partsOf(undefined, trigger),
  }),
  drop: (trigger) =>
    trigger.properties.inherited === true
      ? [{ sql: '' }]
      : [
          {
            sql: `DROP TRIGGER ${nameOn(trigger)} ON ${parentName(trigger)}`,
            hazards: [hazard('blocks-reads', trigger, 'ACCESS EXCLUSIVE, short')],
          },
        ],
  alter({ before, after, changed, disturbed }): Alter | undefined {
    if (disturbed.length > 0) return undefined;
    const definition = stable(textOf(after, 'definition') ?? '');
    const replaced = changed.has('definition');
    if (
      replaced &&
      [before, after].some((each) => !/^CREATE TRIGGER /.test(textOf(each, 'definition') ?? ''))
    )
      return undefined;
    const statements: Draft[] = replaced
      ? [{ sql: definition.replace(/^CREATE TRIGGER /, 'CREATE OR REPLACE TRIGGER ') }]
      : [];
    return { statements: [...statements, ...partsOf(replaced ? withoutState(before) : before, after)] };
  },
};

/** What stands in place of a trigger is enabled. */
function withoutState(trigger: CatalogObject): CatalogObject {
  const { enabled: _, ...properties } = trigger.properties;
  return { ...trigger, properties };
}

function partsOf(before: CatalogObject | undefined, after: CatalogObject): readonly Draft[] {
  const drafts: Draft[] = [];
  const table = parentName(after);
  const [was, is] = [before && textOf(before, 'enabled'), textOf(after, 'enabled')];
  if (was !== is)
    drafts.push({
      sql: `ALTER TABLE ${table} ${STATE[is ?? ''] ?? 'ENABLE'} TRIGGER ${nameOn(after)}`,
      stage: 'part',
    });
  const [said, says] = [before && textOf(before, 'comment'), textOf(after, 'comment')];
  if (said !== says)
    drafts.push({ sql: commentSql(`TRIGGER ${nameOn(after)} ON ${table}`, says), stage: 'part' });
  return drafts;
}

export const STATE: Readonly<Record<string, string>> = {
  origin: 'ENABLE',
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};
