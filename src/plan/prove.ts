import { type Change, MooringError } from '../api/api.ts';
import { type Catalog, type CatalogObject, compareCatalogs } from '../catalog/catalog.ts';
import { type PlanRules, type Session, SqlFailure } from '../engines/engines.ts';
import { affectedPart } from './affected.ts';
import type { Plan, PlannedStatement } from './between.ts';
import { withBrokenViews } from './broken-views.ts';
import { dumpOf } from './dump.ts';
import { inScratch, type OpenSource, type SourceSettings } from './source.ts';

export type Proof =
  /** The statements were run, and what is there then is what was wanted. */
  | { readonly proven: true }
  /** They were run, and it is not; or the server refused one of them. */
  | { readonly proven: false; readonly differences: readonly Change[]; readonly refused?: string }
  /** What they begin from could not be built. */
  | { readonly proven: 'unknown'; readonly why: string };

/**
 * Tries a plan: where files were loaded, right there; else in a scratch database of its own, with what it is about, and
 * `also` these objects (keys). Undefined: nothing to run.
 * Throws `scratch-missing` and what connecting throws.
 */
export async function proofOf(
  plan: Plan,
  before: OpenSource,
  after: Pick<OpenSource, 'catalog'>,
  rules: PlanRules,
  settings: SourceSettings,
  also: readonly string[] = [],
): Promise<Proof | undefined> {
  if (plan.statements.length === 0) return undefined;
  if (before.scratch !== undefined) return proveIn(before.scratch, plan, after.catalog);
  if (settings.scratch === undefined) return { proven: 'unknown', why: 'no scratch server is named' };
  return inScratch(settings, (scratch) =>
    proveInScratch(scratch, plan, before.catalog, after.catalog, rules, also),
  );
}

/** Runs a plan in an empty scratch database in which what it is about, and what that needs, is built first. */
export async function proveInScratch(
  scratch: Session,
  plan: Plan,
  before: Catalog,
  wanted: Catalog,
  rules: PlanRules,
  also: readonly string[] = [],
): Promise<Proof> {
  const keys = new Set([...also, ...plan.statements.map(({ object }) => object)]);
  for (const { object } of plan.changes) keys.add(object);
  const [from, to] = [affectedPart(before, keys, rules), affectedPart(wanted, keys, rules)];
  // What one side needs and both have is to be there on both.
  const whole = new Set([...from.objects.keys(), ...to.objects.keys()]);
  const [start, end] = [affectedPart(before, whole, rules), affectedPart(wanted, whole, rules)];
  const dump = dumpOf(start, rules);
  if (dump.refused.length > 0)
    return { proven: 'unknown', why: dump.refused.map(({ object, why }) => `${object}: ${why}`).join('; ') };
  // What a new database has of its own is nobody's affair, as long as it stays as it is.
  const given = (await scratch.readCatalog(before.scope)).catalog.objects;
  const isOwn = (key: string): boolean => given.has(key) && !start.objects.has(key) && !end.objects.has(key);
  const { why, broken } = await built(scratch, dump.statements, start);
  if (why !== undefined) return { proven: 'unknown', why };
  withBrokenViews(scratch, broken, start, rules);
  const { catalog } = await scratch.readCatalog(before.scope);
  const [other] = compareCatalogs(catalog, start).filter(({ object }) => !isOwn(object));
  if (other !== undefined) return { proven: 'unknown', why: `${other.object} could not be built as it is` };
  const own = [...given].filter(([key]) => isOwn(key));
  return proveIn(scratch, plan, { ...end, objects: new Map([...own, ...end.objects]) });
}

/** Runs a plan in a database that is as it begins from, and compares; the database is left as it then is. */
export async function proveIn(session: Session, plan: Plan, wanted: Catalog): Promise<Proof> {
  const { refused, beyond } = await tried(session, plan.statements);
  if (beyond !== undefined) return { proven: 'unknown', why: beyond };
  if (refused !== undefined) return { proven: false, differences: [], refused };
  const { catalog } = await session.readCatalog(wanted.scope);
  const differences = differencesLeft(plan, catalog, wanted);
  return differences.length === 0 ? { proven: true } : { proven: false, differences };
}

/** Makes what a plan begins from; `broken` are views that nobody could make any more. */
async function built(
  scratch: Session,
  statements: readonly PlannedStatement[],
  { objects }: Catalog,
): Promise<{ readonly why?: string; readonly broken: readonly CatalogObject[] }> {
  const broken: CatalogObject[] = [];
  for (const statement of statements) {
    const { refused, beyond } = await tried(scratch, [statement]);
    const view = objects.get(statement.object);
    const mayBreak = scratch.engine.capabilities.brokenViews && view?.kind === 'view';
    if (refused !== undefined && mayBreak) broken.push(view);
    else if (refused !== undefined || beyond !== undefined) return { why: refused ?? beyond ?? '', broken };
  }
  return { broken };
}

/** The server's word against one of them, or why a scratch database is no place to try it. */
async function tried(
  session: Session,
  statements: readonly { readonly sql: string }[],
): Promise<{ readonly refused?: string; readonly beyond?: string }> {
  for (const { sql } of statements) {
    try {
      const refused = await runAll(session, [sql]);
      if (refused !== undefined) return { refused };
    } catch (error) {
      if (!(error instanceof MooringError) || error.code !== 'scratch-refused') throw error;
      return { beyond: `${sql.split('\n')[0]}: ${error.message}` };
    }
  }
  return {};
}

/** What is otherwise than it was to be once a plan has run, but for what it said that it leaves. */
export function differencesLeft(
  { left }: Pick<Plan, 'left'>,
  found: Catalog,
  wanted: Catalog,
): readonly Change[] {
  return compareCatalogs(found, wanted).filter((change) => !isLeft(change, left));
}

/** The server's word against one of them. */
export async function runAll(session: Session, statements: readonly string[]): Promise<string | undefined> {
  for (const sql of statements) {
    try {
      await session.execute({ sql, line: 1, column: 1, endLine: 1 });
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      return `${sql.split('\n')[0]}: ${error.message} (${error.code})`;
    }
  }
  return undefined;
}

/** What a plan said that it leaves. */
function isLeft({ object, details }: Change, left: readonly string[]): boolean {
  if (details.length > 0 && details.every((detail) => detail.startsWith('rank: '))) return left.length > 0;
  return left.some((each) => each.startsWith(`${object} `) || each.startsWith(`${object}:`));
}
