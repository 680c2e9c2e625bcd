import type { Token } from '../dialect.ts';

/** The two flags of `sql_mode` that change how text is cut up, and what user variables keep of it. */
export interface Modes {
  readonly ansiQuotes: boolean;
  readonly noBackslashEscapes: boolean;
  /** What the server has without a SET: `SET sql_mode = DEFAULT` leads back to it. */
  readonly initial: string;
  /** User variables that hold an sql_mode, e.g. `@old_sql_mode` in a dump. */
  readonly saved: ReadonlyMap<string, string>;
}

/** Names that stand for several modes and hold ANSI_QUOTES: ANSI in both servers, the others in MariaDB and old MySQL. */
const WITH_ANSI_QUOTES = new Set(['ANSI_QUOTES', 'ANSI', 'ORACLE', 'MSSQL', 'DB2', 'POSTGRESQL', 'MAXDB']);

export function initialModes(
  settings: { readonly ansiQuotes?: boolean; readonly noBackslashEscapes?: boolean } = {},
): Modes {
  const initial = [
    settings.ansiQuotes ? 'ANSI_QUOTES' : '',
    settings.noBackslashEscapes ? 'NO_BACKSLASH_ESCAPES' : '',
  ].join(',');
  return { ...flagsOf(initial), initial, saved: new Map() };
}

/** The modes after a statement: a SET of the session's sql_mode is followed, everything else changes nothing. */
export function modesAfter(statement: readonly Token[], before: Modes): Modes {
  if (wordAt(statement, 0) !== 'set' || wordAt(statement, 1) === 'statement') return before;
  let modes = before;
  for (const assignment of commaList(statement.slice(1))) modes = assigned(assignment, modes);
  return modes;
}

function assigned(tokens: readonly Token[], modes: Modes): Modes {
  const equals = tokens.findIndex((token) => token.text === '=' || token.text === ':=');
  if (equals < 0) return modes;
  const target = tokens
    .slice(0, equals)
    .map((token) => unquoted(token).toLowerCase())
    .join(' ');
  const value = evaluate(tokens.slice(equals + 1), modes);
  if (value === undefined) return modes;
  if (/^@ (?!@)/.test(target)) return { ...modes, saved: new Map(modes.saved).set(target.slice(2), value) };
  if (!/^(?:(?:session|local) |@ @ (?:(?:session|local) \. )?)?sql_mode$/.test(target)) return modes;
  return { ...modes, ...flagsOf(value) };
}

/** A text that holds the modes' names; undefined for what cannot be told without the server. */
function evaluate(tokens: readonly Token[], modes: Modes): string | undefined {
  const [first] = tokens;
  if (first === undefined) return undefined;
  const text = tokens
    .map((token) => (token.kind === 'string' ? token.text : unquoted(token).toLowerCase()))
    .join(' ');
  if (/^@ @ (?:(?:session|local) \. )?sql_mode$/.test(text)) return current(modes);
  if (/^@ \S+$/.test(text)) return modes.saved.get(text.slice(2));
  if (tokens.length === 1) {
    if (text === 'default') return modes.initial;
    if (first.kind === 'number') return fromNumber(Number(text));
    if (first.kind === 'string' || first.kind === 'word' || first.kind === 'quoted') return unquoted(first);
  }
  const name = wordAt(tokens, 0);
  if (tokens[1]?.text !== '(' || tokens.at(-1)?.text !== ')') return undefined;
  const values = commaList(tokens.slice(2, -1)).map((argument) => evaluate(argument, modes));
  if (values.some((value) => value === undefined)) return undefined;
  return call(name ?? '', values as string[]);
}

function call(name: string, values: readonly string[]): string | undefined {
  const [first = '', second = '', third = ''] = values;
  if (name === 'concat') return values.join('');
  if (name === 'concat_ws') return values.slice(1).join(first);
  if (name === 'replace') return second === '' ? first : first.replaceAll(second, third);
  if (name === 'trim' || name === 'upper' || name === 'lower') return first;
  return undefined;
}

function flagsOf(mode: string): Pick<Modes, 'ansiQuotes' | 'noBackslashEscapes'> {
  const names = mode.split(',').map((name) => name.trim().toUpperCase());
  return {
    ansiQuotes: names.some((name) => WITH_ANSI_QUOTES.has(name)),
    noBackslashEscapes: names.includes('NO_BACKSLASH_ESCAPES'),
  };
}

function current(modes: Modes): string {
  return [modes.ansiQuotes ? 'ANSI_QUOTES' : '', modes.noBackslashEscapes ? 'NO_BACKSLASH_ESCAPES' : ''].join(
    ',',
  );
}

/** Bits of MODE_ANSI_QUOTES and MODE_NO_BACKSLASH_ESCAPES in both servers. */
function fromNumber(bits: number): string {
  return [bits & 4 ? 'ANSI_QUOTES' : '', bits & (1 << 20) ? 'NO_BACKSLASH_ESCAPES' : ''].join(',');
}

function commaList(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function wordAt(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index];
  return token?.kind === 'word' ? token.text.toLowerCase() : undefined;
}

function unquoted(token: Token): string {
  return token.kind === 'quoted' || token.kind === 'string'
    ? token.text.replace(/^[^'"`]*/, '').slice(1, -1)
    : token.text;
}
