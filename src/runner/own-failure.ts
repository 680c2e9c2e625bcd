import { MooringError } from '../api/api.ts';
import type { SqlFailure } from '../engines/engines.ts';

/** One of our own statements was refused: a right is missing, or somebody altered our tables. */
export function ownStatementFailed(failure: SqlFailure): MooringError {
  const code = failure.kind === 'privilege' ? 'privilege-missing' : 'sql-failed';
  return new MooringError(
    code,
    `a statement of Mooring's own was refused: ${failure.message} (${failure.code})`,
    {
      hint:
        code === 'privilege-missing'
          ? 'The role that migrates needs CREATE on the database; one that only looks needs: GRANT USAGE ON SCHEMA mooring, SELECT ON ALL TABLES IN SCHEMA mooring.'
          : 'See the server log; if our tables were altered, restore schema mooring from a backup.',
      server: { code: failure.code, ...(failure.detail === undefined ? {} : { detail: failure.detail }) },
      cause: failure,
    },
  );
}
