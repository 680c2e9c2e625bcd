import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Draft, KindRules, RuleContext } from '../../rules.ts';
import { meaningOf } from '../catalog/catalog.ts';
import type { Flavor } from '../flavor.ts';
import { nameIn, textOf } from './text.ts';

/** Routines, packages, events and triggers: made from their own text, dropped, and made again where they differ. */
export function programs(flavor: Flavor, weight: number): KindRules {
  return {
    weight,
    create: (object, context) => ({ main: createSql(object, flavor, context), parts: [] }),
    drop: (object) => [
      {
        sql: `DROP ${object.kind.toUpperCase()} ${nameIn(object)}`,
        // Until MariaDB 11.4 packages are words of this mode alone.
        ...(object.kind.startsWith('package')
          ? { first: [modeSql('ORACLE')], last: [modeSql(flavor.sqlMode)] }
          : {}),
      },
    ],
    alter: ({ changed }) => (changed.size === 0 ? { statements: [] } : undefined),
    needs: (object, world) =>
      object.kind === 'trigger' ? before(object, world.children(object.parent ?? '')) : [],
  };
}

function modeSql(mode: string): string {
  return `SET SESSION sql_mode = '${mode}'`;
}

/** Under the sql_mode that it was written for, as its own account. */
function createSql(object: CatalogObject, flavor: Flavor, context: RuleContext): Draft {
  const definer = textOf(object, 'definer');
  const source = object.kind === 'trigger' ? inItsPlace(object, context) : (textOf(object, 'source') ?? '');
  const sql = `CREATE ${definer === undefined ? '' : `DEFINER=${definer} `}${source}`;
  const zone = object.kind === 'event' ? (textOf(object, 'timeZone') ?? 'SYSTEM') : '+00:00';
  const mode = textOf(object, 'sqlMode') ?? '';
  const set: string[] = [];
  const back: string[] = [];
  if (mode !== meaningOf(flavor.sqlMode)) {
    set.push(`sql_mode = '${mode}'`);
    back.push(`sql_mode = '${flavor.sqlMode}'`);
  }
  if (zone !== '+00:00') {
    set.push(`time_zone = '${zone}'`);
    back.push(`time_zone = '+00:00'`);
  }
  if (set.length === 0) return { sql };
  return { sql, first: [`SET SESSION ${set.join(', ')}`], last: [`SET SESSION ${back.join(', ')}`] };
}

/** Those of the same table, time and event that fire before it, the nearest first. */
function before(trigger: CatalogObject, siblings: readonly CatalogObject[]): readonly string[] {
  return siblings
    .filter(
      ({ kind, properties }) =>
        kind === 'trigger' &&
        properties.event === trigger.properties.event &&
        Number(properties.rank) < Number(trigger.properties.rank),
    )
    .map(keyOf);
}

/** A trigger that comes last of all needs no word; another says before which one that stays it fires. */
function inItsPlace(trigger: CatalogObject, { after, fate }: RuleContext): string {
  const source = textOf(trigger, 'source') ?? '';
  const next = after
    .children(trigger.parent ?? '')
    .filter(
      (other) =>
        other.kind === 'trigger' &&
        other.properties.event === trigger.properties.event &&
        Number(other.properties.rank) > Number(trigger.properties.rank) &&
        fate(keyOf(other)) === 'kept',
    )
    .sort((a, b) => Number(a.properties.rank) - Number(b.properties.rank))[0];
  const plain = source.replace(ORDER, '$1');
  return next === undefined ? plain : plain.replace(HEAD, `$1 PRECEDES ${nameIn(next)} `);
}

const HEAD = /^(TRIGGER\b[\s\S]*?\bFOR\s+EACH\s+ROW)\s+/i;
const ORDER = /^(TRIGGER\b[\s\S]*?\bFOR\s+EACH\s+ROW\s+)(?:FOLLOWS|PRECEDES)\s+(?:`(?:[^`]|``)*`|\S+)\s+/i;
