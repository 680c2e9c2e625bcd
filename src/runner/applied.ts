import type { HistoryEntry } from '../engines/engines.ts';
import { compareVersions } from '../migrations/migrations.ts';

/** Where a database stands, folded from its history. */
export interface Standing {
  /** Migrations that run once and are applied, in the order in which they were. */
  readonly applied: readonly HistoryEntry[];
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
  let applied: HistoryEntry[] = [];
  const repeatables = new Map<string, HistoryEntry>();
  let baseline: HistoryEntry | undefined;
  let failed: HistoryEntry | undefined;
  for (const entry of entries) {
    failed = entry.state === 'failed' ? entry : undefined;
    if (entry.state === 'failed') continue;
    switch (entry.action) {
      case 'apply':
        if (entry.repeat !== 'once') repeatables.set(entry.id, entry);
        else applied = [...applied.filter((each) => each.id !== entry.id && !replaces(entry, each)), entry];
        break;
      case 'undo':
        applied = applied.filter((each) => each.id !== entry.id);
        if (entry.repeat !== 'once') repeatables.delete(entry.id);
        break;
      case 'baseline':
        baseline = entry;
        applied = [];
        break;
      case 'take-over':
      case 'accept':
        break;
    }
  }
  return {
    applied,
    repeatables,
    entries,
    ...(baseline === undefined ? {} : { baseline }),
    ...(failed === undefined ? {} : { failed }),
  };
}

/** The applied entry of a migration's id; `1`, `01` and `1.0` are one version. */
export function findApplied(standing: Standing, id: string): HistoryEntry | undefined {
  return (
    standing.applied.find((entry) => entry.id === id) ??
    standing.applied.find((entry) => sameVersion(entry.id, id))
  );
}

/** `1`, `01` and `1.0` are one version; ids that are no versions are compared as they are. */
export function sameVersion(a: string, b: string): boolean {
  return a === b || (isVersion(a) && isVersion(b) && compareVersions(a, b) === 0);
}

function isVersion(id: string): boolean {
  return /^\d+(\.\d+)*$/.test(id);
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

function replaces(entry: HistoryEntry, earlier: HistoryEntry): boolean {
  const ids = entry.detail.replaces;
  return Array.isArray(ids) && ids.includes(earlier.id);
}
