import type { BundledDefinition } from '../api/api.ts';
import type { Standing } from './applied.ts';
import type { Way } from './decide.ts';

/**
 * The way without the contract migrations at its end, which wait until the new application has rolled out. None waits on
 * an empty history, for no application is there yet, nor where the definition says `contract: in-gate`.
 */
export function withoutDeferred(way: Way, standing: Standing, definition: BundledDefinition): Way {
  const live = standing.applied.length > 0 || standing.baseline !== undefined;
  if (!live || definition.spec.migrations.contract === 'in-gate') return way;
  const once = way.pending.filter(({ repeat }) => repeat === 'once');
  const lastExpand = once.findLastIndex(({ phase }) => phase === 'expand');
  const deferred = new Set(once.slice(lastExpand + 1));
  if (deferred.size === 0) return way;
  return { ...way, pending: way.pending.filter((migration) => !deferred.has(migration)) };
}
