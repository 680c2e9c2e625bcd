import { setTimeout as sleep } from 'node:timers/promises';
import type { Witness } from '../witness.ts';

/** Until the server says that a statement that begins so waits for a lock. Throws after 20 s. */
export async function untilWaiting(witness: Witness, words: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await witness.waits(words))) {
    if (Date.now() > deadline) throw new Error(`in vain waited for: ${words}`);
    await sleep(50);
  }
}
