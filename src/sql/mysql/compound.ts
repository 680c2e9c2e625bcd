/** What an END closes. Within a CASE that is an expression, THEN and ELSE are followed by no statement. */
type Block = 'statement' | 'expression';

const ROUTINES = new Set(['procedure', 'function', 'trigger', 'event']);
/** A statement begins behind them. */
const OPENERS = new Set([';', 'begin', 'then', 'else', 'do', 'loop', 'repeat', ':', 'atomic']);

/**
 * Follows the blocks of a routine's body (MySQL manual, "Compound Statements"), so that a semicolon within it is part of it.
 * The clients would cut there and send what no server takes; drivers that send whole files get it right, and so files
 * without DELIMITER are common.
 */
export class Compound {
  #blocks: Block[] = [];
  #parentheses = 0;
  #words: string[] = [];
  #isRoutine = false;
  #before = '';

  /** Whether the statement goes on behind a semicolon. */
  get open(): boolean {
    return this.#blocks.length > 0;
  }

  /** A new statement begins. */
  reset(): void {
    this.#blocks = [];
    this.#parentheses = 0;
    this.#words = [];
    this.#isRoutine = false;
    this.#before = '';
  }

  /** Each token of the statement; `word`: an unquoted one. */
  take(text: string, word: boolean): void {
    if (text === '(') this.#parentheses += 1;
    else if (text === ')') this.#parentheses -= 1;
    const lower = word ? text.toLowerCase() : text;
    if (!this.#isRoutine) this.#head(lower);
    if (this.#isRoutine && word && this.#parentheses === 0) this.#block(lower);
    this.#before = lower;
  }

  /** `CREATE … PROCEDURE`, `ALTER … EVENT`, `BEGIN NOT ATOMIC`; the kind stands before any parenthesis. */
  #head(lower: string): void {
    if (this.#words.length > 12 || this.#parentheses > 0) return;
    this.#words.push(lower);
    const [first, second, third] = this.#words;
    if (first === 'create' || first === 'alter') this.#isRoutine = ROUTINES.has(lower);
    else if (first === 'begin' && second === 'not' && third === 'atomic') {
      this.#isRoutine = true;
      this.#blocks.push('statement');
    }
  }

  #block(lower: string): void {
    const begins = OPENERS.has(this.#before) && this.#blocks.at(-1) !== 'expression';
    switch (lower) {
      case 'begin':
        this.#blocks.push('statement');
        break;
      case 'end':
        this.#blocks.pop();
        break;
      case 'case':
        // END CASE closes one.
        if (this.open && this.#before !== 'end') this.#blocks.push(begins ? 'statement' : 'expression');
        break;
      case 'if':
      case 'loop':
      case 'while':
      case 'repeat':
      case 'for':
        if (this.open && begins) this.#blocks.push('statement');
        break;
    }
  }
}
