import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Alter, Alteration, Creation, Draft, KindRules, RuleContext } from '../../rules.ts';
import { sequenceOptions } from './column-text.ts';
import { hazard } from './hazards.ts';
import { type PartNames, partChanges, partsOf } from './parts.ts';
import { sequenceChanges } from './sequence-changes.ts';
import { textOf } from './text.ts';

export const sequences: KindRules = {
  weight: 35,
  create(sequence, context): Creation {
    const { identity, properties } = sequence;
    const owned = textOf(sequence, 'ownedBy');
    const unlogged = properties.persistence === 'unlogged' ? 'UNLOGGED ' : '';
    return {
      main: {
        sql: `CREATE ${unlogged}SEQUENCE ${identity} AS ${textOf(sequence, 'type')} ${sequenceOptions(properties)}`,
        ...(owned === undefined ? {} : { defers: [`column ${owned}`] }),
      },
      parts: [...partsOf(sequence, namesOf(sequence), context), ...ownedBy(sequence)],
    };
  },
  drop: (sequence) => [
    {
      sql: `DROP SEQUENCE ${sequence.identity}`,
      hazards: [hazard('data-loss', sequence, 'where it stands')],
    },
  ],
  alter: alterSequence,
  needs: ownerOf,
  goesWith: ownerOf,
  names: ({ identity }) => [`relation ${identity}`],
};

function ownerOf(sequence: CatalogObject): readonly string[] {
  const owned = textOf(sequence, 'ownedBy');
  return owned === undefined ? [] : [`column ${owned}`];
}

function ownedBy(sequence: CatalogObject): readonly Draft[] {
  const owned = textOf(sequence, 'ownedBy');
  if (owned === undefined) return [];
  return [
    {
      sql: `ALTER SEQUENCE ${sequence.identity} OWNED BY ${owned}`,
      stage: 'part',
      needs: [`column ${owned}`],
    },
  ];
}

function alterSequence({ before, after, changed, disturbed }: Alteration, context: RuleContext): Alter {
  const statements: Draft[] = [];
  const detached = changed.has('ownedBy') || disturbed.some(({ how }) => how === 'again');
  const alter = (what: string): string => `ALTER SEQUENCE ${after.identity} ${what}`;
  if (detached && before.properties.ownedBy !== undefined)
    statements.push({ sql: alter('OWNED BY NONE'), stage: 'release' });
  if (changed.has('type')) statements.push({ sql: alter(`AS ${textOf(after, 'type')}`) });
  const changes = sequenceChanges(before.properties, after.properties, (what) =>
    alter(what.replaceAll('SET ', '')),
  );
  statements.push(...changes);
  if (changed.has('persistence'))
    statements.push({
      sql: alter(`SET ${after.properties.persistence === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`),
    });
  if (detached) statements.push(...ownedBy(after));
  statements.push(...partChanges(before, after, namesOf(after), context));
  return { statements };
}

function namesOf({ identity }: CatalogObject): PartNames {
  const on = `SEQUENCE ${identity}`;
  return { comment: on, owner: on, grants: { on, type: 'sequence' } };
}
