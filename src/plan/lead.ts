import type { PlanRules } from '../engines/engines.ts';
import { type Plan, planBetween } from './between.ts';
import { type Rename, type Renamed, renameIn, renamesBetween } from './renames.ts';
import { inScratch, type OpenSource, type SourceSettings } from './source.ts';

export interface LeadOptions {
  /** Forms that block nobody and run in no transaction; default false. */
  readonly online?: boolean;
  /** Columns are put in order in tables that hold rows, too; default false. */
  readonly columnOrder?: boolean;
  /** Rows that hazards are about are counted, however many there are; default false. */
  readonly count?: boolean;
}

/** The way from one source to another: what is renamed, then the rest. */
export interface Lead {
  /** All of it. */
  readonly plan: Plan;
  /** What is there once all is renamed that the files say was, and what leads from there. */
  readonly start: OpenSource;
  readonly rest: Plan;
  readonly renames: readonly Rename[];
}

/**
 * The plan between two sources, with what their files say of names that were others before. Renames are tried in a
 * scratch database. Throws as `renamesBetween`, `renameIn` and `inScratch`.
 */
export async function leadFrom(
  before: OpenSource,
  after: OpenSource,
  rules: PlanRules,
  settings: SourceSettings,
  options: LeadOptions = {},
): Promise<Lead> {
  const renamed = await renamedBefore(before, after, rules, settings);
  const start: OpenSource = renamed === undefined ? before : { ...before, catalog: renamed.catalog };
  const rest = await withRows(await planInOrder(start, after, rules, options), start, options.count ?? false);
  return {
    plan: renamed === undefined ? rest : withRenames(rest, renamed),
    start,
    rest,
    renames: renamed?.renames ?? [],
  };
}

/** What there is to begin from once all is renamed that the files say was; undefined: nothing. */
async function renamedBefore(
  before: OpenSource,
  after: OpenSource,
  rules: PlanRules,
  settings: SourceSettings,
): Promise<Renamed | undefined> {
  const renames = renamesBetween(after.renames, before.catalog, after.catalog);
  if (renames.length === 0) return undefined;
  if (before.scratch !== undefined) return renameIn(before.scratch, true, before.catalog, renames, rules);
  return inScratch(settings, (scratch) => renameIn(scratch, false, before.catalog, renames, rules));
}

/** Hazards say how many rows they are about, where the plan begins from a database that has any. */
async function withRows(plan: Plan, { withRows }: OpenSource, count: boolean): Promise<Plan> {
  const told = [
    ...(await withRows(
      plan.statements.flatMap(({ hazards }) => hazards),
      count,
    )),
  ];
  return {
    ...plan,
    statements: plan.statements.map((statement) => ({
      ...statement,
      hazards: told.splice(0, statement.hazards.length),
    })),
  };
}

function withRenames(plan: Plan, { statements, changes }: Renamed): Plan {
  return {
    ...plan,
    changes: [...changes, ...plan.changes],
    statements: plan.refused.length > 0 ? [] : [...statements, ...plan.statements],
  };
}

/** Where there are no rows, the order of columns costs nothing. */
async function planInOrder(
  before: OpenSource,
  after: OpenSource,
  rules: PlanRules,
  { online = false, columnOrder = false }: LeadOptions,
): Promise<Plan> {
  const plan = planBetween(before.catalog, after.catalog, rules, { online });
  if (plan.misplaced.length === 0) return plan;
  const reorder = columnOrder ? new Set(plan.misplaced) : await before.emptyAmong(plan.misplaced);
  return reorder.size === 0 ? plan : planBetween(before.catalog, after.catalog, rules, { online, reorder });
}
