import type { Statement } from '../../sql/sql.ts';
import type { StatementClass } from '../engine.ts';
import { SqlFailure } from '../failure.ts';
import type { Look } from './definition.ts';
import { SYSTEM } from './names.ts';

/**
 * Which statements may tell their session something: all but DDL that only defines an object, and plain writes of rows
 * where no trigger or stored function can run within them.
 */
export class Programs {
  /** There are triggers or functions; undefined until the server was asked. */
  #there: boolean | undefined;

  /** Call it for each statement that is about to be sent. */
  async mayTell({ sql }: Statement, kind: StatementClass, look: Look): Promise<boolean> {
    if (kind.settlement?.rule === 'definition') {
      if (DEFINES.test(sql.slice(0, 1_000))) this.#there = undefined;
      return (
        kind.settlement.filled === true || kind.settlement.objects.some((each) => each.kind === 'database')
      );
    }
    if (kind.effect !== 'dml' || kind.inTransaction !== 'yes' || !PLAIN.test(sql) || TELLS.test(sql)) {
      if (kind.inTransaction === 'try') this.#there = undefined;
      return true;
    }
    try {
      this.#there ??= (await look(ANY))[0]?.[0]?.there !== '0';
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      return true;
    }
    return this.#there;
  }
}

const DEFINES = /\b(?:trigger|function|package)\b/i;
const PLAIN = /^(?:insert|update|delete|replace)\s/i;
/** User variables, the functions of locks, and those of MySQL's own schema. */
const TELLS = /@|_locks?\b|\bsys\b/i;
const ANY = `SELECT EXISTS (SELECT 1 FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN (${SYSTEM}))
  OR EXISTS (SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_TYPE <> 'PROCEDURE' AND ROUTINE_SCHEMA NOT IN (${SYSTEM})) AS there`;
