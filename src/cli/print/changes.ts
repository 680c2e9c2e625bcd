import type { Change } from '../../api/api.ts';

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** One line an object, and what of it differs below. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ object, change, details }) => [
    `${SIGN[change]} ${object}`,
    ...details.map((detail) => `    ${detail}`),
  ]);
}
