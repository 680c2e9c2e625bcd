import type { SchemaDirectory } from './history.ts';
import { takeBack } from './runs.ts';
import type { HistoryServer } from './server.ts';

/** How one way back ended, as an independent dump judges it. */
export interface WayBack {
  readonly to: string;
  /** The dump of the database as it now stands. */
  readonly dump: string;
  /**
   * `equal`: not held, and the dump is the one of the way up. `held`: the dumps differ, and the run had said so before
   * it changed anything. `wrong`: anything else, see `why`.
   */
  readonly verdict: 'equal' | 'held' | 'wrong';
  readonly why: string;
}

/**
 * Goes from one version back to another, of both of which the dump is known. An undo that fails is then computed; what is
 * held as `undo-inexact` is then allowed, and done.
 */
export async function goBack(
  server: HistoryServer,
  directory: SchemaDirectory,
  url: string,
  to: string,
  before: string,
  wanted: string,
): Promise<WayBack> {
  let dump = before;
  const wrong = (why: string): WayBack => ({ to, dump, verdict: 'wrong', why });
  const allow = ['data-loss'];
  let report = await takeBack(directory, url, to, allow);
  if (report.error?.code === 'undo-failed') {
    dump = await server.dump(url);
    if (dump !== before) return wrong('the undo failed, and yet the database changed');
    // Where no undo is computed, that was found in scratch, and is the end of it.
    if (server.engine !== 'postgres')
      return { to, dump, verdict: 'held', why: report.error.message.split('\n')[0] ?? '' };
    // The rows of tables that are made again are gone in a dump of the schema anyway.
    allow.push('undo-failed', 'undo-missing');
    report = await takeBack(directory, url, to, allow);
  }
  if (report.error !== undefined) return wrong(`${report.error.code}: ${report.error.message}`);
  const held = report.held;
  const found = held.flatMap((each) => (each.differences ?? []).map((change) => change.object));
  if (held.length > 0) {
    const others = held.filter((each) => each.reason !== 'undo-inexact');
    if (others.length > 0) return wrong(`held for ${others.map((each) => each.message).join('; ')}`);
    if (found.length === 0) return wrong('held without a difference');
    dump = await server.dump(url);
    if (dump !== before) return wrong('held, and yet the database changed');
    report = await takeBack(directory, url, to, [...allow, 'undo-inexact']);
  }
  dump = await server.dump(url);
  if (report.result !== 'done') return wrong(`ended as ${report.result}`);
  const equal = dump === wanted;
  if (equal && held.length > 0) return wrong(`held for ${found.join(', ')}, although the dump is equal`);
  if (!equal && held.length === 0) return wrong('the dump differs, and nothing was held');
  if (report.undone.at(-1)?.exact !== equal)
    return wrong(`the dump is ${equal ? 'equal' : 'different'}, the run said otherwise`);
  return equal
    ? { to, dump, verdict: 'equal', why: '' }
    : { to, dump, verdict: 'held', why: found.join(', ') };
}
