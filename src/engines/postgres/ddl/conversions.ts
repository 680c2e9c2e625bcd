import { plainRules } from './plain.ts';
import { quoted, textOf } from './text.ts';

export const conversions = plainRules({
  weight: 50,
  named: ({ identity }) => `CONVERSION ${identity}`,
  create: (conversion) =>
    `CREATE ${conversion.properties.default === true ? 'DEFAULT ' : ''}CONVERSION ${conversion.identity} FOR ${quoted(textOf(conversion, 'from') ?? '')} TO ${quoted(textOf(conversion, 'to') ?? '')} FROM ${textOf(conversion, 'function')}`,
});
