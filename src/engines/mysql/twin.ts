import { MooringError } from '../../api/api.ts';
import type { Dialect, Statement } from '../../sql/sql.ts';
import type { Session } from '../engine.ts';
import { type Raw, readRaw } from './catalog/raw.ts';
import { confine, within } from './confine.ts';
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
  const tried = async (statement: Statement): Promise<string | undefined> => {
    try {
      await execute(statement);
      return undefined;
    } catch (error) {
      if (!(error instanceof MooringError) || error.code !== 'scratch-refused') throw error;
      return error.message;
    }
  };
  scratch.execute = async (statement: Statement): Promise<void> => {
    // Rights in a scratch database are given to nobody.
    const isGrant = /^\s*(?:grant|revoke)\b/i.test(statement.sql);
    const confined = isGrant
      ? within(dialect, statement.sql, database, others)
      : confine(dialect, statement, database, others);
    const refused = 'sql' in confined ? await tried({ ...statement, sql: confined.sql }) : confined.reaches;
    if (refused === undefined) return;
    throw new MooringError(
      'undo-unproven',
      `line ${statement.line} cannot be tried in a scratch database: ${refused}`,
      { hint: 'Write the undo without it, or allow it unproven: --allow undo-unproven' },
    );
  };
}
