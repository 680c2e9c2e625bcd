import { endOfBlock, endOfLine } from '../comments.ts';
import type { SqlSource, TokenKind } from '../dialect.ts';
import { is, isWord, SPACE } from './characters.ts';
import { refusal } from './refusals.ts';

/** Where data are, by offsets in UTF-16 units. */
export interface CopyData {
  readonly start: number;
  readonly end: number;
  /** Where SQL goes on. */
  readonly next: number;
}

/**
 * Watches one statement for COPY name … FROM stdin: the first FROM outside of parentheses, then STDIN, or STDOUT, which
 * the server's grammar takes for the same. COPY (query) TO has a parenthesis for its second token.
 */
export class CopyWatch {
  readonly #text: string;
  #state: 'first' | 'second' | 'from' | 'stdin' | 'yes' | 'no' = 'first';

  constructor(text: string) {
    this.#text = text;
  }

  begin(): void {
    this.#state = 'first';
  }

  get isFromStdin(): boolean {
    return this.#state === 'yes';
  }

  see(kind: TokenKind, start: number, end: number, depth: number): void {
    const state = this.#state;
    if (state === 'no' || state === 'yes') return;
    const is = (word: string): boolean => kind === 'word' && isWord(this.#text, start, end, word);
    if (state === 'first') this.#state = is('copy') ? 'second' : 'no';
    else if (state === 'second') this.#state = depth > 0 ? 'no' : 'from';
    else if (state === 'stdin') this.#state = is('stdin') || is('stdout') ? 'yes' : 'no';
    else if (depth === 0 && is('from')) this.#state = 'stdin';
  }
}

/**
 * The lines of data after COPY … FROM stdin, whose `;` ends at `from`: up to a line `\.`, or to the end of the text.
 * Throws `copy-invalid` if anything but comments stands on the rest of the line.
 */
export function findCopyData(source: SqlSource, from: number): CopyData {
  const { text } = source;
  const start = lineAfter(source, from);
  let line = start;
  for (;;) {
    const found = text.indexOf('\\.', line);
    if (found < 0) return { start, end: text.length, next: text.length };
    const end = endOfMarker(text, found + 2);
    const isLine = found === start || text.charCodeAt(found - 1) === LINE_FEED;
    if (isLine && end >= 0) return { start, end: found, next: end };
    line = found + 2;
  }
}

/** The data as they are sent: each line ends with a line break, the last one too. */
export function copyText(text: string, data: Pick<CopyData, 'start' | 'end'>): string {
  const lines = text.slice(data.start, data.end);
  if (lines === '' || lines.endsWith('\n')) return lines;
  // The server takes one kind of line break within one COPY.
  const first = lines.indexOf('\n');
  return first > 0 && lines.charCodeAt(first - 1) === CARRIAGE_RETURN ? `${lines}\r\n` : `${lines}\n`;
}

/** psql would run what stands on the rest of the line after the data; no dump has such, and nobody would expect it. */
function lineAfter(source: SqlSource, from: number): number {
  const { file, text } = source;
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (at >= text.length) return at;
    if (code === LINE_FEED) return at + 1;
    if (is(code, SPACE) || code === SEMICOLON) at++;
    else if (text.startsWith('--', at)) at = endOfLine(text, at);
    else {
      const end = text.startsWith('/*', at) ? endOfBlock(text, at + 2, true) : -1;
      if (end < 0 || end > text.length || text.slice(at, end).includes('\n')) {
        throw refusal(
          'copy-invalid',
          file,
          text,
          at,
          'after COPY … FROM stdin; something stands on the same line; its data begin on the next line',
          'Put it on a line of its own, after the line \\. that ends the data.',
        );
      }
      at = end;
    }
  }
}

function endOfMarker(text: string, at: number): number {
  if (at === text.length || text.charCodeAt(at) === LINE_FEED) return at;
  return text.charCodeAt(at) === CARRIAGE_RETURN &&
    (at + 1 === text.length || text.charCodeAt(at + 1) === LINE_FEED)
    ? at + 1
    : -1;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SEMICOLON = 59;
