import type { TokenKind } from '../dialect.ts';

export interface Lexeme {
  readonly kind: TokenKind;
  /** Offset after its last character. */
  readonly end: number;
  /** A quote that never closes. */
  readonly open?: true;
}

/** How quotes are read at the moment (sql_mode). */
export interface Quoting {
  readonly ansiQuotes: boolean;
  readonly noBackslashEscapes: boolean;
}

/** Letters of an unquoted name (MySQL manual, "Schema Object Names"); everything beyond ASCII counts. */
const WORD = /[0-9A-Za-z_$\u0080-\uffff]+/y;
const NUMBER =
  /(?:0x[0-9a-f]+|0b[01]+|\d+\.\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+|\d+)(?![0-9a-z_$\u0080-\uffff])/iy;
/** `N'…'`, `x'…'`, `b'…'`, `_utf8mb4'…'`: the prefix belongs to the string. */
const STRING_PREFIX = /(?:[nxb]|_[0-9a-z_]+)(?=['"])/iy;
const OPERATOR = /<=>|:=|->>|->|<<|>>|<=|>=|<>|!=|\|\||&&|[-+*/%<>=!~^&|@?{}]/y;

/** The token that begins at an offset where neither white space nor a comment nor a delimiter stands. */
export function lexemeAt(text: string, at: number, quoting: Quoting): Lexeme {
  const char = text[at] ?? '';
  if (char === "'" || char === '"' || char === '`') return quotedFrom(text, at, quoting);
  const prefix = matchAt(STRING_PREFIX, text, at);
  if (prefix > 0 && (text[at + prefix] === "'" || !quoting.ansiQuotes))
    return { ...quotedFrom(text, at + prefix, quoting), kind: 'string' };
  const number = matchAt(NUMBER, text, at);
  if (number > 0) return { kind: 'number', end: at + number };
  const word = matchAt(WORD, text, at);
  if (word > 0) return { kind: 'word', end: at + word };
  const operator = matchAt(OPERATOR, text, at);
  if (operator > 0) return { kind: 'operator', end: at + operator };
  return { kind: 'punctuation', end: at + 1 };
}

function quotedFrom(text: string, at: number, quoting: Quoting): Lexeme {
  const quote = text[at] ?? '';
  const identifier = quote === '`' || (quote === '"' && quoting.ansiQuotes);
  const kind = identifier ? 'quoted' : 'string';
  const escapes = !identifier && !quoting.noBackslashEscapes;
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text[i];
    if (char === '\\' && escapes) i += 1;
    else if (char === quote && text[i + 1] === quote) i += 1;
    else if (char === quote) return { kind, end: i + 1 };
  }
  return { kind, end: text.length, open: true };
}

/** Length of a sticky pattern's match at an offset; 0 for none. */
export function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}
