import type { Statement } from './dialect.ts';

/** A place in a text as people count it: both 1-based, columns in code points; lines end with `\n`. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** The line's text (a window of it when it is long) and a caret below the column. */
  readonly excerpt: string;
}

/** Line, column and excerpt of an offset in UTF-16 units. Reads the text from its beginning: for errors, not for loops. */
export function positionAt(text: string, offset: number): Position {
  const cursor = new Cursor(text);
  cursor.advance(offset);
  return { line: cursor.line, column: cursor.column, excerpt: excerptAt(text, offset) };
}

/**
 * Where in its file a place in a statement is. `position` counts code points of `statement.sql` from 1, as PostgreSQL
 * reports it; one past the end is the end of input. With `text`, the file's text, the excerpt shows the whole line;
 * without it only what of the line belongs to the statement.
 */
export function serverPosition(
  statement: Pick<Statement, 'sql' | 'line' | 'column'>,
  position: number,
  text?: string,
): Position {
  const offset = offsetOfCodePoint(statement.sql, position - 1);
  const within = new Cursor(statement.sql);
  within.advance(offset);
  const line = statement.line + within.line - 1;
  const column = within.line === 1 ? statement.column + within.column - 1 : within.column;
  if (text === undefined) return { line, column, excerpt: excerptAt(statement.sql, offset) };
  const start = startOfLine(text, line);
  return { line, column, excerpt: excerptAt(text, start + offsetOfCodePoint(text, column - 1, start)) };
}

/** Walks forward through a text and knows line and column; linear however often it is asked. */
export class Cursor {
  line = 1;
  column = 1;
  #at = 0;
  readonly #text: string;
  #nextBreak: number;
  /** Every unit is a code point. */
  readonly #plain: boolean;

  constructor(text: string) {
    this.#text = text;
    this.#nextBreak = text.indexOf('\n');
    this.#plain = !SURROGATE.test(text);
  }

  /** Goes on to an offset that is not before the one of the last call. */
  advance(offset: number): void {
    while (this.#nextBreak >= 0 && this.#nextBreak < offset) {
      this.line++;
      this.column = 1;
      this.#at = this.#nextBreak + 1;
      this.#nextBreak = this.#text.indexOf('\n', this.#at);
    }
    if (offset <= this.#at) return;
    this.column += this.#plain ? offset - this.#at : codePoints(this.#text, this.#at, offset);
    this.#at = offset;
  }
}

const SURROGATE = /[\ud800-\udfff]/;

/** Characters shown of a long line, and of those how many before the caret. */
const WINDOW = 120;
const BEFORE = 80;

function excerptAt(text: string, offset: number): string {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const found = text.indexOf('\n', offset);
  const end = found < 0 ? text.length : found;
  const from = boundary(text, offset - start > BEFORE ? offset - BEFORE : start);
  const to = boundary(text, Math.min(end, from + Math.max(WINDOW, offset - from)));
  const shown = text.slice(from, to).replace(/\r$/, '');
  const left = from > start ? '…' : '';
  const right = to < end ? '…' : '';
  // Tabs stay tabs, so that the caret stands where the terminal shows the character.
  const indent = text.slice(from, offset).replace(/[^\t\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff]/g, ' ');
  return `${left}${shown}${right}\n${left === '' ? '' : ' '}${indent}^`;
}

/** Not between the halves of a surrogate pair. */
function boundary(text: string, offset: number): number {
  return isLow(text.charCodeAt(offset)) && isHigh(text.charCodeAt(offset - 1)) ? offset - 1 : offset;
}

function codePoints(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (!isLow(unit) || at === from || !isHigh(text.charCodeAt(at - 1))) count++;
  }
  return count;
}

function offsetOfCodePoint(text: string, count: number, from = 0): number {
  let at = from;
  for (let left = count; left > 0 && at < text.length; left--) {
    at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
  }
  return at - from;
}

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const found = text.indexOf('\n', start);
    if (found < 0) return start;
    start = found + 1;
  }
  return start;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
