import type { ExitCode } from '../api/api.ts';
import type { JobSettings } from './settings.ts';
import type { StopSignal } from './stop.ts';

/** What a Job may see of its process. */
export interface JobIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** SIGTERM has come. */
  readonly signal: AbortSignal;
  /** A line of the log. */
  readonly log: (line: string) => void;
}

export interface JobOutcome {
  readonly exit: ExitCode;
  /** What is written last, at once: it is what Argo CD and Kubernetes show of a Pod that failed. */
  readonly words: string;
}

/** One run of one of the Jobs. */
export interface Job {
  readonly settings: JobSettings;
  readonly io: JobIo;
  /** Of `stop`: SIGTERM has come, or the deadline. */
  readonly signal: AbortSignal;
  readonly stop: StopSignal;
}
