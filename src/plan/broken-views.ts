import { type Catalog, type CatalogObject, keyOf } from '../catalog/catalog.ts';
import { type PlanRules, type Session, SqlFailure } from '../engines/engines.ts';
import type { Statement } from '../sql/sql.ts';
import { dumpOf } from './dump.ts';

/**
 * On MySQL and MariaDB a view outlives what it selects from, and cannot be made again then. A scratch database that is to
 * stand as a live one does makes believe that it has those `views`, until they can be made, are replaced or dropped: what is
 * read and executed in it is as it would be there. `live`: all that is there. Returns the session.
 */
export function withBrokenViews(
  scratch: Session,
  views: readonly CatalogObject[],
  live: Catalog,
  rules: PlanRules,
): Session {
  if (views.length === 0) return scratch;
  const broken = new Map(views.map((view) => [keyOf(view), view]));
  const sqlOf = new Map(
    dumpOf({ ...live, objects: broken }, rules).statements.map(({ object, sql }) => [object, sql]),
  );
  const execute = scratch.execute.bind(scratch);
  const readCatalog = scratch.readCatalog.bind(scratch);

  /** Those whose tables have what they select by now are there. */
  const mend = async (): Promise<void> => {
    for (let left = -1; left !== broken.size; ) {
      left = broken.size;
      for (const key of [...broken.keys()]) if (await isDone(execute, sqlOf.get(key))) broken.delete(key);
    }
  };

  scratch.execute = async (statement) => {
    try {
      await execute(statement);
    } catch (error) {
      const key = error instanceof SqlFailure && error.kind === 'missing' ? droppedBy(statement) : undefined;
      if (key === undefined || !broken.delete(key)) throw error;
    }
  };
  scratch.readCatalog = async (scope, options) => {
    await mend();
    const read = await readCatalog(scope, options);
    for (const key of read.catalog.objects.keys()) broken.delete(key);
    if (broken.size === 0) return read;
    return {
      ...read,
      catalog: { ...read.catalog, objects: new Map([...read.catalog.objects, ...broken]) },
    };
  };
  return scratch;
}

async function isDone(execute: Session['execute'], sql: string | undefined): Promise<boolean> {
  if (sql === undefined) return false;
  try {
    await execute({ sql, line: 1, column: 1, endLine: 1 });
    return true;
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    return false;
  }
}

/** Key of the one view that it drops. */
function droppedBy({ sql }: Statement): string | undefined {
  const name = /^\s*drop\s+view\s+(?:if\s+exists\s+)?(`(?:[^`]|``)+`|[\w$]+)\s*$/i.exec(sql)?.[1];
  if (name === undefined) return undefined;
  const bare = name.startsWith('`') ? name.slice(1, -1) : name;
  return `view ${/^[\w$]+$/.test(bare) ? bare : name}`;
}
