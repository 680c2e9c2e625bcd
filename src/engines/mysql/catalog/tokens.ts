/**
 * A piece of a statement as the server prints it. A group is all between two parentheses, these included.
 * `start` and `end` are places in the text.
 */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'group' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Takes apart what SHOW CREATE printed under our sql_mode: names in backticks, strings in apostrophes with backslashes.
 * Comments that only servers read (`/*!80023 … *​/`, `/*M!100301 … *​/`) are read as they read them.
 */
export function tokensOf(text: string, from = 0, to = text.length): readonly Token[] {
  const tokens: Token[] = [];
  let at = from;
  while (at < to) {
    const end = endOf(text, at);
    const kind = kindAt(text, at);
    if (kind !== undefined) tokens.push({ kind, text: text.slice(at, end), start: at, end });
    at = end;
  }
  return tokens;
}

/** The pieces between the commas of a group, each trimmed. */
export function listOf(group: Token, text: string): readonly (readonly [start: number, end: number])[] {
  const pieces: [number, number][] = [];
  let start = group.start + 1;
  let at = start;
  const last = group.end - 1;
  const add = (end: number): void => {
    let [from, to] = [start, end];
    while (from < to && isSpace(text.charCodeAt(from))) from += 1;
    while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
    pieces.push([from, to]);
  };
  while (at < last) {
    if (text.charCodeAt(at) === COMMA) {
      add(at);
      start = at + 1;
      at = start;
    } else at = endOf(text, at);
  }
  add(last);
  return pieces;
}

/** `` `a``b` `` → a`b. */
export function nameIn(token: Token | undefined): string {
  const text = token?.text ?? '';
  return text.startsWith('`') ? text.slice(1, -1).replaceAll('``', '`') : text;
}

/** What a string literal stands for (MySQL manual, "String Literals"). */
export function stringIn(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/''|\\(.)/gs, (found, sign: string | undefined) =>
      sign === undefined ? found.slice(1) : (ESCAPES[sign] ?? sign),
    );
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
};

const [COMMA, OPEN, CLOSE, APOSTROPHE, BACKTICK, BACKSLASH, SLASH, STAR, QUOTE] = [...',()\'`\\/*"'].map(
  (sign) => sign.charCodeAt(0),
) as [number, number, number, number, number, number, number, number, number];

function kindAt(text: string, at: number): Token['kind'] | undefined {
  const code = text.charCodeAt(at);
  if (isSpace(code)) return undefined;
  if (code === OPEN) return 'group';
  if (code === BACKTICK) return 'name';
  if (code === APOSTROPHE || code === QUOTE) return 'string';
  if (isComment(text, at)) return undefined;
  return isWord(code) ? 'word' : 'sign';
}

/** Where what begins here ends: spaces, a word, a quoted thing, a group, or one sign. */
function endOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === OPEN) return endOfGroup(text, at);
  if (code === APOSTROPHE || code === BACKTICK || code === QUOTE) return endOfQuoted(text, at, code);
  if (isComment(text, at)) return endOfComment(text, at);
  if (isWord(code)) return endOfAll(text, at, isWord);
  return isSpace(code) ? endOfAll(text, at, isSpace) : at + 1;
}

function endOfGroup(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length) {
    if (text.charCodeAt(at) === CLOSE) return at + 1;
    at = endOf(text, at);
  }
  return at;
}

function endOfQuoted(text: string, from: number, quote: number): number {
  let at = from + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH && quote !== BACKTICK) at += 2;
    else if (code !== quote) at += 1;
    else if (text.charCodeAt(at + 1) === quote) at += 2;
    else return at + 1;
  }
  return at;
}

/** The opening and the closing of a comment that servers read, as if neither were there. */
function isComment(text: string, at: number): boolean {
  const [one, two] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return (one === SLASH && two === STAR) || (one === STAR && two === SLASH);
}

function endOfComment(text: string, at: number): number {
  OPENING.lastIndex = at;
  const [opening = ''] = OPENING.exec(text) ?? [];
  return at + Math.max(opening.length, 2);
}

const OPENING = /\/\*M?!\d*/y;

function endOfAll(text: string, from: number, is: (code: number) => boolean): number {
  let at = from + 1;
  while (at < text.length && is(text.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code === 46 ||
    code > 127
  );
}
