import { MooringError } from '../../api/api.ts';
import type { Dialect, Statement } from '../../sql/sql.ts';
import type { Session } from '../engine.ts';
import { type Raw, readRaw } from './catalog/raw.ts';
import { confine } from './confine.ts';
import { copyInto } from './copy.ts';
import type { Flavor } from './flavor.ts';
import type { Reader } from './reader.ts';

export interface Own {
  readonly dialect: Dialect;
  readonly flavor: Flavor;
  readonly database: string;
  readonly reader: Reader;
}

/**
 * Makes of an empty scratch database one that stands as this one does, without rows, and holds to it what is executed
 * there: a statement that names another database, or reaches the server itself, is refused as `undo-unproven`.
 */
export async function makeTwin(own: Own, scratch: Session, query: Reader['query']): Promise<void> {
  const { dialect, flavor, database, reader } = own;
  const [rows = []] = await reader.query(['SHOW DATABASES']);
  const others = new Set(
    rows
      .flatMap((row) => Object.values(row))
      .map((name) => (name ?? '').toLowerCase())
      .filter((name) => !['information_schema', 'performance_schema', ''].includes(name)),
  );
  others.delete(database.toLowerCase());
  const raw: Raw = await readRaw(reader.query, database, flavor);
  await copyInto(query, raw, dialect, database, others);
  const execute = scratch.execute.bind(scratch);
  scratch.execute = async (statement: Statement): Promise<void> => {
    const confined = confine(dialect, statement, database, others);
    if ('sql' in confined) return execute({ ...statement, sql: confined.sql });
    throw new MooringError(
      'undo-unproven',
      `line ${statement.line} cannot be tried in a scratch database: ${confined.reaches}`,
      { hint: 'Write the undo without it, or allow it unproven: --allow undo-unproven' },
    );
  };
}
