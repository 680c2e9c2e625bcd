import { BEYOND_STANDARD, is, OPERATOR } from './characters.ts';

/**
 * Finds where operators end, after scan.l: the longest run of operator characters, up to a comment; a trailing + or - is
 * cut off unless a character is there that no operator of the SQL standard has, so that `=-` is two.
 */
export class Operators {
  readonly #text: string;
  /** Up to here stand signs that were cut off, each an operator: looking at them again for each would be quadratic. */
  #signsUntil = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The end of the operator that begins at `start`; ask in the order of the text. */
  endOf(start: number): number {
    if (start < this.#signsUntil) return start + 1;
    const text = this.#text;
    let end = start;
    let beyondStandard = false;
    do {
      beyondStandard ||= is(text.charCodeAt(end), BEYOND_STANDARD);
      end++;
    } while (is(text.charCodeAt(end), OPERATOR) && !startsComment(text, end));
    if (beyondStandard) return end;
    this.#signsUntil = end;
    while (end - start > 1 && isSign(text, end - 1)) end--;
    return end;
  }
}

function startsComment(text: string, at: number): boolean {
  const pair = text.charCodeAt(at) * 256 + text.charCodeAt(at + 1);
  return pair === 0x2d2d || pair === 0x2f2a;
}

function isSign(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 43 || code === 45;
}
