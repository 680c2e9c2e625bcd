import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';

/**
 * The rehearsal's time. Everything that happens is an act at a moment; acts run one after another, each to its end,
 * in the order of their moments and, at one moment, in the order in which they were asked for.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: number;
  after(milliseconds: number, act: Act): Timer;
  /** Something real is under way: time stands until the returned function is called. */
  hold(): () => void;
  /** Lets that much time pass, or less if what is asked for has come true; tells which. */
  pass(milliseconds: number, until?: () => boolean): Promise<boolean>;
}

export type Act = () => void | Promise<void>;

export interface Timer {
  cancel(): void;
}

export interface ClockOptions {
  /** Milliseconds since 1970; the real time by default. */
  readonly start?: number;
  /**
   * For how many real milliseconds time stands for something real. After that it goes on at the pace of the real
   * clock, so that the deadline of a Job that hangs comes.
   */
  readonly patience?: number;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: Act;
}

/** Time that jumps from one act to the next and stands while something real is under way. */
export function virtualClock({ start = Date.now(), patience = 10_000 }: ClockOptions = {}): Clock {
  return new VirtualClock(start, patience);
}

class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #entries: Entry[] = [];
  #holds = 0;
  #released: () => void = () => {};
  readonly #patience: number;

  constructor(start: number, patience: number) {
    this.#now = start;
    this.#patience = patience;
  }

  get now(): number {
    return this.#now;
  }

  after(milliseconds: number, act: Act): Timer {
    const entry = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, act };
    const index = this.#entries.findIndex((other) => other.at > entry.at);
    this.#entries.splice(index < 0 ? this.#entries.length : index, 0, entry);
    return { cancel: () => this.#take(entry) };
  }

  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      this.#released();
    };
  }

  async pass(milliseconds: number, until: () => boolean = () => false): Promise<boolean> {
    const end = this.#now + milliseconds;
    for (;;) {
      await this.#stand(end);
      if (until()) return true;
      const next = this.#entries[0];
      if (next === undefined || next.at > end) break;
      await this.#run(next);
    }
    this.#now = Math.max(this.#now, end);
    return until();
  }

  async #run(entry: Entry): Promise<void> {
    this.#take(entry);
    this.#now = Math.max(this.#now, entry.at);
    await entry.act();
  }

  #take(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** Until nothing real is under way. When patience is over, acts fall due by the real clock meanwhile. */
  async #stand(end: number): Promise<void> {
    const since = performance.now();
    const from = this.#now;
    while (this.#holds > 0) {
      const over = performance.now() - since - this.#patience;
      const next = this.#entries[0];
      const due = Math.min(next?.at ?? end, end);
      if (over >= 0 && from + over >= due) {
        if (due >= end || next === undefined) return;
        await this.#run(next);
        continue;
      }
      await this.#releasedWithin(over < 0 ? -over : due - from - over);
    }
    // What came with the last release, such as the rest of a log, has its turn first.
    await turn();
  }

  #releasedWithin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.ceil(milliseconds));
      this.#released = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
