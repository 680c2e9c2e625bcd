/** The cluster: what our Jobs tell it, and ask of it. All else knows no API server. */
export { type Access, findAccess } from './access.ts';
export { driftWords } from './conditions.ts';
export type { EventText } from './event.ts';
export { bundleOf, failureOf, hasFailed, isComplete, jobsOf, stateIn } from './jobs-of.ts';
export { isPassing, isSettled, type Mark, markFor, UNFINISHED } from './marks.ts';
export { madeBy } from './object.ts';
export { type Identity, Reporter, type ReporterOptions } from './reporter.ts';
export { type Missing, missingFrom, type Seen, type SeenHistory } from './seen.ts';
export type { News } from './status.ts';
