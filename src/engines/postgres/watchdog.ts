import { ConnectionLost } from '../failure.ts';
import type { Wire } from './wire.ts';

/** Milliseconds. */
export interface WatchTimes {
  /** How long an answer may be missing before anyone wonders. */
  readonly after: number;
  /** Between two looks. */
  readonly every: number;
  /** How long the server may be out of reach, for a new connection too, before this one is given up. */
  readonly giveUp: number;
}

export const WATCH_TIMES: WatchTimes = { after: 10_000, every: 2_500, giveUp: 30_000 };

/** What another connection sees of ours. */
type Seen = 'working' | 'finished' | 'unknown' | 'unreachable';

/**
 * Looks after a query whose answer does not come: a firewall that forgot the connection drops packets without a word,
 * and TCP alone notices after a quarter of an hour. From a second connection `pg_stat_activity` tells whether the
 * server is still at work. If it has been idle on two looks, our connection is dead: its backend is ended, so that
 * it lets go of the lock, and the connection is given up. Returns the function that stops watching.
 */
export function watch(wire: Wire, times: WatchTimes): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let finished = 0;
  let unreachable = 0;

  const look = async (): Promise<void> => {
    const began = Date.now();
    const seen = await ask(wire);
    if (stopped) return;
    finished = seen === 'finished' ? finished + 1 : 0;
    unreachable = seen === 'unreachable' ? unreachable + (Date.now() - began) + times.every : 0;
    if (finished >= 2) {
      await endBackend(wire);
      wire.destroy(
        new ConnectionLost('the server had finished, but its answer did not arrive: the connection is dead'),
      );
    } else if (unreachable >= times.giveUp) {
      wire.destroy(
        new ConnectionLost(`the server has been out of reach for ${Math.round(unreachable / 1000)} s`),
      );
    } else {
      timer = setTimeout(look, times.every);
      timer.unref();
    }
  };

  timer = setTimeout(look, times.after);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function ask(wire: Wire): Promise<Seen> {
  let client: Awaited<ReturnType<Wire['beside']>>;
  try {
    client = await wire.beside();
  } catch (error) {
    // An answer, even a no, shows that the network is well.
    return (error as { severity?: string }).severity === undefined ? 'unreachable' : 'unknown';
  }
  try {
    const answer = client.query(`SELECT state FROM pg_catalog.pg_stat_activity WHERE pid = ${wire.pid}`);
    const { rows } = await within(5_000, answer);
    if (rows.length === 0) return 'finished';
    const state = rows[0].state as string | null;
    if (state === null || state === 'disabled') return 'unknown';
    return state === 'active' || state === 'fastpath function call' ? 'working' : 'finished';
  } catch {
    return 'unreachable';
  } finally {
    client.end().catch(() => {});
  }
}

async function endBackend(wire: Wire): Promise<void> {
  try {
    const client = await wire.beside();
    await within(5_000, client.query(`SELECT pg_catalog.pg_terminate_backend(${wire.pid})`)).finally(() =>
      client.end().catch(() => {}),
    );
  } catch {
    // The server's own keep-alives end it within 30 s (settings.ts).
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
