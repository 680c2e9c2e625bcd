/** One statement as it is sent: no comments before it, no terminator after it. */
export interface Statement {
  /** Begins at the first token that is no comment, ends before the terminator. */
  readonly sql: string;
  /** 1-based line of its first token in the file. */
  readonly line: number;
  /** 1-based column, in code points, of its first token. */
  readonly column: number;
  /** 1-based line of its last token. */
  readonly endLine: number;
  /** The lines after `COPY … FROM stdin`, without the closing `\.`; each ends with `\n`. */
  readonly data?: string;
}

export type TokenKind =
  /** An unquoted word: identifier or key word. */
  | 'word'
  /** A quoted identifier, quotes included. */
  | 'quoted'
  /** A string constant with its prefix and quotes. */
  | 'string'
  /** A dollar-quoted body with its tags. */
  | 'dollar'
  | 'number'
  | 'operator'
  /** `( ) [ ] , ; . :` and parameters. */
  | 'punctuation'
  /** The data lines of COPY … FROM stdin. */
  | 'data'
  /** A comment that the server executes (MySQL's version comments), delimiters included. */
  | 'hint';

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Offset of its first UTF-16 unit in the text that was read. */
  readonly start: number;
  readonly line: number;
}

/** What of a server's settings changes how its text is cut up. */
export interface LexicalSettings {
  /** PostgreSQL: backslashes are escapes in plain strings when false. Default true; a SET in the text is followed. */
  readonly standardConformingStrings?: boolean;
  /** MySQL sql_mode ANSI_QUOTES: `"` quotes identifiers. Default false; a SET in the text is followed. */
  readonly ansiQuotes?: boolean;
  /** MySQL sql_mode NO_BACKSLASH_ESCAPES. Default false; a SET in the text is followed. */
  readonly noBackslashEscapes?: boolean;
}

export interface SqlSource {
  /** As errors name it. */
  readonly file: string;
  /** Decoded, without byte order mark; line endings as in the file. */
  readonly text: string;
  readonly settings?: LexicalSettings;
}

/** How one server's SQL text is cut up; pure. */
export interface Dialect {
  readonly name: 'postgres' | 'mysql' | 'mariadb';
  /** Cuts a file into statements. Throws `sql-unterminated`, `sql-client-command` with file, line and column. */
  split(source: SqlSource): readonly Statement[];
  /** The tokens of a text, without comments, white space, client lines that do nothing (psql's `\restrict`). Throws as `split`. */
  tokens(source: SqlSource): readonly Token[];
}
