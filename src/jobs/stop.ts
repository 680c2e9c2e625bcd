import { MooringError } from '../api/api.ts';

/** Why a Job ends before its work does. */
export type Stop = 'terminated' | 'deadline';

/** Throws what the signal's reason is: `interrupted`, or `deadline-passed`. */
export function checkSignal(signal: AbortSignal): void {
  if (signal.aborted) throw stopped(signal, 'nothing was under way');
}

/** What a Job says that was stopped; `state` is what is left behind. */
export function stopped(signal: AbortSignal, state: string): MooringError {
  if (signal.reason === ('deadline' satisfies Stop)) {
    return new MooringError('deadline-passed', `the time that this Job may take is over: ${state}`, {
      hint: 'Is something in its way? Give it more time: job.deadline in mooring.yaml.',
    });
  }
  return new MooringError('interrupted', `ended by SIGTERM: ${state}`, {
    hint: 'Sync again: it goes on from there.',
  });
}

/**
 * A signal that comes with SIGTERM, or some time before Kubernetes would end the Job and take the Pod with its log
 * away. `clear` when the work is done.
 */
export function stopSignal(
  terminated: AbortSignal,
  deadline: number,
): { readonly signal: AbortSignal; readonly until: number; clear(): void } {
  const controller = new AbortController();
  const until = Date.now() + Math.max(deadline * 0.5, deadline - RESERVE);
  const onTerminated = (): void => controller.abort('terminated' satisfies Stop);
  terminated.addEventListener('abort', onTerminated, { once: true });
  if (terminated.aborted) onTerminated();
  const timer = setTimeout(
    () => controller.abort('deadline' satisfies Stop),
    Math.min(until - Date.now(), LONGEST),
  );
  return {
    signal: controller.signal,
    until,
    clear: () => {
      clearTimeout(timer);
      terminated.removeEventListener('abort', onTerminated);
    },
  };
}

/** What is left for the last words, milliseconds. */
const RESERVE = 30_000;

/** Timers know no longer time. */
const LONGEST = 2 ** 31 - 1;
