import { endOfBlock, endOfLine } from '../comments.ts';
import type { TokenKind } from '../dialect.ts';
import { DIGIT, HEX, IDENT_CONT, IDENT_START, is, OPERATOR, SPACE } from './characters.ts';
import { Operators } from './operators.ts';
import { unterminated } from './refusals.ts';

/** `client` is a backslash outside of quotes: a command of psql, of which only the backslash is read. */
export type LexKind = TokenKind | 'client';

/**
 * Reads one token after another by the rules of PostgreSQL's scan.l, without allocating any. Where psql's lexer, which
 * works line by line, differs (an E'' string continued on the next line), the server's reading counts.
 * NaN never equals a code, so reading beyond the end needs no check.
 */
export class Lexer {
  kind: LexKind = 'word';
  start = 0;
  end = 0;
  /** Are backslashes in plain strings ordinary characters? The caller follows what the text sets. */
  standardStrings = true;
  /** The quote at which an E'' string goes on, and its escapes with it; a token of its own all the same. */
  #continued = -1;
  readonly #text: string;
  readonly #file: string;
  readonly #operators: Operators;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    this.#operators = new Operators(text);
  }

  /** Goes on at this offset, beyond what is no SQL. */
  moveTo(offset: number): void {
    this.end = offset;
  }

  /** Reads the next token into `kind`, `start`, `end`; false at the end. Throws `sql-unterminated`. */
  next(): boolean {
    const start = this.#skipBlanks(this.end);
    this.start = start;
    this.end = start;
    if (start >= this.#text.length) return false;
    this.end = this.#read(start, this.#text.charCodeAt(start));
    return true;
  }

  /**
   * Passes over plain words, points and commas, many at once; false where none comes next. `start` is where the first
   * begins, `end` where the last ends. For a reader whom single tokens do not matter to.
   */
  skim(): boolean {
    const start = this.#skipBlanks(this.end);
    PLAIN.lastIndex = start;
    if (!PLAIN.test(this.#text)) return false;
    this.kind = 'word';
    this.start = start;
    this.end = PLAIN.lastIndex;
    return true;
  }

  /** Sets `kind` and returns the end, as do the functions below. */
  #read(start: number, code: number): number {
    if (is(code, IDENT_START)) return this.#word(start, code);
    if (code === QUOTE)
      return this.#string(start, start + 1, !this.standardStrings || start === this.#continued);
    const next = this.#code(start + 1);
    if (is(code, DIGIT) || (code === DOT && is(next, DIGIT))) return this.#number(start);
    if (code === DOUBLE_QUOTE) return this.#quoted(start, start + 1);
    if (code === DOLLAR) return this.#dollar(start);
    if (is(code, OPERATOR)) {
      this.kind = 'operator';
      return this.#operators.endOf(start);
    }
    this.kind = code === BACKSLASH ? 'client' : 'punctuation';
    if (code === COLON) return start + (next === COLON || next === EQUALS ? 2 : 1);
    return start + (code === DOT && next === DOT ? 2 : 1);
  }

  /** After white space and comments. */
  #skipBlanks(from: number): number {
    const text = this.#text;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (is(code, SPACE)) at++;
      else if (code === DASH && text.charCodeAt(at + 1) === DASH) at = endOfLine(text, at);
      else if (code === SLASH && text.charCodeAt(at + 1) === STAR) {
        const end = endOfBlock(text, at + 2, true);
        if (end > text.length) throw unterminated(this.#file, text, at, 'comment', '*/');
        at = end;
      } else return at;
    }
  }

  #word(start: number, code: number): number {
    const second = this.#code(start + 1);
    if (second === QUOTE) {
      const lower = code | 32;
      if (lower === LOWER_E) return this.#string(start, start + 2, true);
      if (lower === LOWER_B || lower === LOWER_X) return this.#string(start, start + 2, false);
      if (lower === LOWER_N) return this.#string(start, start + 2, !this.standardStrings);
    } else if (second === AMPERSAND && (code | 32) === LOWER_U) {
      const third = this.#code(start + 2);
      if (third === QUOTE) return this.#string(start, start + 3, false);
      if (third === DOUBLE_QUOTE) return this.#quoted(start, start + 3);
    }
    this.kind = 'word';
    const text = this.#text;
    let end = start + 1;
    while (is(text.charCodeAt(end), IDENT_CONT)) end++;
    return end;
  }

  /** `escapes`: a backslash takes the next character with it. */
  #string(start: number, inside: number, escapes: boolean): number {
    this.kind = 'string';
    const end = this.#closing(start, inside, escapes);
    if (escapes) this.#continued = continuation(this.#text, end);
    return end;
  }

  #closing(start: number, inside: number, escapes: boolean): number {
    const text = this.#text;
    let at = inside;
    for (;;) {
      if (escapes) {
        let code = text.charCodeAt(at);
        while (code !== QUOTE && at < text.length) {
          at += code === BACKSLASH ? 2 : 1;
          code = text.charCodeAt(at);
        }
      } else at = text.indexOf("'", at);
      if (at < 0 || at >= text.length) throw unterminated(this.#file, text, start, 'string', "'");
      if (text.charCodeAt(at + 1) !== QUOTE) return at + 1;
      at += 2;
    }
  }

  #quoted(start: number, inside: number): number {
    this.kind = 'quoted';
    const text = this.#text;
    let at = inside;
    for (;;) {
      at = text.indexOf('"', at);
      if (at < 0) throw unterminated(this.#file, text, start, 'quoted identifier', '"');
      if (text.charCodeAt(at + 1) !== DOUBLE_QUOTE) return at + 1;
      at += 2;
    }
  }

  #dollar(start: number): number {
    this.kind = 'punctuation';
    const text = this.#text;
    let at = start + 1;
    if (is(this.#code(at), DIGIT)) {
      while (is(this.#code(at), DIGIT)) at++;
      return at;
    }
    while (this.#code(at) !== DOLLAR && is(this.#code(at), IDENT_CONT)) at++;
    if (this.#code(at) !== DOLLAR) return start + 1;
    const tag = text.slice(start, at + 1);
    const end = text.indexOf(tag, at + 1);
    if (end < 0) throw unterminated(this.#file, text, start, `dollar quote ${tag}`, tag);
    this.kind = 'dollar';
    return end + tag.length;
  }

  /** Reads also what only newer servers know (0x1F, 1_000); older ones read the same characters as two tokens. */
  #number(start: number): number {
    this.kind = 'number';
    if (this.#code(start) === ZERO && isRadix(this.#code(start + 1))) {
      const end = this.#digits(start + 2, HEX);
      if (end > start + 2) return end;
    }
    let at = this.#digits(start, DIGIT);
    if (this.#code(at) === DOT && this.#code(at + 1) !== DOT) at = this.#digits(at + 1, DIGIT);
    if ((this.#code(at) | 32) === LOWER_E) {
      const sign = this.#code(at + 1);
      const exponent = at + (sign === PLUS || sign === DASH ? 2 : 1);
      if (is(this.#code(exponent), DIGIT)) at = this.#digits(exponent, DIGIT);
    }
    return at;
  }

  #digits(from: number, digit: number): number {
    let at = from;
    while (is(this.#code(at), digit) || (at > from && this.#isSeparator(at, digit))) at++;
    return at;
  }

  #isSeparator(at: number, digit: number): boolean {
    return this.#code(at) === UNDERSCORE && is(this.#code(at + 1), digit);
  }

  #code(at: number): number {
    return this.#text.charCodeAt(at);
  }
}

/**
 * A word counts where what follows can be no part of it, nor make it the beginning of a string. So many at a time,
 * because a regular expression remembers every turn that it has taken.
 */
const PLAIN =
  /(?:[ \t\n\r\f\v]*(?:[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_$'"&\x80-\uffff])|,|\.(?![.\d]))){1,500}/y;

/** The quote with which a string goes on, -1 if it does not. At least one line break must come before it. */
function continuation(text: string, from: number): number {
  let at = from;
  let broken = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (is(code, SPACE)) {
      broken ||= code === LINE_FEED || code === CARRIAGE_RETURN;
      at++;
    } else if (code === DASH && text.charCodeAt(at + 1) === DASH) at = endOfLine(text, at);
    else return broken && code === QUOTE ? at : -1;
  }
}

function isRadix(code: number): boolean {
  const lower = code | 32;
  return lower === LOWER_X || lower === LOWER_O || lower === LOWER_B;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const AMPERSAND = 38;
const QUOTE = 39;
const STAR = 42;
const PLUS = 43;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;
const EQUALS = 61;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const LOWER_B = 98;
const LOWER_E = 101;
const LOWER_N = 110;
const LOWER_O = 111;
const LOWER_U = 117;
const LOWER_X = 120;
