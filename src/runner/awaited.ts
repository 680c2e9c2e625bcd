import { ConnectionLost, type HistoryEntry } from '../engines/engines.ts';
import type { RunLog } from './request.ts';

/** A COMMIT on its way, and what the report will say once it is known to have taken place. */
export interface Awaited {
  /** Of the history entry that is committed with it. */
  readonly key: string;
  readonly tell: () => void;
}

/** Commits, then tells. Should the connection go while it is under way, `tellAwaited` finds out what became of it. */
export async function commitTold(log: RunLog, awaited: Awaited, commit: () => Promise<void>): Promise<void> {
  log.awaited = awaited;
  try {
    await commit();
  } catch (error) {
    if (!(error instanceof ConnectionLost)) log.awaited = undefined;
    throw error;
  }
  log.awaited = undefined;
  log.last = awaited.key;
  awaited.tell();
}

/** The answer to a COMMIT can get lost: the history knows whether it took place. */
export function tellAwaited(log: RunLog, entries: readonly HistoryEntry[]): void {
  const { awaited } = log;
  log.awaited = undefined;
  if (awaited !== undefined && entries.some((entry) => entry.key === awaited.key)) awaited.tell();
}
