import { MooringError } from '../api/api.ts';
import type { Session } from './engine.ts';

/**
 * Holds what is executed in a scratch database to it: the database is dropped, what a statement did beside it would stay.
 * `beyond` says in words how one would reach beyond it. `execute` then throws `scratch-refused`.
 */
export function confine(session: Session, beyond: (sql: string) => string | undefined): void {
  const execute = session.execute.bind(session);
  session.execute = async (statement) => {
    const why = beyond(statement.sql);
    if (why === undefined) return execute(statement);
    throw new MooringError('scratch-refused', `not run in a scratch database: ${why}`, {
      hint: 'Take it out: what belongs to the whole server (roles, accounts, databases, settings) is set up beside the schema, and must be there before.',
    });
  };
}
