import { SqlFailure } from '../failure.ts';
import { identifier, literal, type Row } from './wire.ts';

/** Asks the server something; the rows of each question. */
export type Look = (...sqls: readonly string[]) => Promise<readonly (readonly Row[])[]>;

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
  try {
    return definitionIn((await look(showSql(kind, schema, name)))[0]?.[0]);
  } catch (error) {
    return notShown(error);
  }
}

/**
 * The same of a table, with the server's number for its rows, another one once they were emptied or built anew; null where
 * the account may not see it, for partitioned tables, and for names that the server's files spell otherwise.
 */
export async function numberedTable(
  look: Look,
  schema: string,
  name: string,
): Promise<{ readonly definition: Definition; readonly number: string | null }> {
  const show = showSql('table', schema, name);
  const view = await numbersOf(look);
  const numbered = view !== undefined && /^\w+$/.test(schema) && /^\w+$/.test(name);
  try {
    const [shown, numbers] = await look(
      show,
      ...(numbered
        ? [
            `SELECT TABLE_ID AS id FROM information_schema.${view} WHERE NAME = ${literal(`${schema}/${name}`)}`,
          ]
        : []),
    );
    const definition = definitionIn(shown?.[0]);
    return { definition, number: definition.state === 'there' ? (numbers?.[0]?.id ?? null) : null };
  } catch (error) {
    return { definition: notShown(error), number: null };
  }
}
function showSql(kind: string, schema: string, name: string): string {
  return `SHOW CREATE ${kind} ${kind === 'database' ? identifier(name) : `${identifier(schema)}.${identifier(name)}`}`;
}

function definitionIn(row: Row | undefined): Definition {
  if (row === undefined) return { state: 'absent' };
  const values = Object.values(row);
  // Of a routine that may not be read, the name alone is told.
  if (values.includes(null) && !isTold(values)) return { state: 'unknown' };
  return { state: 'there', text: values.join('\n').replace(/(?<=^\)[^\n]*) AUTO_INCREMENT=\d+/gm, '') };
}

function notShown(error: unknown): Definition {
  if (!(error instanceof SqlFailure)) throw error;
  if (ABSENT.has(error.code)) return { state: 'absent' };
  // After an ALTER under LOCK TABLES the table is not shown to anybody else.
  if (error.kind === 'privilege' || error.kind === 'lock-timeout') return { state: 'unknown' };
  throw error;
}

/** The view that tells the numbers of tables, by the name that this server has for it; undefined where the account may not. */
async function numbersOf(look: Look): Promise<string | undefined> {
  if (!viewOf.has(look)) viewOf.set(look, await findView(look));
  return viewOf.get(look);
}

const viewOf = new WeakMap<Look, string | undefined>();

async function findView(look: Look): Promise<string | undefined> {
  for (const view of ['INNODB_TABLES', 'INNODB_SYS_TABLES']) {
    try {
      await look(`SELECT TABLE_ID AS id FROM information_schema.${view} WHERE NAME = ''`);
      return view;
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
    }
  }
  return undefined;
}

function isTold(values: readonly (string | null)[]): boolean {
  return values.some((value) => /^\s*(CREATE|\/\*)/i.test(value ?? ''));
}
