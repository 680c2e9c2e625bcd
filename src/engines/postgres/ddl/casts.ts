import { plainRules } from './plain.ts';
import { textOf } from './text.ts';

export const casts = plainRules({
  weight: 48,
  owned: false,
  named: ({ identity }) => `CAST ${identity}`,
  create(cast) {
    const call = textOf(cast, 'function');
    const context = textOf(cast, 'context');
    const how =
      call !== undefined
        ? `WITH FUNCTION ${call}`
        : cast.properties.inout === true
          ? 'WITH INOUT'
          : 'WITHOUT FUNCTION';
    return `CREATE CAST ${cast.identity} ${how}${context === undefined ? '' : ` AS ${context.toUpperCase()}`}`;
  },
});
