import { randomUUID } from 'node:crypto';
import { MooringError, type RunReport, VERSION } from '../api/api.ts';
import type { Session } from '../engines/engines.ts';
import { asOwner, enter } from './enter.ts';
import { lastEvents } from './journal-rows.ts';
import { newLog, type RunLog, type RunRequest, reportOf } from './request.ts';
import { toReport } from './to-report.ts';
import { withLockedSession } from './with-session.ts';

/** A person's word on a statement whose answer never came. */
export interface Resolution {
  readonly id: string;
  /** 1-based. */
  readonly statement: number;
  readonly ran: boolean;
}

/** Writes the word down; the next run of the migration goes on from it. */
export async function resolve(request: RunRequest, resolution: Resolution): Promise<RunReport> {
  const log = newLog();
  return toReport(log, () =>
    withLockedSession(request, log, (session) => run(request, session, resolution, log)),
  );
}

async function run(
  request: RunRequest,
  session: Session,
  { id, statement, ran }: Resolution,
  log: RunLog,
): Promise<RunReport> {
  if ((await session.store.state()) === 'absent')
    throw nothing(id, statement, 'nothing was ever migrated here');
  const named = asOwner(request, await enter(request, session, { files: false }));
  const rows = (await session.store.openJournal()).filter((row) => row.id === id);
  const last = lastEvents(rows).get(statement);
  if (last === undefined) {
    const numbers = [...lastEvents(rows).keys()].sort((a, b) => a - b);
    throw nothing(
      id,
      statement,
      numbers.length === 0
        ? `no run of ${id} stands open`
        : `the journal of ${id} speaks of statements ${numbers.join(', ')}`,
    );
  }
  // One that failed may have been ended by hand.
  if (last.event !== 'started' && !(last.event === 'failed' && ran))
    throw nothing(
      id,
      statement,
      `statement ${statement} is not in doubt: its last word is "${last.event}", of ${last.at}`,
    );
  const { seq: _seq, at: _at, by: _by, ...row } = last;
  await session.store.addJournal({
    ...row,
    key: randomUUID(),
    owner: named.owner,
    runner: VERSION,
    event: ran ? 'ran' : 'not-ran',
    detail: {},
  });
  log.notes.push(
    `${id}:${statement} (${last.file}:${last.line}) counts as ${ran ? 'run' : 'not run'}; the next mooring ${last.action === 'undo' ? 'rollback' : 'migrate'} goes on from there`,
  );
  return reportOf(log, 'done');
}

function nothing(id: string, statement: number, why: string): MooringError {
  return new MooringError('version-unknown', `there is nothing to resolve at ${id}:${statement}: ${why}`, {
    hint: 'mooring status --url … shows what is in doubt.',
  });
}
