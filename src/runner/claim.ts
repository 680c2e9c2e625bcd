import { randomUUID } from 'node:crypto';
import { MooringError, VERSION } from '../api/api.ts';
import type { Session } from '../engines/engines.ts';
import type { RunRequest } from './request.ts';

/**
 * Says, before anything changes, which bundle now rules this database. Repeating the newest claim says nothing new; nor
 * does the claim of another Job of the same bundle where nothing is about to change.
 */
export async function claim(
  request: RunRequest,
  session: Session,
  { changing = true }: { readonly changing?: boolean } = {},
): Promise<void> {
  const newest = await session.store.latestClaim();
  if (
    newest?.bundle === request.bundle &&
    (!changing || newest.job === (request.job ?? '')) &&
    newest.owner === request.owner &&
    (request.cluster === undefined || newest.cluster === request.cluster)
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

/** What a tracked Job knows of itself. */
export interface JobBirth {
  /** Digest of its bundle. */
  readonly bundle: string;
  /**
   * The latest moment at which the API server can have made it, in the database's time, as epoch milliseconds, given what
   * the database says the time is. Absent where the Job may not look at itself.
   */
  readonly madeBy?: (databaseNow: number) => number;
}

/**
 * A tracked Job runs only for the bundle of the newest claim, or if it was made after that claim: a late Job of an older
 * sync touches nothing. Throws `superseded`, and `birth-unknown` where nobody can tell.
 */
export async function refuseSuperseded(session: Session, birth: JobBirth): Promise<void> {
  const newest = await session.store.latestClaim();
  if (newest === undefined || newest.bundle === birth.bundle) return;
  const who = newest.job || newest.owner.replace(/^\//, '');
  const ruler =
    newest.bundle === ''
      ? `a person has gone back by hand at ${newest.at} (${newest.by}, ${who})`
      : `bundle ${short(newest.bundle)} has ruled this database since ${newest.at} (${who})`;
  if (birth.madeBy === undefined) {
    throw new MooringError(
      'birth-unknown',
      `${ruler}, and this Job of ${short(birth.bundle)} may not look at itself: whether it is newer, nobody can tell`,
      {
        hint: 'Give its account the role (job.rbac: clusterRole or role), or go back from a laptop: mooring rollback --to ID --url …',
      },
    );
  }
  if (birth.madeBy(Date.parse(await session.store.now())) > Date.parse(newest.at)) return;
  throw new MooringError('superseded', `${ruler}; this Job is of ${short(birth.bundle)} and older`, {
    hint: 'Nothing to do: the newer sync has it. To go back to this revision, sync or roll back to it again.',
  });
}

function short(digest: string): string {
  return `${digest.slice(0, 19)}…`;
}
