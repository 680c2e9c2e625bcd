import type { TokenKind } from '../dialect.ts';
import { isWord } from './characters.ts';

/**
 * Watches one statement for CREATE [OR REPLACE] FUNCTION | PROCEDURE … BEGIN ATOMIC … END, whose body has semicolons
 * of its own. By the server's grammar each statement of the body ends with one, so the END that closes it follows `;` or
 * ATOMIC; an END elsewhere is that of a CASE, or a name. (psql counts BEGIN, CASE and END, and is misled by names.)
 */
export class RoutineWatch {
  readonly #text: string;
  /** How many of the statement's first words were as expected; -1 when it creates no routine. */
  #head = 0;
  #bodies = 0;
  /** What came last, as far as it matters. */
  #last: 'begin' | 'start' | 'other' = 'other';

  constructor(text: string) {
    this.#text = text;
  }

  begin(): void {
    this.#head = 0;
    this.#bodies = 0;
    this.#last = 'other';
  }

  get inBody(): boolean {
    return this.#bodies > 0;
  }

  see(kind: TokenKind, start: number, end: number, depth: number): void {
    if (this.#head < 0) return;
    if (this.#head < HEAD_DONE) this.#head = this.#nextHead(kind, start, end);
    else if (depth === 0) this.#last = this.#next(kind, start, end);
    else this.#last = 'other';
  }

  #nextHead(kind: TokenKind, start: number, end: number): number {
    if (kind !== 'word') return -1;
    const is = (word: string): boolean => isWord(this.#text, start, end, word);
    if (this.#head === 0) return is('create') ? 1 : -1;
    if (this.#head === 1 && is('or')) return 2;
    if (this.#head === 2) return is('replace') ? 3 : -1;
    return is('function') || is('procedure') ? HEAD_DONE : -1;
  }

  #next(kind: TokenKind, start: number, end: number): 'begin' | 'start' | 'other' {
    if (kind === 'punctuation') return this.#text.charCodeAt(start) === SEMICOLON ? 'start' : 'other';
    if (kind !== 'word') return 'other';
    if (isWord(this.#text, start, end, 'begin')) return 'begin';
    if (this.#last === 'begin' && isWord(this.#text, start, end, 'atomic')) {
      this.#bodies++;
      return 'start';
    }
    if (this.#last === 'start' && this.#bodies > 0 && isWord(this.#text, start, end, 'end')) this.#bodies--;
    return 'other';
  }
}

const HEAD_DONE = 4;
const SEMICOLON = 59;
