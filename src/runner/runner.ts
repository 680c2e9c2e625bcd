/** Bundle + Engine → Run: which way, apply, journal, resume, undo, claim. */
export { type Standing, standingOf } from './applied.ts';
export { authorityToUndo } from './authority.ts';
export { type BaselineRequest, baseline } from './baseline.ts';
export { type JobBirth, refuseSuperseded } from './claim.ts';
export { decide, type Way } from './decide.ts';
export { notBuilt } from './enter.ts';
export { isJournaled } from './is-journaled.ts';
export { findings, lintFindings } from './lint.ts';
export { migrate } from './migrate.ts';
export { planPending } from './plan-pending.ts';
export { loadAnswered, recordedCatalog, sealOf } from './recorded.ts';
export { Recorder } from './recorder.ts';
export { newLog, type RunLog, type RunRequest, reportOf } from './request.ts';
export { type Resolution, resolve } from './resolve.ts';
export { rollback } from './rollback.ts';
export { readHistoryReport, readStatus } from './status.ts';
export { toReport } from './to-report.ts';
export { describeHolder, withLockedSession, withSession } from './with-session.ts';
