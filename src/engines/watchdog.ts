import { ConnectionLost } from './failure.ts';

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

/** What another connection sees of ours. `unknown`: the server answers, and does not tell. */
export type Seen = 'working' | 'finished' | 'unknown' | 'unreachable';

/** A connection whose query is being waited for. */
export interface Watched {
  /** Asks over a connection of its own what the server is doing for ours; never throws. */
  look(): Promise<Seen>;
  /** Ends our session on the server, so that it lets go of the lock; never throws. */
  end(): Promise<void>;
  destroy(reason: ConnectionLost): void;
}

/**
 * Looks after a query whose answer does not come: a firewall that forgot the connection drops packets without a word,
 * and TCP alone notices after a quarter of an hour. From a second connection the server tells whether it is still at
 * work. If it has been idle on two looks, our connection is dead: its session is ended, and the connection is given up.
 * Returns the function that stops watching.
 */
export function watch(watched: Watched, times: WatchTimes): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let finished = 0;
  let unreachable = 0;

  const look = async (): Promise<void> => {
    const began = Date.now();
    const seen = await watched.look();
    if (stopped) return;
    finished = seen === 'finished' ? finished + 1 : 0;
    unreachable = seen === 'unreachable' ? unreachable + (Date.now() - began) + times.every : 0;
    if (finished >= 2) {
      await watched.end();
      watched.destroy(
        new ConnectionLost('the server had finished, but its answer did not arrive: the connection is dead'),
      );
    } else if (unreachable >= times.giveUp) {
      watched.destroy(
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

/** Rejects when the answer takes longer, milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
