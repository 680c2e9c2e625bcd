import { MooringError } from '../api/api.ts';
import { type Catalog, compareCatalogs } from '../catalog/catalog.ts';
import type { CatalogRead, Session } from '../engines/engines.ts';
import { withBrokenViews } from '../plan/plan.ts';

/**
 * Does the work in a scratch database on the same server that stands as this one does, without its rows; it is dropped
 * afterwards. `unproven`: why there is none, or that something would reach beyond it. `live`: this database as it was read.
 */
export async function inTwin<T extends object>(
  session: Session,
  live: Catalog,
  work: (twin: Session, start: CatalogRead) => Promise<T>,
): Promise<T | { readonly unproven: string }> {
  let twin: Session;
  try {
    twin = await session.twin(live);
  } catch (error) {
    if (error instanceof MooringError && error.code === 'privilege-missing')
      return { unproven: error.message };
    throw error;
  }
  try {
    const bare = await twin.readCatalog(live.scope);
    const changes = compareCatalogs(live, bare.catalog);
    const broken = changes.flatMap(({ object, kind, change }) => {
      const view = live.objects.get(object);
      return session.engine.capabilities.brokenViews &&
        kind === 'view' &&
        change === 'removed' &&
        view !== undefined
        ? [view]
        : [];
    });
    const apart = changes.length > broken.length ? changes.map((change) => change.object) : [];
    if (apart.length > 0) {
      const some = apart.slice(0, 5).join(', ');
      const more = apart.length > 5 ? ` and ${apart.length - 5} more` : '';
      return { unproven: `a scratch database cannot be made to stand as this one does: ${some}${more}` };
    }
    const rules = await session.engine.planRules?.();
    if (broken.length === 0 || rules === undefined) return await work(twin, bare);
    const standing = withBrokenViews(twin, broken, live, rules);
    return await work(standing, await standing.readCatalog(live.scope));
  } catch (error) {
    if (error instanceof MooringError && error.code === 'undo-unproven') return { unproven: error.message };
    throw error;
  } finally {
    await twin.close();
  }
}
