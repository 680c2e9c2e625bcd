import type { HistoryEntry, Session } from '../engines/engines.ts';
import type { RunRequest } from './request.ts';

/**
 * Where the history is at home, if that is not the cluster of this run: the first one that claimed the database, or did
 * so since a person last took it over. A cluster that was rebuilt, or a copy of the database, is not at home in it.
 */
export async function foreignHome(
  request: RunRequest,
  session: Session,
  entries: readonly HistoryEntry[],
): Promise<{ readonly cluster: string; readonly at: string } | undefined> {
  if (request.cluster === undefined) return undefined;
  const home = await session.store.firstCluster(entries.findLast(({ action }) => action === 'take-over')?.at);
  return home === undefined || home.cluster === request.cluster ? undefined : home;
}
