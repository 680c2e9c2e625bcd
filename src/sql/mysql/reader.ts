import { MooringError } from '../../api/api.ts';
import type { SqlSource, Token } from '../dialect.ts';
import { Cursor, positionAt } from '../position.ts';
import { delimiterArgument, letterCommand, namedCommand } from './client-commands.ts';
import { Compound } from './compound.ts';
import { lexemeAt, matchAt } from './lexeme.ts';
import { initialModes, type Modes, modesAfter } from './sql-mode.ts';

/** What the text is made of, comments left out. `end` closes a statement, which may have no token. */
export type Piece =
  | { readonly type: 'token'; readonly token: Token; readonly column: number; readonly end: number }
  | { readonly type: 'end' };

export interface ReaderOptions {
  /** `/*M!` is a version comment to MariaDB and an ordinary one to MySQL. */
  readonly mariadb: boolean;
  /**
   * A file, not the text of one statement: words of the client are refused at the beginning of a statement, and a
   * delimiter within a version comment cuts it off. Within one statement both may be part of a routine.
   */
  readonly file: boolean;
}

const SPACE = /[ \t\n\v\f\r]+/y;
const LINE_COMMENT_DASHES = /--(?=[ \t\n\v\f\r]|$)/y;
const VERSION_COMMENT = /\/\*!\d*/y;
const VERSION_COMMENT_MARIADB = /\/\*M?!\d*/y;
/** The first line of mariadb-dump's files: turns client commands off in the clients that know it; we take none anyway. */
const SANDBOX = /\/\*M?!999999\\-[^*]*\*\//y;
/** Optimizer hints stand right after these (MySQL manual, "Optimizer Hints"); anywhere else they are comments. */
const HINTED = new Set(['select', 'insert', 'replace', 'update', 'delete']);
const COMMAND_WORD = /[A-Za-z_?]+(?=[ \t\r\n]|$)/y;

/**
 * Reads a text as the mysql and mariadb clients do in batch mode (add_line() and find_command() in client/mysql.cc of
 * both): delimiters, DELIMITER, comments, quotes by the sql_mode that a SET in the text has left.
 * Throws `sql-unterminated`, `sql-client-command`.
 */
export class Reader {
  readonly #source: SqlSource;
  readonly #text: string;
  readonly #options: ReaderOptions;
  readonly #cursor: Cursor;
  #modes: Modes;
  #at = 0;
  #delimiter = ';';
  /** Offset of the next delimiter, -1 for none; searched for again once it is passed. */
  #next: number;
  /** Tokens of the statement so far. */
  #statement: Token[] = [];
  /** Begins of the version comments that are open. */
  #version: number[] = [];
  readonly #compound = new Compound();
  /** USE without a delimiter ends with its line. */
  #lineEnd: number | undefined;

  constructor(source: SqlSource, options: ReaderOptions, modes: Modes = initialModes(source.settings)) {
    this.#source = source;
    this.#text = source.text;
    this.#options = options;
    this.#cursor = new Cursor(source.text);
    this.#modes = modes;
    this.#next = this.#text.indexOf(this.#delimiter);
  }

  *pieces(): Generator<Piece> {
    while (this.#at < this.#text.length) {
      if (this.#lineEnd !== undefined && this.#at >= this.#lineEnd) yield this.#end();
      const piece = this.#piece();
      if (piece !== undefined) yield piece;
    }
    yield this.#end();
  }

  #piece(): Piece | undefined {
    const { type, length } = this.#what();
    switch (type) {
      case 'skip':
        this.#at += length;
        return undefined;
      case 'end':
        this.#at += length;
        return this.#end();
      case 'version':
        this.#version.push(this.#at);
        this.#at += length;
        return undefined;
      case 'version-end':
        this.#at += length;
        return this.#closeVersion();
      case 'token':
        return this.#token();
      default:
        return undefined;
    }
  }

