/** What a character may be part of, after PostgreSQL's scan.l; anything beyond ASCII is a letter. */
export const SPACE = 1;
export const IDENT_START = 2;
export const IDENT_CONT = 4;
export const DIGIT = 8;
export const OPERATOR = 16;
export const HEX = 32;
/** Operator characters that no operator of the SQL standard has. */
export const BEYOND_STANDARD = 64;

const CLASSES = new Uint8Array(128);
const mark = (chars: string, bit: number): void => {
  for (const char of chars) {
    const code = char.charCodeAt(0);
    CLASSES[code] = (CLASSES[code] ?? 0) | bit;
  }
};
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_';
// The vertical tab is white space since PostgreSQL 16 and an error before.
mark(' \t\n\r\f\v', SPACE);
mark(LETTERS, IDENT_START | IDENT_CONT);
mark('0123456789', DIGIT | IDENT_CONT);
mark('$', IDENT_CONT);
mark('~!@#^&|`?+-*/%<>=', OPERATOR);
mark('~!@#^&|`?%', BEYOND_STANDARD);
mark('0123456789abcdefABCDEF', HEX);

/** NaN, which is what stands beyond a text's end, is of no class. */
export function is(code: number, classes: number): boolean {
  return code >= 128 ? (classes & (IDENT_START | IDENT_CONT)) !== 0 : ((CLASSES[code] ?? 0) & classes) !== 0;
}

/** Is `text` from `start` to `end` that word (lower case), in any case? Only A–Z are folded, as the server does. */
export function isWord(text: string, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const code = text.charCodeAt(start + i);
    const lower = code >= 65 && code <= 90 ? code + 32 : code;
    if (lower !== word.charCodeAt(i)) return false;
  }
  return true;
}
