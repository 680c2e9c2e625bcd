import { EXIT, MooringError, type RunReport } from '../api/api.ts';
import { SqlFailure } from '../engines/engines.ts';
import { type RunLog, reportOf } from './request.ts';

/**
 * Runs, and turns what is thrown into the report of a run that failed or was refused. Faults of ours pass
 * through, and so does what was thrown before there was a run.
 */
export async function toReport(log: RunLog, run: () => Promise<RunReport>): Promise<RunReport> {
  try {
    return await run();
  } catch (caught) {
    const error = caught instanceof SqlFailure ? ownStatementFailed(caught) : caught;
    if (!(error instanceof MooringError) || !log.begun) throw error;
    const result =
      error.code === 'superseded' ? 'superseded' : error.exitCode === EXIT.refused ? 'refused' : 'failed';
    return reportOf(log, result, error.toJSON());
  }
}

/** One of our own statements was refused: a right is missing, or somebody altered our tables. */
function ownStatementFailed(failure: SqlFailure): MooringError {
  const code = failure.kind === 'privilege' ? 'privilege-missing' : 'sql-failed';
  return new MooringError(
    code,
    `a statement of Mooring's own was refused: ${failure.message} (${failure.code})`,
    {
      hint:
        code === 'privilege-missing'
          ? 'Let the role that migrates create schema mooring and read the catalogs: GRANT CREATE ON DATABASE … TO …;'
          : 'See the server log; if our tables were altered, restore schema mooring from a backup.',
      server: { code: failure.code, ...(failure.detail === undefined ? {} : { detail: failure.detail }) },
      cause: failure,
    },
  );
}
