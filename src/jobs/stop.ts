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

/** A signal that comes with SIGTERM, or some time before Kubernetes would end the Job and take the Pod with its log away. */
export class StopSignal {
  readonly #controller = new AbortController();
  readonly #terminated: AbortSignal;
  readonly #deadline: number;
  #until = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `deadline`: milliseconds that the Job may take, counted from now until it is known since when it runs. */
  constructor(terminated: AbortSignal, deadline: number) {
    this.#terminated = terminated;
    this.#deadline = deadline;
    terminated.addEventListener('abort', this.#onTerminated, { once: true });
    if (terminated.aborted) this.#onTerminated();
    this.since(Date.now());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** When it comes at the latest, epoch milliseconds. */
  get until(): number {
    return this.#until;
  }

  /** The deadline is one of all Pods of the Job together: it has run since then, epoch milliseconds. */
  since(started: number): void {
    clearTimeout(this.#timer);
    this.#until = started + Math.max(this.#deadline * 0.5, this.#deadline - RESERVE);
    const left = Math.max(0, Math.min(this.#until - Date.now(), LONGEST));
    this.#timer = setTimeout(() => this.#controller.abort('deadline' satisfies Stop), left);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#terminated.removeEventListener('abort', this.#onTerminated);
  }

  readonly #onTerminated = (): void => this.#controller.abort('terminated' satisfies Stop);
}

/** What is left for the last words, milliseconds. */
const RESERVE = 30_000;

/** Timers know no longer time. */
const LONGEST = 2 ** 31 - 1;
