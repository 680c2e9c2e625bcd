/**
 * Where the one statement of a text begins and ends, should the text be as plain as most migrations are; undefined sends
 * it to a walk through its tokens, which knows everything and takes many times as long. Plain: after comments nothing but
 * words, numbers, operators, parentheses in pairs and strings, no comment, dollar quote or backslash among them, and one
 * `;` at most, at the end.
 */
export function plainStatement(text: string): { readonly start: number; readonly end: number } | undefined {
  if (text.length > LONGEST) return undefined;
  const [, before = '', statement] = PLAIN.exec(text) ?? [];
  if (statement === undefined || !isBalanced(statement)) return undefined;
  return { start: before.length, end: before.length + statement.length };
}

/** A regular expression keeps a stack as long as the text. */
const LONGEST = 20_000;

/** White space as the server has it (src/backend/parser/scan.l, `space`). */
const SPACE = '[ \\t\\n\\r\\f\\v]*';
const COMMENTS = '(?:[ \\t\\n\\r\\f\\v]|--[^\\n\\r]*[\\n\\r])*';
const PART = `[\\w(),.=<>+*%:[\\]]|-(?!-)|/(?!\\*)|'[^'\\\\()]*'|"[^"\\\\()]*"`;

/** Each place is matched in one way only, so that a text that does not fit is left in the time that one takes that does. */
const PLAIN = new RegExp(`^(${COMMENTS})([A-Za-z](?:${SPACE}(?:${PART}))*)${SPACE}(?:;${SPACE})?$`);

/** Within parentheses a `;` ends nothing; one that closes nothing does not count. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPEN) depth += 1;
    else if (code === CLOSE && depth > 0) depth -= 1;
  }
  return depth === 0;
}

const OPEN = 40;
const CLOSE = 41;
