import type { Held } from '../api/api.ts';
import type { HistoryEntry } from '../engines/engines.ts';
import type { Standing } from './applied.ts';
import type { Way } from './decide.ts';
import { hold } from './undo-chain.ts';

/**
 * Whether a bundle alone, with no person naming the target, may take back what it does not know: only the newest
 * contiguous run of the history, with at least one applied migration left in it, nothing at or below a baseline, and no
 * more than `max`. Anything else (a squash, a rename, a wrong path, an empty folder, an old branch) is held.
 */
export function authorityToUndo(way: Way, standing: Standing, max: number): readonly Held[] {
  const [oldest] = way.surplus;
  if (oldest === undefined) return [];
  const ids = way.surplus.map((entry) => entry.id).join(', ');
  const held: Held[] = [];
  if (way.surplus.length === standing.applied.length && standing.baseline === undefined) {
    held.push(
      hold(
        oldest,
        'undo-everything',
        `none of the ${standing.applied.length} applied migrations is in the files: ${ids}`,
        { allow: '--allow undo-everything' },
      ),
    );
  }
  const newest = standing.applied.slice(-way.surplus.length);
  const gap = newest.find((entry) => !way.surplus.includes(entry));
  if (gap !== undefined) {
    held.push(
      hold(
        oldest,
        'history-diverged',
        `${ids} are applied and not in the files, but ${gap.id}, which came after ${oldest.id}, is in them`,
      ),
    );
  }
  if (way.surplus.length > max) {
    held.push(
      hold(
        oldest,
        'undo-too-many',
        `${way.surplus.length} migrations would be undone (${ids}); rollback.max is ${max}`,
        { allow: '--allow undo-too-many' },
      ),
    );
  }
  return [...held, ...way.surplus.filter((entry) => isBelow(entry, standing)).map(below)];
}

function isBelow(entry: HistoryEntry, { baseline }: Standing): boolean {
  return baseline !== undefined && entry.seq <= baseline.seq;
}

function below(entry: HistoryEntry): Held {
  return hold(entry, 'undo-below-baseline', `${entry.id} lies below the baseline`);
}
