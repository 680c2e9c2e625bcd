import type { HistoryEntry } from '../engines/engines.ts';
import { compareVersions, normalVersion } from '../migrations/migrations.ts';

/** Where a database stands, folded from its history. */
export interface Standing {
  /** Migrations that run once and are applied, in the order in which they were. */
  readonly applied: readonly HistoryEntry[];
  /** The same, by what their ids have in common with others that mean the same version. */
  readonly byVersion: ReadonlyMap<string, HistoryEntry>;
  /** The last application of each repeatable. */
  readonly repeatables: ReadonlyMap<string, HistoryEntry>;
  /** The newest baseline: everything up to its version counts as applied, and nothing of it is ever undone. */
  readonly baseline?: HistoryEntry;
  /** The last entry, if it tells of a failure. */
  readonly failed?: HistoryEntry;
  readonly entries: readonly HistoryEntry[];
}

/** Folds a history, in order, into where the database stands. */
export function standingOf(entries: readonly HistoryEntry[]): Standing {
  // A Map keeps the order in which keys came; one that is set again keeps its old place, so it is taken out first.
  const applied = new Map<string, HistoryEntry>();
  const repeatables = new Map<string, HistoryEntry>();
  let baseline: HistoryEntry | undefined;
  for (const entry of entries) {
    if (entry.state === 'failed') continue;
    const key = sameIdKey(entry.id);
    switch (entry.action) {
      case 'apply':
        if (entry.repeat !== 'once') repeatables.set(entry.id, entry);
        else {
          for (const id of replacedBy(entry)) applied.delete(sameIdKey(id));
          applied.delete(key);
          applied.set(key, entry);
        }
        break;
      case 'undo':
        if (entry.repeat === 'once') applied.delete(key);
        else repeatables.delete(entry.id);
        break;
      case 'baseline':
        baseline = entry;
        applied.clear();
        break;
      case 'take-over':
      case 'accept':
      case 'revert':
        break;
    }
  }
  const last = entries.at(-1);
  return {
    applied: [...applied.values()],
    byVersion: applied,
    repeatables,
    entries,
    ...(baseline === undefined ? {} : { baseline }),
    ...(last?.state === 'failed' ? { failed: last } : {}),
  };
}

/** The applied entry of a migration's id; `1`, `01` and `1.0` are one version. */
export function findApplied(standing: Standing, id: string): HistoryEntry | undefined {
  return standing.byVersion.get(sameIdKey(id));
}

/** Equal for `1`, `01` and `1.0`; ids that are no versions stand for themselves. */
export function sameIdKey(id: string): string {
  return /^\d+(\.\d+)*$/.test(id) ? normalVersion(id) : id;
}

/** Whether a version counts as applied because the database was adopted with it. */
export function coveredByBaseline(standing: Standing, version: string | undefined): boolean {
  const { baseline } = standing;
  return (
    baseline !== undefined &&
    baseline.id !== '' &&
    version !== undefined &&
    compareVersions(version, baseline.id) <= 0
  );
}

function replacedBy(entry: HistoryEntry): readonly string[] {
  const ids = entry.detail.replaces;
  return Array.isArray(ids) ? (ids as string[]) : [];
}
