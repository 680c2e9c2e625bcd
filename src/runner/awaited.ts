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
  if (!log.awaited.includes(awaited)) log.awaited.push(awaited);
  try {
    await commit();
  } catch (error) {
    if (!(error instanceof ConnectionLost)) forget(log, awaited);
    throw error;
  }
  forget(log, awaited);
  log.last = awaited.key;
  awaited.tell();
}

/** It will not take place. */
export function forget(log: RunLog, awaited: Awaited): void {
  const at = log.awaited.indexOf(awaited);
  if (at >= 0) log.awaited.splice(at, 1);
}

/** The answer to a COMMIT can get lost: the history knows whether it took place. */
export function tellAwaited(log: RunLog, entries: readonly HistoryEntry[]): void {
  for (const { key, tell } of log.awaited.splice(0)) if (entries.some((entry) => entry.key === key)) tell();
}
