import { BEYOND_STANDARD, is, OPERATOR } from './characters.ts';

/**
 * The end of the operator that begins at `start`, after scan.l: the longest run of operator characters, up to a comment;
 * a trailing + or - is cut off unless a character is there that no operator of the SQL standard has, so that `=-` is two.
 */
export function operatorEnd(text: string, start: number): number {
  const limit = start + LONGEST;
  let end = start;
  let beyondStandard = false;
  do {
    beyondStandard ||= is(text.charCodeAt(end), BEYOND_STANDARD);
    end++;
  } while (end < limit && is(text.charCodeAt(end), OPERATOR) && !startsComment(text, end));
  if (beyondStandard) return end;
  while (end - start > 1 && isSign(text, end - 1)) end--;
  return end;
}

/** The server takes operators of at most 63 characters; the bound keeps a million plus signs from taking forever. */
const LONGEST = 64;

function startsComment(text: string, at: number): boolean {
  const pair = text.charCodeAt(at) * 256 + text.charCodeAt(at + 1);
  return pair === 0x2d2d || pair === 0x2f2a;
}

function isSign(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 43 || code === 45;
}
