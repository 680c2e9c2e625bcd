import type { Draft, KindRules } from '../../rules.ts';
import { columnsNamed } from './lineage.ts';
import { plainRules } from './plain.ts';
import { textOf, wordsOf } from './text.ts';

const plain = plainRules({
  weight: 58,
  named: ({ identity }) => `STATISTICS ${identity}`,
  create: (statistic) => textOf(statistic, 'definition') ?? '',
  parts(before, after) {
    const [was, is] = [before?.properties.target, after.properties.target];
    return was === is
      ? []
      : [{ sql: `ALTER STATISTICS ${after.identity} SET STATISTICS ${is ?? -1}`, stage: 'part' }];
  },
  alter: ({ changed }) => (changed.has('definition') ? undefined : []),
  more: {
    needs(statistic, world) {
      const text = textOf(statistic, 'definition') ?? '';
      return columnsNamed(text, wordsOf(text), statistic.parent ?? '', world);
    },
    names: ({ identity }) => [`statistics ${identity}`],
  },
});

export const statistics: KindRules = {
  ...plain,
  alter(alteration, context) {
    const alter = plain.alter(alteration, context);
    const { after, disturbed } = alteration;
    if (alter === undefined || disturbed.length === 0 || after.properties.target === undefined) return alter;
    // What goes over a column that is retyped loses its target.
    const again: Draft = {
      sql: `ALTER STATISTICS ${after.identity} SET STATISTICS ${after.properties.target}`,
      stage: 'part',
      needs: disturbed.map(({ key }) => key),
    };
    return { ...alter, statements: [...alter.statements, again] };
  },
};
