import { columnsNamed } from './lineage.ts';
import { plainRules } from './plain.ts';
import { textOf, wordsOf } from './text.ts';

export const statistics = plainRules({
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
