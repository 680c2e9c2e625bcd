import { MooringError, type RunReport } from '../api/api.ts';
import type { HistoryEntry, Session } from '../engines/engines.ts';
import { findApplied, type Standing, standingOf } from './applied.ts';
import { tellAwaited } from './awaited.ts';
import { claim } from './claim.ts';
import { asOwner, enter } from './enter.ts';
import { halfApplied } from './half-applied.ts';
import { newLog, type RunLog, type RunRequest, reportOf } from './request.ts';
import { toReport } from './to-report.ts';
import { undo } from './undo.ts';
import { withLockedSession } from './with-session.ts';

/**
 * Takes the database back to where migration `to` was the newest one; `0`: before the first. From the database's own
 * record: the files are not asked. All outcomes come as a report.
 */
export async function rollback(request: RunRequest, to: string): Promise<RunReport> {
  const log = newLog();
  return toReport(log, () => withLockedSession(request, log, (session) => run(request, session, to, log)));
}

async function run(request: RunRequest, session: Session, to: string, log: RunLog): Promise<RunReport> {
  if ((await session.store.state()) === 'absent') throw noHistory(session);
  const entries = await enter(request, session, { files: false });
  tellAwaited(log, entries);
  const standing = standingOf(entries);
  const open = await session.store.openJournal();
  const half = await halfApplied(session, standing, open);
  const surplus = after(standing, to);
  log.pending = [];
  if (surplus.length === 0 && half === undefined)
    return reportOf(log, log.undone.length > 0 ? 'done' : 'nothing');
  const named = asOwner(request, entries);
  await claim(named, session);
  const newestFirst = [...surplus].reverse();
  return undo(named, session, standing, newestFirst, open, log, half);
}

/** Applied entries that came after the one to go back to. */
function after(standing: Standing, to: string): readonly HistoryEntry[] {
  const { baseline } = standing;
  if (to === '0' && baseline !== undefined && baseline.id !== '0') {
    throw new MooringError(
      'undo-below-baseline',
      `the database was adopted at ${baseline.id}, ${baseline.at}: how it came about before that is not known`,
      {
        hint: `The way back ends there: mooring rollback --to ${baseline.id} --url …`,
      },
    );
  }
  if (to === '0' || to === baseline?.id) return standing.applied;
  const target = findApplied(standing, to);
  if (target !== undefined) return standing.applied.slice(standing.applied.indexOf(target) + 1);
  const known = standing.applied.map((entry) => entry.id);
  throw new MooringError('version-unknown', `no applied migration has the version ${to}`, {
    hint:
      known.length === 0
        ? 'Nothing is applied.'
        : `Applied are: ${known.slice(-10).join(', ')}${known.length > 10 ? ' (the newest ten)' : ''}; 0 means before the first.`,
  });
}

function noHistory(session: Session): MooringError {
  return new MooringError(
    'version-unknown',
    `database ${session.server.database} has no history: nothing was migrated here`,
    {
      hint: 'Is the URL the right one?',
    },
  );
}
