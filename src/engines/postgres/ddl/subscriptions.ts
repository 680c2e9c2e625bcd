import { type CatalogObject, keyOf, UNREADABLE } from '../../../catalog/catalog.ts';
import type { KindRules } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { plainRules, secretRefusal } from './plain.ts';
import { listOf, quoted, textOf } from './text.ts';

const plain = plainRules({
  weight: 90,
  named: ({ identity }) => `SUBSCRIPTION ${identity}`,
  create(subscription) {
    const set = [
      'connect = false',
      `slot_name = ${slotText(subscription)}`,
      ...(subscription.properties.twoPhase === true ? ['two_phase = true'] : []),
      ...settings(undefined, subscription),
    ];
    return `CREATE SUBSCRIPTION ${subscription.identity} CONNECTION ${quoted(textOf(subscription, 'connection') ?? '')} PUBLICATION ${publications(subscription)} WITH (${set.join(', ')})`;
  },
  alter({ before, after, changed }) {
    if (changed.has('twoPhase')) return undefined;
    const on = `ALTER SUBSCRIPTION ${after.identity}`;
    const set = [
      ...(changed.has('slot') ? [`slot_name = ${slotText(after)}`] : []),
      ...settings(before, after),
    ];
    const enabled = after.properties.disabled !== true;
    return [
      ...(changed.has('disabled') && !enabled ? [{ sql: `${on} DISABLE` }] : []),
      ...(changed.has('connection') || changed.has('secretConnection')
        ? [{ sql: `${on} CONNECTION ${quoted(textOf(after, 'connection') ?? '')}` }]
        : []),
      ...(changed.has('publications')
        ? [{ sql: `${on} SET PUBLICATION ${publications(after)} WITH (refresh = false)` }]
        : []),
      ...(set.length === 0 ? [] : [{ sql: `${on} SET (${set.join(', ')})` }]),
      ...(changed.has('disabled') && enabled ? [{ sql: `${on} ENABLE` }] : []),
    ];
  },
});

/** Subscriptions. One that is made does not reach out to its publisher, as pg_dump has it; one that goes leaves its slot there. */
export const subscriptions: KindRules = {
  ...plain,
  drop: (subscription) => [
    ...(textOf(subscription, 'slot') === 'NONE'
      ? []
      : [
          { sql: `ALTER SUBSCRIPTION ${subscription.identity} DISABLE` },
          {
            sql: `ALTER SUBSCRIPTION ${subscription.identity} SET (slot_name = NONE)`,
            hazards: [hazard('dependency-drop', subscription, 'its replication slot stays on the publisher')],
          },
        ]),
    { sql: `DROP SUBSCRIPTION ${subscription.identity}` },
  ],
  leaves: ({ after }, fates) =>
    [...fates].flatMap(([key, fate]) => {
      const subscription = after.objects.get(key);
      if (subscription?.kind !== 'subscription' || (fate !== 'created' && fate !== 'again')) return [];
      return subscription.properties.disabled === true
        ? []
        : [`${key} is made disabled: enable it when its publisher is ready`];
    }),
  refusal(subscription, context) {
    const wanted = context.after.objects.get(keyOf(subscription));
    return wanted?.properties.connection === UNREADABLE
      ? 'its connection was not shown to the role that read it'
      : secretRefusal(subscription, context);
  },
};

function slotText(subscription: CatalogObject): string {
  const slot = textOf(subscription, 'slot') ?? subscription.identity;
  return slot === 'NONE' ? slot : quoted(slot.replace(/^"|"$/g, '').replaceAll('""', '"'));
}

function publications(subscription: CatalogObject): string {
  return listOf(subscription, 'publications')
    .map((name) => `"${name.replaceAll('"', '""')}"`)
    .join(', ');
}

/** Those that are not the default, or that differ. */
function settings(before: CatalogObject | undefined, after: CatalogObject): readonly string[] {
  return SETTINGS.flatMap(([property, word, fallback]) => {
    const [was, is] = [before?.properties[property], after.properties[property]];
    if (was === is) return [];
    return [`${word} = ${is === undefined ? fallback : typeof is === 'string' ? quoted(is) : String(is)}`];
  });
}

const SETTINGS: readonly (readonly [property: string, word: string, fallback: string])[] = [
  ['synchronousCommit', 'synchronous_commit', 'off'],
  ['binary', 'binary', 'false'],
  ['streaming', 'streaming', 'off'],
  ['disableOnError', 'disable_on_error', 'false'],
  ['passwordRequired', 'password_required', 'true'],
  ['runAsOwner', 'run_as_owner', 'false'],
  ['origin', 'origin', 'any'],
  ['failover', 'failover', 'false'],
];
