import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import type { CatalogRead, LossQuestion, NewName, Session } from '../engines/engines.ts';
import { columnQuestion, type Plan, questionIn } from '../plan/plan.ts';

/** Something that an undo takes away and that may hold data. */
export interface Candidate {
  readonly what: string;
  readonly question: LossQuestion;
}

/** Something that is lost for sure, or that nobody can rule out. */
export interface Loss {
  readonly what: string;
  readonly estimate: string;
}

/** How long the question may take, milliseconds. */
const PATIENCE = 5_000;

/**
 * What is gone from one read to the next that may have held data: tables and columns that are not there any more or were
 * made anew under the same name, columns whose type no longer holds every value, enum labels that are gone. What only has
 * another name by then is not gone: the server's numbers tell, or the statements' `renames`, in their order.
 */
export function candidates(
  session: Session,
  before: CatalogRead,
  after: CatalogRead,
  renames: readonly NewName[] = [],
): readonly Candidate[] {
  const found: Candidate[] = [];
  const idsBefore = before.ids();
  const keysAfter = new Map(Array.from(after.ids(), ([key, id]) => [id, key]));
  const laterKey = (key: string): string | undefined => {
    const id = idsBefore.get(key);
    if (id !== undefined) return keysAfter.get(id);
    const called = renames.reduce(calledBy, key);
    return after.catalog.objects.has(called) ? called : undefined;
  };
  const dead = new Set<string>();
  for (const [key, object] of before.catalog.objects) {
    if (!isTable(object) || laterKey(key) !== undefined) continue;
    dead.add(key);
    found.push({ what: key, question: { type: 'table', table: object.identity } });
  }
  for (const [key, object] of before.catalog.objects) {
    if (object.kind !== 'column' || object.parent === undefined || dead.has(object.parent)) continue;
    const parent = before.catalog.objects.get(object.parent);
    if (parent === undefined || !isTable(parent)) continue;
    const now = after.catalog.objects.get(laterKey(key) ?? '');
    if (now !== undefined && keeps(session, object, now, before.catalog, after.catalog)) continue;
    found.push({ what: key, question: columnQuestion(parent, object) });
  }
  return found;
}

/** A column goes with its table. */
function calledBy(key: string, { from, to }: NewName): string {
  if (key === from) return to;
  const column = `${from.replace(/^table /, 'column ')}.`;
  return from.startsWith('table ') && key.startsWith(column)
    ? `${to.replace(/^table /, 'column ')}.${key.slice(column.length)}`
    : key;
}

/** Which of the candidates hold data, asked under lock; what cannot be told in time counts as lost. */
export async function lossesAmong(session: Session, all: readonly Candidate[]): Promise<readonly Loss[]> {
  const losses: Loss[] = [];
  for (const candidate of all) {
    const { holds, estimate, why } = await session.holdsData(candidate.question, PATIENCE);
    if (holds === true) losses.push({ what: `${candidate.what} holds data`, estimate });
    else if (holds === 'unknown')
      losses.push({
        what: `${candidate.what} may hold data (${why})`,
        estimate,
      });
  }
  return losses;
}

/** What the plan's own words say it empties: a table that is made anew stands in both catalogs. */
export function emptiedBy(plan: Plan, live: Catalog): readonly Candidate[] {
  const questionOf = questionIn(live);
  return plan.statements.flatMap(({ hazards }) =>
    hazards.flatMap((hazard) => {
      const question = hazard.code === 'data-loss' ? questionOf(hazard) : undefined;
      return question === undefined ? [] : [{ what: hazard.object, question }];
    }),
  );
}

/** Each question once. */
export function withoutTwice(all: readonly Candidate[]): readonly Candidate[] {
  const known = new Map(all.map((each) => [JSON.stringify(each), each]));
  return [...known.values()];
}

function isTable(object: CatalogObject): boolean {
  return object.kind === 'table' && object.properties.foreign === undefined;
}

function keeps(
  session: Session,
  was: CatalogObject,
  is: CatalogObject,
  before: Catalog,
  after: Catalog,
): boolean {
  const [from, to] = [String(was.properties.type), String(is.properties.type)];
  if (!session.widens(from, to)) return false;
  const labels = (catalog: Catalog) =>
    (catalog.objects.get(`enum ${from.replace(/\[\]$/, '')}`)?.properties.labels ?? []) as readonly string[];
  const left = labels(after);
  return labels(before).every((label) => left.includes(label));
}
