import type { Dialect, Token } from '../../sql/sql.ts';
import { Words } from '../words.ts';

export type { Words };

/** The words of a statement, version comments opened. */
export function wordsOf(dialect: Dialect, sql: string): Words {
  return Words.of(tokensOf(dialect, sql), nameOf);
}

/** Its tokens, version comments opened: what they hold runs, on one server or the other. */
export function tokensOf(dialect: Dialect, sql: string): readonly Token[] {
  return dialect.tokens({ file: '', text: sql }).flatMap((token) => {
    if (token.kind !== 'hint') return [token];
    const inner = insideOf(token);
    return inner === undefined
      ? []
      : dialect.tokens({ file: '', text: inner }).filter((each) => each.text !== ';');
  });
}

/** What a version comment says to servers that are new enough. */
export function insideOf({ kind, text }: Token): string | undefined {
  return kind === 'hint' ? /^\/\*M?!\d*([\s\S]*)\*\/$/.exec(text)?.[1] : undefined;
}

/** Names keep their case. Under ANSI_QUOTES `"` quotes them, too; where one stands, a string cannot. */
function nameOf(written: string, plain: boolean): string | undefined {
  if (plain) return written;
  const [quote] = written;
  if (quote !== '`' && quote !== '"') return undefined;
  return written.slice(1, -1).replaceAll(quote + quote, quote);
}
