import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, MooringError, type RunReport } from '../api/api.ts';
import type { Job } from './job.ts';

/**
 * What passes by itself and costs nobody anything while it is waited for: a failover, a catalog that others are changing.
 * The runner itself waits for servers, locks and lost connections.
 */
const PASSING: ReadonlySet<ErrorCode> = new Set(['read-only', 'busy', 'lock-lost']);

/** An attempt that took longer is not repeated by itself, milliseconds (design §4.4). */
const COSTLY = 60_000;

/**
 * Does the work again while what stands in its way is transient, until the deadline: of Argo CD's own retries every
 * second one runs nothing.
 */
export async function untilSettled(
  { io, signal, stop }: Job,
  work: () => Promise<RunReport>,
): Promise<RunReport> {
  for (let pause = 1_000; ; pause = Math.min(pause * 2, 15_000)) {
    const began = Date.now();
    const { report, error } = await attempt(work);
    const found = report?.error ?? error;
    const again =
      found !== undefined &&
      PASSING.has(found.code) &&
      Date.now() - began < COSTLY &&
      Date.now() + pause < stop.until &&
      !signal.aborted;
    if (!again) {
      if (report !== undefined) return report;
      throw error;
    }
    io.log(`${found.message}; trying again in ${pause / 1000} s`);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

async function attempt(
  work: () => Promise<RunReport>,
): Promise<{ readonly report?: RunReport; readonly error?: MooringError }> {
  try {
    return { report: await work() };
  } catch (error) {
    if (error instanceof MooringError) return { error };
    throw error;
  }
}

/** How long a server that does not answer a question is asked again, milliseconds. */
const PATIENCE = 60_000;

/** Asks again while the server is not there, for a minute at most. Throws what the last attempt threw. */
export async function patiently<T>({ settings, io, signal }: Job, ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + Math.min(PATIENCE, settings.patience);
  for (let told = false; ; told = true) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof MooringError) || !PASSES_SOON.has(error.code)) throw error;
      if (signal.aborted || Date.now() >= until) throw error;
      if (!told) io.log(`${error.message}; trying again`);
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
  }
}

const PASSES_SOON: ReadonlySet<ErrorCode> = new Set(['connection-failed', 'connection-lost']);
