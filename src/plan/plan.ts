/** Two catalogs and an engine's rules → ordered statements. */
export { type Plan, type PlannedStatement, type PlanOptions, planBetween, type Refusal } from './between.ts';
export { withBrokenViews } from './broken-views.ts';
export { dumpOf } from './dump.ts';
export { type Ask, asking, columnQuestion, questionIn, questionInText, withRows } from './facts.ts';
export { type Lead, leadFrom } from './lead.ts';
export {
  approval,
  type HazardPolicy,
  type HazardVerdict,
  hazardsListed,
  judgeHazards,
  planDigest,
  refuseHazards,
} from './policy.ts';
export { differencesLeft, type Proof, proofOf, proveIn, proveInScratch } from './prove.ts';
export type { Rename } from './renames.ts';
export {
  inScratch,
  liveSource,
  type OpenSource,
  openFiles,
  openSource,
  type Source,
  type SourceSettings,
  type SqlFile,
  sourceOf,
} from './source.ts';
