import { pgDump } from '../support/tools.ts';
import type { SchemaDirectory } from './history.ts';
import { takeBack } from './runs.ts';

/** How one way back ended, as an independent dump judges it. */
export interface WayBack {
  readonly to: string;
  /**
   * `equal`: not held, and the dump is the one of the way up. `held`: the dumps differ, and the run had said so before
   * it changed anything. `wrong`: anything else, see `why`.
   */
  readonly verdict: 'equal' | 'held' | 'wrong';
  readonly why: string;
}

/** Goes back to a version whose dump is known. What is held as `undo-inexact` is then allowed, and done. */
export async function goBack(
  directory: SchemaDirectory,
  url: string,
  to: string,
  wanted: string,
): Promise<WayBack> {
  const before = await pgDump(url);
  let report = await takeBack(directory, url, to, ['data-loss']);
  const held = report.held;
  if (held.length > 0) {
    const others = held.filter((each) => each.reason !== 'undo-inexact');
    if (others.length > 0) return wrong(to, `held for ${others.map((each) => each.message).join('; ')}`);
    if (held.some((each) => (each.differences ?? []).length === 0))
      return wrong(to, 'held without a difference');
    if ((await pgDump(url)) !== before) return wrong(to, 'held, and yet the database changed');
    report = await takeBack(directory, url, to, ['data-loss', 'undo-inexact']);
  }
  if (report.result !== 'done') return wrong(to, `ended as ${report.result}`);
  const equal = (await pgDump(url)) === wanted;
  const exact = report.undone.at(-1)?.exact;
  if (exact !== equal)
    return wrong(
      to,
      `the dump is ${equal ? 'equal' : 'different'}, the run said ${exact ? 'exact' : 'not exact'}`,
    );
  if (equal && held.length > 0) return wrong(to, 'held, although the dump is equal');
  if (!equal && held.length === 0) return wrong(to, 'the dump differs, and nothing was held');
  const found = held.flatMap((each) => (each.differences ?? []).map((change) => change.object));
  return equal ? { to, verdict: 'equal', why: '' } : { to, verdict: 'held', why: found.join(', ') };
}

function wrong(to: string, why: string): WayBack {
  return { to, verdict: 'wrong', why };
}
