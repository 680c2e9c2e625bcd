import type { Dialect, Statement } from '../../sql/sql.ts';
import { identifier, type Row, type Wire } from './wire.ts';
import { tokensOf } from './words.ts';

/**
 * What a statement has left in its session that sending it again would not: the values of user variables that it set
 * (from rows that may be others by then), and what LAST_INSERT_ID() gives.
 */
export interface Carried {
  readonly variables?: { readonly [name: string]: string };
  readonly lastInsertId?: string;
}

/** Reads the values of the variables that the statement may have set, as SQL that gives them back. */
export async function carriedBy(
  wire: Wire,
  dialect: Dialect,
  statement: Statement,
  lastInsertId: string,
): Promise<Carried | undefined> {
  const names = setsVariables(statement.sql) ? variablesIn(dialect, statement.sql) : [];
  const variables = await valuesOf(wire, names);
  const carried = {
    ...(names.length === 0 ? {} : { variables }),
    ...(lastInsertId === '0' ? {} : { lastInsertId }),
  };
  return Object.keys(carried).length === 0 ? undefined : carried;
}

/** The statements that give it to another session. */
export function restoring({ variables = {}, lastInsertId }: Carried): readonly string[] {
  return [
    ...Object.entries(variables).map(([name, value]) => `SET @${identifier(name)} = ${value}`),
    ...(lastInsertId === undefined ? [] : [`SET last_insert_id = ${BigInt(lastInsertId)}`]),
  ];
}

/** SET, SELECT … INTO @v, @v := …, and whatever a routine may have given to its parameters. */
function setsVariables(sql: string): boolean {
  if (!sql.includes('@')) return false;
  return /^(?:\/\*M?!\d*\s*)?(?:set|call|execute|begin)\b/i.test(sql) || /:=|\binto\s+@/i.test(sql);
}

function variablesIn(dialect: Dialect, sql: string): readonly string[] {
  const tokens = tokensOf(dialect, sql);
  const names = new Set<string>();
  for (const [n, token] of tokens.entries()) {
    const [before, after] = [tokens[n - 1], tokens[n + 1]];
    if (token.text !== '@' || after === undefined) continue;
    // `@@name` is the server's variable, `user@host` an account.
    const apart = before?.text !== '@' && after.text !== '@';
    const account = before !== undefined && touches(before, token) && before.kind !== 'punctuation';
    if (!apart || (account && before.kind !== 'operator')) continue;
    if (after.kind === 'word') names.add(after.text.toLowerCase());
    else if (after.kind === 'quoted' || after.kind === 'string') names.add(after.text.slice(1, -1));
  }
  return [...names];
}

function touches(before: { text: string; start: number }, token: { start: number }): boolean {
  return before.start + before.text.length === token.start;
}

async function valuesOf(wire: Wire, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  if (names.length === 0) return {};
  const columns = names.flatMap((name, n) => {
    const variable = `@${identifier(name)}`;
    return [
      `CAST(${variable} AS CHAR CHARACTER SET utf8mb4) AS t${n}`,
      `HEX(CAST(${variable} AS BINARY)) AS h${n}`,
      `CHARSET(${variable}) AS s${n}`,
      `COLLATION(${variable}) AS c${n}`,
    ];
  });
  const [row = {}] = await wire.query(`SELECT ${columns.join(', ')}`);
  return Object.fromEntries(names.map((name, n) => [name, valueSql(row, n)]));
}

/** Numbers are told as binary text by CHARSET(); anything else is its bytes in its own character set. */
function valueSql(row: Row, n: number): string {
  const [text, hex, charset, collation] = [row[`t${n}`], row[`h${n}`], row[`s${n}`], row[`c${n}`]];
  if (text == null || hex == null) return 'NULL';
  if (charset === 'binary')
    return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(text) ? text : hex === '' ? "''" : `x'${hex}'`;
  return hex === '' ? "''" : `_${charset} x'${hex}' COLLATE ${collation}`;
}