  /** Tells what begins here; client commands are carried out or refused on the way. Order as in add_line(). */
  #what(): {
    readonly type: 'skip' | 'end' | 'version' | 'version-end' | 'token' | 'done';
    readonly length: number;
  } {
    const text = this.#text;
    const at = this.#at;
    const char = text[at];
    const sandbox = char === '/' ? matchAt(SANDBOX, text, at) : 0;
    if (sandbox > 0) return { type: 'skip', length: sandbox };
    if (this.#statement.length === 0 && this.#version.length === 0 && this.#command()) {
      return { type: 'done', length: 0 };
    }
    if (char === '\\') return this.#backslash();
    if (this.#cutsHere() && this.#atDelimiter()) {
      if (this.#delimiter === ';' && this.#compound.open) return { type: 'token', length: 0 };
      return { type: 'end', length: this.#delimiter.length };
    }
    const space = this.#beforeDelimiter(matchAt(SPACE, text, at));
    if (space > 0) return { type: 'skip', length: space };
    const empty = this.#statement.length === 0 && this.#version.length === 0;
    if (char === '#' || matchAt(LINE_COMMENT_DASHES, text, at) > 0 || (empty && text.startsWith('--', at))) {
      return { type: 'skip', length: this.#endOfLine(at) - at };
    }
    if (char === '/' && text[at + 1] === '*') return this.#comment();
    if (this.#version.length > 0 && text.startsWith('*/', at)) return { type: 'version-end', length: 2 };
    return { type: 'token', length: 0 };
  }

  #comment(): { readonly type: 'skip' | 'version' | 'token'; readonly length: number } {
    const at = this.#at;
    const version = matchAt(
      this.#options.mariadb ? VERSION_COMMENT_MARIADB : VERSION_COMMENT,
      this.#text,
      at,
    );
    if (version > 0) return { type: 'version', length: version };
    const close = this.#text.indexOf('*/', at + 2);
    if (close < 0) throw this.#unterminated(at, 'a comment', 'Close it with */.');
    if (this.#text[at + 2] === '+' && HINTED.has(this.#statement.at(-1)?.text.toLowerCase() ?? ''))
      return { type: 'token', length: 0 };
    return { type: 'skip', length: close + 2 - at };
  }

  /** A backslash outside of quotes calls the client. */
  #backslash(): { readonly type: 'skip' | 'end' | 'token'; readonly length: number } {
    const letter = this.#text[this.#at + 1] ?? '';
    if (letter === 'N') return { type: 'token', length: 0 };
    if (letter === 'g' || letter === 'G') return { type: 'end', length: 2 };
    if (letter === 'd') {
      const end = this.#endOfLine(this.#at);
      this.#setDelimiter(this.#text.slice(this.#at + 2, end).replace(/\r$/, ''), true);
      // The clients go on after the first new delimiter on the line, which may be the argument itself.
      const found = this.#text.slice(0, end).indexOf(this.#delimiter, this.#at + 2);
      return { type: 'skip', length: (found < 0 ? end : found + this.#delimiter.length) - this.#at };
    }
    const name = letterCommand(letter);
    throw this.#refused(this.#at, `\\${letter.trim()}`, name);
  }

  /** At the beginning of a statement: does a command of the client stand here? DELIMITER is carried out. */
  #command(): boolean {
    const at = this.#at;
    const text = this.#text;
    this.#atDelimiter();
    const length = matchAt(COMMAND_WORD, text, at) || this.#wordBeforeDelimiter();
    if (length === 0) return false;
    const word = text.slice(at, at + length);
    const lineEnd = this.#endOfLine(at);
    const startsLine = /(?:^|\n)[ \t\f\v\r]*$/.test(
      text.slice(Math.max(0, text.lastIndexOf('\n', at - 1)), at),
    );
    const delimiter = this.#next >= 0 && this.#next < lineEnd ? this.#next : undefined;
    const rest = text.slice(at + length, delimiter ?? lineEnd);
    if (word.toLowerCase() === 'delimiter') {
      this.#delimiterCommand(startsLine, length, delimiter, lineEnd);
      return true;
    }
    if (word.toLowerCase() === 'use') {
      if (startsLine && delimiter === undefined && rest.trim() !== '' && !rest.includes('\\'))
        this.#lineEnd = lineEnd;
      return false;
    }
    const name = this.#options.file ? namedCommand(word, rest) : undefined;
    if (name !== undefined) throw this.#refused(at, word, name);
    return false;
  }

  #delimiterCommand(
    startsLine: boolean,
    length: number,
    delimiter: number | undefined,
    lineEnd: number,
  ): void {
    const from = this.#at + length;
    if (startsLine) {
      const rest = this.#text.slice(from, lineEnd).replace(/\r$/, '');
      this.#setDelimiter(/^\s/.test(rest) ? rest : '', false);
      this.#at = lineEnd;
      return;
    }
    if (delimiter === undefined) {
      throw this.#error(
        'sql-client-command',
        this.#at,
        'DELIMITER stands in the middle of a line, where clients do not read it as a command',
        'Put DELIMITER on a line of its own.',
      );
    }
    const after = delimiter + this.#delimiter.length;
    this.#setDelimiter(this.#text.slice(from, delimiter), false);
    this.#at = after;
  }

  #setDelimiter(rest: string, short: boolean): void {
    const argument = delimiterArgument(rest, short);
    if (argument === undefined || argument.includes('\\')) {
      const problem =
        argument === undefined
          ? 'DELIMITER without the delimiter that is to follow'
          : 'DELIMITER with a backslash, which clients do not take';
      throw this.#error('sql-client-command', this.#at, problem, 'Write, for example: DELIMITER //');
    }
    this.#delimiter = argument;
    this.#next = -2;
  }

  #token(): Piece | undefined {
    const at = this.#at;
    const text = this.#text;
    if (text.startsWith('/*+', at)) return this.#emit('hint', at, text.indexOf('*/', at) + 2);
    if (text[at] === '\\') return this.#emit('word', at, at + 2);
    const { kind, end, open } = lexemeAt(text, at, this.#modes);
    if (open)
      throw this.#unterminated(
        at,
        kind === 'quoted' ? 'a quoted name' : 'a string',
        `Close it with ${/['"`]/.exec(text.slice(at))?.[0]}.`,
      );
    const whole = kind === 'string' || kind === 'quoted';
    const length = whole ? end - at : this.#beforeDelimiter(end - at);
    return this.#emit(kind, at, at + (length === 0 ? 1 : length));
  }

  #closeVersion(): Piece | undefined {
    const start = this.#version.pop() ?? this.#at;
    return this.#version.length > 0 ? undefined : this.#emit('hint', start, this.#at);
  }

  #emit(kind: Token['kind'], start: number, end: number): Piece | undefined {
    this.#at = end;
    // Within a version comment tokens only tell where it ends.
    if (this.#version.length > 0) return undefined;
    this.#cursor.advance(start);
    const { line, column } = this.#cursor;
    const token = { kind, text: withoutCarriageReturns(this.#text.slice(start, end)), start, line };
    this.#statement.push(token);
    this.#compound.take(token.text, kind === 'word');
    return { type: 'token', token, column, end };
  }

  #end(): Piece {
    const [open] = this.#version;
    if (open !== undefined) {
      throw this.#unterminated(
        open,
        'a version comment',
        `Close it with */; if the delimiter ${this.#delimiter} is part of it, choose another by DELIMITER.`,
      );
    }
    this.#modes = modesAfter(this.#executed(), this.#modes);
    this.#statement = [];
    this.#compound.reset();
    this.#lineEnd = undefined;
    return { type: 'end' };
  }

  /** The statement's tokens with those of its version comments in their places. */
  #executed(): readonly Token[] {
    const [first] = this.#statement;
    if (first?.kind !== 'hint' && first?.text.toLowerCase() !== 'set') return [];
    return this.#statement.flatMap((token) => {
      const inner = /^\/\*M?!\d*([\s\S]*)\*\/$/.exec(token.text)?.[1];
      if (token.kind !== 'hint') return [token];
      if (inner === undefined) return [];
      const reader = new Reader(
        { file: this.#source.file, text: inner },
        { ...this.#options, file: false },
        this.#modes,
      );
      return [...reader.pieces()].flatMap((piece) => (piece.type === 'token' ? [piece.token] : []));
    });
  }

  #cutsHere(): boolean {
    return this.#options.file || this.#version.length === 0;
  }

  #atDelimiter(): boolean {
    if (this.#next === -2 || (this.#next >= 0 && this.#next < this.#at))
      this.#next = this.#text.indexOf(this.#delimiter, this.#at);
    return this.#next === this.#at;
  }

  /** A delimiter ends whatever is not quoted. */
  #beforeDelimiter(length: number): number {
    if (!this.#cutsHere()) return length;
    this.#atDelimiter();
    return this.#next >= this.#at && this.#next < this.#at + length ? this.#next - this.#at : length;
  }

  /** Letters up to a delimiter, for `exit;`. */
  #wordBeforeDelimiter(): number {
    const found = /^[A-Za-z_?]+/.exec(this.#text.slice(this.#at, this.#at + 30))?.[0].length ?? 0;
    const length = this.#beforeDelimiter(found);
    return length > 0 && this.#next === this.#at + length ? length : 0;
  }

  #endOfLine(at: number): number {
    const found = this.#text.indexOf('\n', at);
    return found < 0 ? this.#text.length : found;
  }

  #refused(at: number, written: string, name: string | undefined): MooringError {
    if (name === undefined)
      return this.#error(
        'sql-client-command',
        at,
        `${written} is no command of the mysql client`,
        'Take the backslash out, or quote the text that holds it.',
      );
    const hint =
      name === 'use'
        ? 'Write it as a statement: USE <database>;'
        : 'Take it out: only SQL is sent to the server, and DELIMITER.';
    return this.#error(
      'sql-client-command',
      at,
      `${written} is a command of the mysql client (${name}), not SQL`,
      hint,
    );
  }

  #unterminated(at: number, what: string, hint: string): MooringError {
    return this.#error('sql-unterminated', at, `${what} that begins here has no end`, hint);
  }

  #error(
    code: 'sql-unterminated' | 'sql-client-command',
    at: number,
    message: string,
    hint: string,
  ): MooringError {
    const { file } = this.#source;
    const { line, column, excerpt } = positionAt(this.#text, at);
    return new MooringError(code, `${file}:${line}:${column}: ${message}`, {
      hint,
      file,
      line,
      column,
      excerpt,
    });
  }
}

/** The clients end lines with LF alone, within strings and routine bodies too. */
export function withoutCarriageReturns(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
