import { type Catalog, fingerprintsOf } from '../catalog/catalog.ts';
import type { CatalogRead, Session } from '../engines/engines.ts';
import type { Plan } from '../plan/plan.ts';
import { differencesFrom, differingKeys, type Expected } from './exactness.ts';
import { type Candidate, candidates, emptiedBy, lossesAmong } from './losses.ts';
import { lossWords, type NoRepair, otherwise, planBack, textsOf, tryThem, withoutRows } from './repair.ts';

/** A plan that was run in a scratch database, and is proven by what is there then. */
export interface Computed {
  readonly statements: readonly string[];
  readonly read: CatalogRead;
  /** What it empties by its own words. */
  readonly asked: readonly Candidate[];
}

/**
 * In place of an undo that was never stored: a plan that makes of the scratch database `twin` what was there, in the
 * objects that are named, tried there; `first` are statements that run before it is made, and are part of it. What it did
 * is there then. `session` is the target.
 */
export async function computeInTwin(
  session: Session,
  twin: Session,
  expected: Expected,
  found: Catalog,
  keys: ReadonlySet<string>,
  { rowsGone, first = [] }: { readonly rowsGone: boolean; readonly first?: readonly string[] },
): Promise<Computed | NoRepair> {
  if (first.length > 0) {
    await twin.reset({ lockTimeout: 0, statementTimeout: 0 });
    const refused = await tryThem(twin, first);
    if (refused !== undefined) return refused;
    const { catalog } = await twin.readCatalog(found.scope);
    const all = new Set([...keys, ...differingKeys(fingerprintsOf(found), fingerprintsOf(catalog))]);
    const rest = await computeInTwin(session, twin, expected, catalog, all, { rowsGone });
    return 'why' in rest ? rest : { ...rest, statements: [...first, ...rest.statements] };
  }
  const plan = await planBack(session, expected, found, keys);
  if ('why' in plan) return plan;
  return (rowsGone ? undefined : withoutRows(plan)) ?? proven(session, twin, expected, found, keys, plan);
}

/**
 * What stored undos have left, mended where no data can be lost by it: tables that only they made, or made anew, nobody can
 * ask what they will hold. `live` is the target as it was read, `found` the scratch database as it stands after them.
 */
export async function repairInTwin(
  session: Session,
  twin: Session,
  expected: Expected,
  live: Catalog,
  found: CatalogRead,
  keys: ReadonlySet<string>,
): Promise<Computed | NoRepair> {
  const plan = await planBack(session, expected, found.catalog, keys);
  if ('why' in plan) return plan;
  const done = await proven(session, twin, expected, found.catalog, keys, plan);
  if ('why' in done) return done;
  const asked = [...candidates(session, found, done.read), ...done.asked];
  const unknown = asked.find(({ what }) => !live.objects.has(what));
  if (unknown !== undefined) return { why: `what ${unknown.what} will hold by then is not known` };
  const losses = await lossesAmong(session, asked);
  return losses.length === 0 ? done : { why: lossWords(losses) };
}

async function proven(
  session: Session,
  twin: Session,
  expected: Expected,
  found: Catalog,
  keys: ReadonlySet<string>,
  plan: Plan,
): Promise<Computed | NoRepair> {
  const statements = textsOf(plan);
  await twin.reset({ lockTimeout: 0, statementTimeout: 0 });
  const refused = await tryThem(twin, statements);
  if (refused !== undefined) return refused;
  const read = await twin.readCatalog(found.scope);
  const left = await differencesFrom(session, expected, read.catalog, keys);
  return left.length === 0 ? { statements, read, asked: emptiedBy(plan, found) } : otherwise(left);
}
