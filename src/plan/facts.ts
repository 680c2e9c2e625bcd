import type { Hazard } from '../api/api.ts';
import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import type { LossQuestion, Session } from '../engines/engines.ts';

/** How long one question may take, milliseconds. */
const PATIENCE = 1_000;

/** Asks a database what rows there are; in a transaction of its own, without a lock. */
export type Ask = (question: LossQuestion) => Promise<string | undefined>;

/** Does the work with a way to ask; each question is asked once. `count`: rows are counted, however many there are. */
export async function asking<T>(
  session: Session,
  count: boolean,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const known = new Map<string, string | undefined>();
  await session.begin();
  try {
    return await work(async (question) => {
      const key = JSON.stringify(question);
      if (known.has(key)) return known.get(key);
      const patience = count ? 0 : PATIENCE;
      const { estimate } = await session.holdsData({ ...question, lock: false, count }, patience);
      const answer = estimate === 'unknown' ? undefined : estimate.replace(/^0 rows$/, 'no rows');
      known.set(key, answer);
      return answer;
    });
  } finally {
    await session.rollback();
  }
}

/** The same hazards, each with the rows that it is about: `all values of the column; ~1200 rows`. */
export async function withRows(
  hazards: readonly Hazard[],
  ask: Ask,
  questionOf: (hazard: Hazard) => LossQuestion | undefined,
): Promise<readonly Hazard[]> {
  const told: Hazard[] = [];
  for (const hazard of hazards) {
    const question = ABOUT_ROWS.has(hazard.code) ? questionOf(hazard) : undefined;
    const rows = question === undefined ? undefined : await ask(question);
    told.push(rows === undefined ? hazard : { ...hazard, detail: `${hazard.detail}; ${rows}` });
  }
  return told;
}

/** What grows with a table. */
const ABOUT_ROWS: ReadonlySet<Hazard['code']> = new Set([
  'data-loss',
  'table-rewrite',
  'fails-on-rows',
  'long-scan',
]);

/** What to ask of a hazard to an object of the catalog: of what would be lost, else of its table. */
export function questionIn(catalog: Catalog): (hazard: Hazard) => LossQuestion | undefined {
  return ({ code, object: key }) => {
    const object = catalog.objects.get(key);
    const table = object === undefined ? undefined : tableOf(object, catalog);
    if (object === undefined || table === undefined) return undefined;
    if (code === 'data-loss' && object.kind === 'column') return columnQuestion(table, object);
    return { type: 'table', table: table.identity };
  };
}

/** What to ask of a hazard that a text alone has told, with names as they are written in it. */
export function questionInText({ object }: Hazard): LossQuestion | undefined {
  const [, kind, name = ''] = /^(table|column) (.+)$/s.exec(object) ?? [];
  if (kind === undefined) return undefined;
  const table = kind === 'table' ? name : name.replace(/\.(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|[^."`]+)$/, '');
  return table === '' || (table === name && kind === 'column') ? undefined : { type: 'table', table };
}

export function columnQuestion(table: CatalogObject, column: CatalogObject): LossQuestion {
  const name = column.identity.slice(table.identity.length + 1);
  const fallback = column.properties.default;
  return {
    type: 'column',
    table: table.identity,
    column: name,
    default: typeof fallback === 'string' ? fallback : null,
  };
}

function tableOf(object: CatalogObject, catalog: Catalog): CatalogObject | undefined {
  if (object.kind === 'table') return object.properties.foreign === undefined ? object : undefined;
  const parent = object.parent === undefined ? undefined : catalog.objects.get(object.parent);
  return parent?.kind === 'table' ? tableOf(parent, catalog) : undefined;
}
