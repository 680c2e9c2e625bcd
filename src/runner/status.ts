import type { HistoryReport, StatusReport } from '../api/api.ts';
import type { JournalEntry } from '../engines/engines.ts';
import { standingOf } from './applied.ts';
import { decide } from './decide.ts';
import { lastEvents } from './journal-rows.ts';
import { sealOf } from './recorded.ts';
import type { RunRequest } from './request.ts';
import { withSession } from './with-session.ts';

/** Where a database stands; with files, also what is pending. Takes no lock and changes nothing. */
export function readStatus(request: RunRequest): Promise<StatusReport> {
  return withSession(request, async (session) => {
    const absent = (await session.store.state()) === 'absent';
    const entries = absent ? [] : await session.store.history();
    const standing = standingOf(entries);
    const open = absent ? [] : await session.store.openJournal();
    const claim = absent ? undefined : await session.store.latestClaim();
    const rows = absent ? [] : await session.store.snapshots();
    const [snapshot] = rows;
    const { failed } = standing;
    return {
      head: standing.applied.at(-1)?.id ?? standing.baseline?.id ?? null,
      applied: standing.applied.length,
      pending: decide(request.migrations, standing).pending.map((migration) => migration.id),
      failed: failed?.error === undefined ? null : { id: failed.id, at: failed.at, error: failed.error },
      inDoubt: doubtOf(open),
      lock: (await session.lockHolder()) ?? null,
      claim:
        claim === undefined ? null : { owner: claim.owner, bundle: claim.bundle, at: claim.at, by: claim.by },
      snapshot:
        snapshot === undefined
          ? null
          : { fingerprint: await sealOf(session, rows, snapshot), at: snapshot.at },
    };
  });
}

/** Everything that was ever done to the database, oldest first. */
export function readHistoryReport(request: Pick<RunRequest, 'engine' | 'target'>): Promise<HistoryReport> {
  return withSession(request, async (session) => {
    const entries = (await session.store.state()) === 'absent' ? [] : await session.store.history();
    return {
      entries: entries.map(({ seq, action, id, checksum, state, at, ms, by, runner, bundle }) => ({
        seq,
        action,
        id,
        checksum,
        state,
        at,
        ms,
        by,
        runner,
        bundle,
      })),
    };
  });
}

/** A statement that was sent and never answered. While a run holds the lock, it is that run's. */
function doubtOf(open: readonly JournalEntry[]): StatusReport['inDoubt'] {
  const started = [...lastEvents(open).values()].find((row) => row.event === 'started');
  if (started === undefined) return null;
  return {
    id: started.id,
    statement: started.statement,
    sql: started.sql,
    file: started.file,
    line: started.line,
  };
}
