import { MooringError } from '../api/api.ts';
import type { Session, SqlFailure } from '../engines/engines.ts';

/** One of our own statements was refused: a right is missing, or somebody altered our tables. */
export function ownStatementFailed(
  failure: SqlFailure,
  { engine, server }: Pick<Session, 'engine' | 'server'>,
): MooringError {
  const { migrate, look } = engine.grants(server);
  const isRight = failure.kind === 'privilege';
  return new MooringError(
    isRight ? 'privilege-missing' : 'sql-failed',
    `a statement of Mooring's own was refused: ${failure.message} (${failure.code})`,
    {
      hint: isRight
        ? `Whoever may grant it types, for ${server.user} to migrate: ${migrate} Or only to look: ${look}`
        : 'See the server log; if our tables were altered, restore them from a backup.',
      server: { code: failure.code, ...(failure.detail === undefined ? {} : { detail: failure.detail }) },
      cause: failure,
    },
  );
}
