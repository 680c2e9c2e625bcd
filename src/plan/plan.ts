/** Two catalogs and an engine's rules → ordered statements. */
export { type Plan, type PlannedStatement, type PlanOptions, planBetween, type Refusal } from './between.ts';
export { dumpOf } from './dump.ts';
export { type Ask, asking, columnQuestion, questionIn, questionInText, withRows } from './facts.ts';
export {
  approval,
  type HazardPolicy,
  type HazardVerdict,
  judgeHazards,
  planDigest,
  refuseHazards,
} from './policy.ts';
export { type Proof, proofOf, proveIn, proveInScratch } from './prove.ts';
export { type Renamed, renameIn, renamesBetween } from './renames.ts';
export {
  inScratch,
  type OpenSource,
  openSource,
  type Source,
  type SourceSettings,
  sourceOf,
} from './source.ts';
