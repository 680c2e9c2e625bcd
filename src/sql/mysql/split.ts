import type { SqlSource, Statement, Token } from '../dialect.ts';
import { Reader, withoutCarriageReturns } from './reader.ts';

/** Cuts a file into statements as the clients' batch mode sends them. */
export function split(source: SqlSource, mariadb: boolean): readonly Statement[] {
  const statements: Statement[] = [];
  let first: { readonly token: Token; readonly column: number } | undefined;
  let last: { readonly token: Token; readonly end: number } | undefined;
  for (const piece of new Reader(source, { mariadb, file: true }).pieces()) {
    if (piece.type === 'token') {
      first ??= piece;
      last = piece;
    } else {
      if (first !== undefined && last !== undefined) {
        statements.push({
          sql: withoutCarriageReturns(source.text.slice(first.token.start, last.end)),
          line: first.token.line,
          column: first.column,
          endLine: last.token.line + breaks(last.token.text),
        });
      }
      first = undefined;
      last = undefined;
    }
  }
  return statements;
}

/**
 * The tokens of a file or of one statement's text. Each statement that has any is closed by `;`, whatever its delimiter
 * was: another DELIMITER is not another text.
 */
export function tokens(source: SqlSource, mariadb: boolean): readonly Token[] {
  const found: Token[] = [];
  let open: Token | undefined;
  for (const piece of new Reader(source, { mariadb, file: false }).pieces()) {
    if (piece.type === 'token') {
      open = piece.token;
      found.push(open);
    } else if (open !== undefined) {
      found.push({
        kind: 'punctuation',
        text: ';',
        start: open.start + open.text.length,
        line: open.line + breaks(open.text),
      });
      open = undefined;
    }
  }
  return found;
}

function breaks(text: string): number {
  return text.split('\n').length - 1;
}
