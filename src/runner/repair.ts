import type { Change } from '../api/api.ts';
import { type Catalog, type CatalogObject, fingerprintsOf } from '../catalog/catalog.ts';
import { type CatalogRead, type Session, SqlFailure } from '../engines/engines.ts';
import { type Plan, planBetween } from '../plan/plan.ts';
import { differencesFrom, differingKeys, type Expected } from './exactness.ts';
import { candidates, type Loss, lossesAmong } from './losses.ts';
import { recordedCatalog } from './recorded.ts';
import type { Recorder } from './recorder.ts';

/** What was done beside a way back's own scripts so that it leads back. */
export interface Repair {
  readonly statements: readonly string[];
  readonly read: CatalogRead;
}

/** Why the rest of the way cannot be made by us. */
export interface NoRepair {
  readonly why: string;
  /** A person may want it all the same. */
  readonly allow?: true;
  /** A lock was not to be had in time. */
  readonly busy?: true;
}

const POINT = 'mooring_repair';

/**
 * Within the open transaction: makes of the catalog as it is what was there, in the objects that are named, where no data
 * are lost by it. What it did is proven by what is read afterwards; else the transaction is as it was before.
 */
export async function repair(
  session: Session,
  recorder: Recorder,
  expected: Expected,
  found: CatalogRead,
  keys: ReadonlySet<string>,
): Promise<Repair | NoRepair> {
  const plan = await planInTransaction(session, expected, found.catalog, keys);
  if ('why' in plan) return plan;
  const statements = textsOf(plan);
  const done = await proven(session, recorder, expected, keys, statements);
  if ('why' in done) return done;
  const asked = candidates(session, found, done.read);
  if (asked.length === 0) return done;
  await session.rollbackTo(POINT);
  await session.ownVoice();
  const losses = await lossesAmong(session, asked);
  if (losses.length > 0) return { why: lossWords(losses) };
  // The same statements in the same state: what they did once they do again.
  await runRepair(session, statements);
  return { statements, read: (await recorder.look()).read };
}

/**
 * The same in place of an undo that was never stored. What is lost by it the caller measures, with the whole way back; but
 * what the migration has dropped, no plan fills again: `rowsGone` says that a person answers for that. `judge` sees the
 * plan before any of it runs, and throws where it may not.
 */
export async function computeBack(
  session: Session,
  recorder: Recorder,
  expected: Expected,
  found: CatalogRead,
  keys: ReadonlySet<string>,
  {
    rowsGone,
    judge,
    first = [],
  }: {
    readonly rowsGone: boolean;
    readonly judge?: (plan: Plan) => void;
    /** Statements that run before the plan is made, and are part of it. */
    readonly first?: readonly string[];
  },
): Promise<Repair | NoRepair> {
  if (first.length > 0) {
    const refused = await tryThem(session, first);
    if (refused !== undefined) return refused;
    await session.ownVoice();
    const { read } = await recorder.look();
    const all = new Set([
      ...keys,
      ...differingKeys(fingerprintsOf(found.catalog), fingerprintsOf(read.catalog)),
    ]);
    const rest = await computeBack(session, recorder, expected, read, all, {
      rowsGone,
      ...(judge === undefined ? {} : { judge }),
    });
    return 'why' in rest ? rest : { ...rest, statements: [...first, ...rest.statements] };
  }
  const plan = await planInTransaction(session, expected, found.catalog, keys);
  if ('why' in plan) return plan;
  const emptied = rowsGone ? undefined : withoutRows(plan);
  if (emptied !== undefined) return emptied;
  judge?.(plan);
  return proven(session, recorder, expected, keys, textsOf(plan));
}

/** Why a plan in place of an undo needs a person's word: it makes again what held rows, and they are gone. */
export function withoutRows(plan: Plan): NoRepair | undefined {
  const emptied = plan.changes.filter(isFilledByRows).map(({ object }) => object);
  if (emptied.length === 0) return undefined;
  return { why: `it would make ${emptied.join(', ')} again, without what was in there`, allow: true };
}

/** The plan from what was found to what was there, in the objects that are named. */
export async function planBack(
  session: Session,
  expected: Expected,
  found: Catalog,
  keys: ReadonlySet<string>,
): Promise<Plan | NoRepair> {
  const { planRules } = session.engine;
  if (planRules === undefined) return { why: 'plans are not built for this server' };
  const recorded = await recordedCatalog(session, expected.row, expected.answered, found);
  const plan = planBetween(found, led(found, recorded, keys), await planRules());
  const [refused] = plan.refused;
  return refused === undefined ? plan : { why: `${refused.object}: ${refused.why}` };
}

async function planInTransaction(
  session: Session,
  expected: Expected,
  found: Catalog,
  keys: ReadonlySet<string>,
): Promise<Plan | NoRepair> {
  if (!session.engine.capabilities.transactionalDdl)
    return { why: 'no transaction of this server takes DDL back' };
  const plan = await planBack(session, expected, found, keys);
  if ('why' in plan) return plan;
  const bare = plan.statements.find(({ transactional }) => !transactional);
  if (bare !== undefined) return { why: `${bare.sql.split('\n')[0]} cannot run in a transaction` };
  return plan;
}

export function textsOf({ statements }: Plan): readonly string[] {
  return statements.map(({ sql }) => sql);
}

/** Runs them, and reads what they did. */
async function proven(
  session: Session,
  recorder: Recorder,
  expected: Expected,
  keys: ReadonlySet<string>,
  statements: readonly string[],
): Promise<Repair | NoRepair> {
  await session.savepoint(POINT);
  const refused = await tryThem(session, statements);
  if (refused !== undefined) {
    await session.rollbackTo(POINT);
    return refused;
  }
  await session.ownVoice();
  const { read } = await recorder.look();
  const left = await differencesFrom(session, expected, read.catalog, keys);
  if (left.length === 0) return { statements, read };
  await session.rollbackTo(POINT);
  await session.ownVoice();
  return otherwise(left);
}

export function otherwise(left: readonly Change[]): NoRepair {
  return { why: `it would leave ${left.map(({ object }) => object).join(', ')} otherwise than it was` };
}

function isFilledByRows({ kind, change, details }: Change): boolean {
  if (kind === 'table') return change === 'added';
  return kind === 'column' && (change === 'added' || details.some((detail) => detail.startsWith('type: ')));
}

/** Runs the statements of a repair that was proven before. Throws `SqlFailure`. */
export async function runRepair(session: Session, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await session.execute({ sql, line: 1, column: 1, endLine: 1 });
}

/** Why the server will not have them. */
export async function tryThem(
  session: Session,
  statements: readonly string[],
): Promise<NoRepair | undefined> {
  try {
    await runRepair(session, statements);
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    const why = `the server refused what would have mended it: ${error.message}`;
    return { why, ...(error.kind === 'lock-timeout' ? { busy: true } : {}) };
  }
}

export function lossWords(losses: readonly Loss[]): string {
  return `data would be lost by mending it: ${losses.map(({ what, estimate }) => `${what} (${estimate})`).join('; ')}`;
}

/** What is there now, with the named objects as they were recorded; as far as the record goes. */
function led(found: Catalog, recorded: Catalog, keys: ReadonlySet<string>): Catalog {
  const objects = new Map<string, CatalogObject>(found.objects);
  for (const key of keys) {
    const was = recorded.objects.get(key);
    if (was === undefined) objects.delete(key);
    else objects.set(key, was);
  }
  return { ...recorded, objects };
}
