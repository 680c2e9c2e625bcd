import type { SqlSource, Statement } from '../dialect.ts';
import { Cursor } from '../position.ts';
import { copyText } from './copy.ts';
import { walk } from './walk.ts';

/** The statements of a text as psql would send them, without comments around them; see `Dialect`. */
export function split(source: SqlSource): readonly Statement[] {
  const { text } = source;
  const cursor = new Cursor(text);
  const statements: Statement[] = [];
  walk(source, {
    statement(start, end, data) {
      cursor.advance(start);
      const { line, column } = cursor;
      cursor.advance(end);
      const sql = text.slice(start, end);
      const statement = { sql, line, column, endLine: cursor.line };
      statements.push(data === undefined ? statement : { ...statement, data: copyText(text, data) });
    },
  });
  return statements;
}
