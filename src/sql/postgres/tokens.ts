import type { SqlSource, Token } from '../dialect.ts';
import { Cursor } from '../position.ts';
import { copyText } from './copy.ts';
import { walk } from './walk.ts';

/**
 * The tokens of a text; see `Dialect`. Each `;` that ends a statement is one, save the last: whether it is written, and
 * how many are, makes no difference to what is run.
 */
export function tokens(source: SqlSource): readonly Token[] {
  const { text } = source;
  const cursor = new Cursor(text);
  const found: Token[] = [];
  walk(source, {
    token(kind, start, end) {
      cursor.advance(start);
      const written = kind === 'data' ? copyText(text, { start, end }) : text.slice(start, end);
      found.push({ kind, text: written, start, line: cursor.line });
    },
  });
  const last = found.at(-1);
  if (last?.kind === 'punctuation' && last.text === ';') found.pop();
  return found;
}
