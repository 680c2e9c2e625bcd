import { randomUUID } from 'node:crypto';
import { MooringError, VERSION } from '../api/api.ts';
import type { Session } from '../engines/engines.ts';
import type { RunRequest } from './request.ts';

/** Says, before anything changes, which bundle now rules this database. Repeating the newest claim says nothing new. */
export async function claim(request: RunRequest, session: Session): Promise<void> {
  const newest = await session.store.latestClaim();
  if (
    newest?.bundle === request.bundle &&
    newest.job === (request.job ?? '') &&
    newest.owner === request.owner
  )
    return;
  await session.store.addClaim({
    key: randomUUID(),
    owner: request.owner,
    runner: VERSION,
    bundle: request.bundle,
    job: request.job ?? '',
    ...(request.cluster === undefined ? {} : { cluster: request.cluster }),
  });
}

/** What a tracked Job knows of itself: its bundle, and when the API server made it, in the database's time. */
export interface JobBirth {
  readonly bundle: string;
  /** Epoch milliseconds by the database's clock. */
  readonly createdAt: number;
}

/**
 * Undo and revert run only for the bundle of the newest claim, or for a Job that was made after that claim: a late Job
 * of an older sync touches nothing. Throws `superseded`.
 */
export async function refuseSuperseded(session: Session, birth: JobBirth): Promise<void> {
  const newest = await session.store.latestClaim();
  if (newest === undefined || newest.bundle === birth.bundle || birth.createdAt > Date.parse(newest.at))
    return;
  throw new MooringError(
    'superseded',
    `bundle ${newest.bundle.slice(0, 19)}… has ruled this database since ${newest.at} (${newest.job || newest.owner}); this Job is of ${birth.bundle.slice(0, 19)}… and older`,
    {
      hint: 'Nothing to do: the newer sync has it. To go back to this revision, sync or roll back to it again.',
    },
  );
}
