import { join } from 'node:path';
import type { Difference } from '../../render/render.ts';
import type { Io } from '../io.ts';

const WRITTEN = { missing: 'written', changed: 'written', 'left over': 'removed' } as const;

/** One line a file: what is wrong with it, or what was done about it. */
export function printDifferences(
  io: Io,
  out: string,
  differences: readonly Difference[],
  check: boolean,
): void {
  for (const { file, how } of differences) io.out(`${join(out, file)}: ${check ? how : WRITTEN[how]}`);
  if (differences.length === 0) io.out(`${out}: the same`);
  else if (check) io.err('hint: leave out --check to write them');
}
