import { MooringError } from '../api/api.ts';
import type { HistoryEntry, Session } from '../engines/engines.ts';
import { stillOpen } from '../runner/runner.ts';

/**
 * The history of a database that answers for a snapshot, for a run that is about drift. Throws `baseline-needed` without
 * one, `journal-open` while a migration stands half-applied: what is its doing cannot be told from drift.
 */
export async function answeringHistory(
  session: Session,
): Promise<{ readonly entries: readonly HistoryEntry[]; readonly newest: HistoryEntry }> {
  const entries = (await session.store.state()) === 'absent' ? [] : await session.store.history();
  const newest = entries.at(-1);
  if (newest === undefined) {
    throw new MooringError(
      'baseline-needed',
      `database ${session.server.database} has no history: nothing was recorded that it could differ from`,
      { hint: 'Adopt it as it stands: mooring baseline --url …' },
    );
  }
  const [open] = stillOpen(await session.store.openJournal());
  if (open !== undefined) {
    throw new MooringError(
      'journal-open',
      `migration ${open.id} (${open.file}) stands half-applied: what is its doing cannot be told from drift`,
      { hint: 'End it first: mooring migrate DIR --url …' },
    );
  }
  return { entries, newest };
}
