import { type Change, MooringError } from '../api/api.ts';
import { type Catalog, compareCatalogs } from '../catalog/catalog.ts';
import { type PlanRules, type Session, SqlFailure } from '../engines/engines.ts';
import { affectedPart } from './affected.ts';
import type { Plan } from './between.ts';
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
 * Tries a plan: where files were loaded, right there; else in a scratch database of its own. Undefined: nothing to run.
 * Throws `scratch-missing` and what connecting throws.
 */
export async function proofOf(
  plan: Plan,
  before: OpenSource,
  after: Pick<OpenSource, 'catalog'>,
  rules: PlanRules,
  settings: SourceSettings,
): Promise<Proof | undefined> {
  if (plan.statements.length === 0) return undefined;
  if (before.scratch !== undefined) return proveIn(before.scratch, plan, after.catalog);
  if (settings.scratch === undefined) return { proven: 'unknown', why: 'no scratch server is named' };
  return inScratch(settings, (scratch) =>
    proveInScratch(scratch, plan, before.catalog, after.catalog, rules),
  );
}

/** Runs a plan in an empty scratch database in which what it is about, and what that needs, is built first. */
export async function proveInScratch(
  scratch: Session,
  plan: Plan,
  before: Catalog,
  wanted: Catalog,
  rules: PlanRules,
): Promise<Proof> {
  const keys = new Set(plan.statements.map(({ object }) => object));
  for (const { object } of plan.changes) keys.add(object);
  const [from, to] = [affectedPart(before, keys, rules), affectedPart(wanted, keys, rules)];
  // What one side needs and both have is to be there on both.
  const whole = new Set([...from.objects.keys(), ...to.objects.keys()]);
  const [start, end] = [affectedPart(before, whole, rules), affectedPart(wanted, whole, rules)];
  const dump = dumpOf(start, rules);
  if (dump.refused.length > 0)
    return { proven: 'unknown', why: dump.refused.map(({ object, why }) => `${object}: ${why}`).join('; ') };
  const { refused, beyond } = await tried(scratch, dump.statements);
  const why = refused ?? beyond;
  if (why !== undefined) return { proven: 'unknown', why };
  const { catalog } = await scratch.readCatalog(before.scope);
  const [other] = compareCatalogs(catalog, start);
  if (other !== undefined) return { proven: 'unknown', why: `${other.object} could not be built as it is` };
  return proveIn(scratch, plan, end);
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
