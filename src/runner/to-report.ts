import { EXIT, MooringError, type RunReport } from '../api/api.ts';
import { type RunLog, reportOf } from './request.ts';

/**
 * Runs, and turns what is thrown into the report of a run that failed or was refused. Faults of ours pass
 * through, and so does what was thrown before there was a run.
 */
export async function toReport(log: RunLog, run: () => Promise<RunReport>): Promise<RunReport> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof MooringError) || !log.begun) throw error;
    const result =
      error.code === 'superseded' ? 'superseded' : error.exitCode === EXIT.refused ? 'refused' : 'failed';
    return reportOf(log, result, error.toJSON());
  }
}
