import type { TestContext } from 'vitest';

/** How many faults a test injected, and after how many of them all was well in the end. */
export interface FaultCount {
  injected: number;
  right: number;
}

declare module 'vitest' {
  interface TaskMeta {
    faults?: FaultCount;
  }
}

/**
 * Counts a fault and, when `check` returns, that it ended right. The closing reporter prints the sum over all tests.
 */
export async function countFault<T>(
  { task }: Pick<TestContext, 'task'>,
  check: () => Promise<T>,
): Promise<T> {
  task.meta.faults ??= { injected: 0, right: 0 };
  const { faults } = task.meta;
  faults.injected += 1;
  const result = await check();
  faults.right += 1;
  return result;
}
