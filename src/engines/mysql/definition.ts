import { SqlFailure } from '../failure.ts';
import { identifier, literal, type Row } from './wire.ts';

/** Asks the server something. */
export type Look = (sql: string) => Promise<readonly Row[]>;

/** What SHOW CREATE says of one object. */
export type Definition =
  | { readonly state: 'there'; readonly text: string }
  | { readonly state: 'absent' }
  /** The account may not see it, or not now. */
  | { readonly state: 'unknown' };

/** Numbers of both servers for "there is no such thing"; this file and errors.ts alone name numbers. */
const ABSENT = new Set([
  // ER_BAD_DB_ERROR, ER_NO_SUCH_TABLE, ER_BAD_TABLE_ERROR, ER_WRONG_OBJECT
  '1049',
  '1146',
  '1051',
  '1347',
  // ER_SP_DOES_NOT_EXIST, ER_TRG_DOES_NOT_EXIST, ER_EVENT_DOES_NOT_EXIST
  '1305',
  '1360',
  '1539',
  // ER_UNKNOWN_SEQUENCES, ER_NOT_SEQUENCE
  '4091',
  '4089',
]);

/** The definition of one object, apart from what its rows change by themselves (AUTO_INCREMENT). */
export async function definitionOf(
  look: Look,
  kind: string,
  schema: string,
  name: string,
): Promise<Definition> {
  const shown = kind === 'database' ? identifier(name) : `${identifier(schema)}.${identifier(name)}`;
  try {
    const [row] = await look(`SHOW CREATE ${kind} ${shown}`);
    if (row === undefined) return { state: 'absent' };
    const values = Object.values(row);
    // Of a routine that may not be read, the name alone is told.
    if (values.includes(null) && !isTold(values)) return { state: 'unknown' };
    return { state: 'there', text: values.join('\n').replace(/(?<=^\)[^\n]*) AUTO_INCREMENT=\d+/gm, '') };
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    if (ABSENT.has(error.code)) return { state: 'absent' };
    // After an ALTER under LOCK TABLES the table is not shown to anybody else.
    if (error.kind === 'privilege' || error.kind === 'lock-timeout') return { state: 'unknown' };
    throw error;
  }
}

/**
 * The server's number for a table's rows, another one once they were emptied or built anew; null where the account may
 * not see it, for partitioned tables, and for names that the server's files spell otherwise.
 */
export async function tableNumber(look: Look, schema: string, name: string): Promise<string | null> {
  if (!/^\w+$/.test(schema) || !/^\w+$/.test(name)) return null;
  for (const table of viewOf.has(look) ? [viewOf.get(look)] : ['INNODB_TABLES', 'INNODB_SYS_TABLES']) {
    if (table === undefined) return null;
    try {
      const [row] = await look(
        `SELECT TABLE_ID AS id FROM information_schema.${table} WHERE NAME = ${literal(`${schema}/${name}`)}`,
      );
      viewOf.set(look, table);
      return row?.id ?? null;
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
    }
  }
  viewOf.set(look, undefined);
  return null;
}

/** By what name a server shows these numbers; undefined where it does not. */
const viewOf = new WeakMap<Look, string | undefined>();

function isTold(values: readonly (string | null)[]): boolean {
  return values.some((value) => /^\s*(CREATE|\/\*)/i.test(value ?? ''));
}
