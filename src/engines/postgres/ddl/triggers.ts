import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Creation, Draft, KindRules, World } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { ancestorsOf, attachPoint } from './lineage.ts';
import { commentSql, extensionTies } from './parts.ts';
import { stable } from './stable.ts';
import { nameOn, parentName, textOf } from './text.ts';

export const triggers: KindRules = {
  weight: 70,
  create: (trigger, context): Creation =>
    isClone(trigger)
      ? { main: { sql: '' }, parts: switches(trigger, context.after) }
      : { main: { sql: stable(textOf(trigger, 'definition') ?? '') }, parts: partsOf(undefined, trigger) },
  drop: (trigger, { after }) =>
    isClone(trigger)
      ? [{ sql: switchedAsAbove(trigger, after) }]
      : [
          {
            sql: `DROP TRIGGER ${nameOn(trigger)} ON ${parentName(trigger)}`,
            hazards: [hazard('blocks-reads', trigger, 'ACCESS EXCLUSIVE, short')],
          },
        ],
  alter({ before, after, changed, disturbed }, context): Alter | undefined {
    if (isClone(before) && isClone(after)) return { statements: switches(after, context.after) };
    if (disturbed.length > 0 || isClone(before) || isClone(after)) return undefined;
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

/** A partition's, which it has from the table above and which was switched by itself. */
function isClone(trigger: CatalogObject): boolean {
  return trigger.properties.inherited === true;
}

function above(trigger: CatalogObject, world: World): readonly CatalogObject[] {
  const names = ancestorsOf(world.objects.get(trigger.parent ?? ''));
  return names.flatMap((name) => world.objects.get(`trigger ${nameOn(trigger)} on ${name}`) ?? []);
}

/** Switches it on or off, once its table is attached. */
export function switches(trigger: CatalogObject, world: World): readonly Draft[] {
  return [
    {
      sql: switchSql(trigger, textOf(trigger, 'enabled')),
      stage: 'part',
      needs: [attachPoint(parentName(trigger)), ...above(trigger, world).map(keyOf)],
    },
  ];
}

/** Nothing is to be said where the table, or the trigger above, goes as well. */
function switchedAsAbove(trigger: CatalogObject, world: World): string {
  const [origin] = above(trigger, world);
  return origin === undefined ? '' : switchSql(trigger, textOf(origin, 'enabled'));
}

function switchSql(trigger: CatalogObject, enabled: string | undefined): string {
  return `ALTER TABLE ${parentName(trigger)} ${STATE[enabled ?? ''] ?? 'ENABLE'} TRIGGER ${nameOn(trigger)}`;
}

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
  drafts.push(...extensionTies(before, after, `TRIGGER ${nameOn(after)} ON ${table}`));
  return drafts;
}

export const STATE: Readonly<Record<string, string>> = {
  origin: 'ENABLE',
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};
