import type { TokenKind } from '../dialect.ts';

/** Tokens of a statement that are looked at: as many as the longest form that sets something. */
const HEAD = 12;

const NAME = 'standard_conforming_strings';

/**
 * Follows `standard_conforming_strings` through a text: SET and RESET in their forms, `SELECT set_config(…)`, RESET ALL,
 * DISCARD ALL, and what the end of a transaction takes back. A SET LOCAL counts until the transaction ends, also where
 * the text does not begin one, for migrations run in one. Savepoints are not followed.
 */
export class StringSetting {
  readonly #text: string;
  readonly #default: boolean;
  #session: boolean;
  #local: boolean | undefined;
  /** The session's value when the text's open transaction began. */
  #before: boolean | undefined;
  #words: string[] = [];
  #watching = true;

  constructor(text: string, initial: boolean) {
    this.#text = text;
    this.#default = initial;
    this.#session = initial;
  }

  get on(): boolean {
    return this.#local ?? this.#session;
  }

  begin(): void {
    this.#words = [];
    this.#watching = true;
  }

  see(kind: TokenKind, start: number, end: number): void {
    if (!this.#watching) return;
    const word = end - start > 40 ? '' : plain(kind, this.#text.slice(start, end));
    const seen = this.#words.push(word);
    this.#watching = seen < HEAD && (seen > 1 || VERBS.has(word));
  }

  /** The statement has ended; what it sets counts from now on. */
  finish(): void {
    const [verb = '', ...rest] = this.#words;
    if (!VERBS.has(verb)) return;
    if (verb === 'set') this.#set(rest);
    else if (verb === 'select') this.#setConfig(rest);
    else if (verb === 'reset' && (rest[0] === NAME || rest[0] === 'all')) this.#assign(this.#default, false);
    else if (verb === 'discard' && rest[0] === 'all') this.#assign(this.#default, false);
    else this.#transaction(verb, rest);
  }

  #set(words: readonly string[]): void {
    const scoped = words[0] === 'local' || words[0] === 'session';
    const [name, sign, value] = scoped ? words.slice(1) : words;
    if (name !== NAME || (sign !== '=' && sign !== 'to')) return;
    const on = value === 'default' ? this.#default : toBoolean(value ?? '');
    if (on !== undefined) this.#assign(on, words[0] === 'local');
  }

  #setConfig(words: readonly string[]): void {
    const call = words[0] === 'pg_catalog' && words[1] === '.' ? words.slice(2) : words;
    const [name, open, setting, , value, , local] = call;
    if (name !== 'set_config' || open !== '(' || setting !== NAME) return;
    const on = toBoolean(value ?? '');
    if (on !== undefined) this.#assign(on, toBoolean(local ?? '') ?? false);
  }

  #transaction(verb: string, words: readonly string[]): void {
    if (verb === 'begin' || verb === 'start') this.#before ??= this.#session;
    if (words[0] === 'prepared' || words.includes('to')) return;
    const undone = verb === 'rollback' || verb === 'abort';
    if (!undone && verb !== 'commit' && verb !== 'end' && !(verb === 'prepare' && words[0] === 'transaction'))
      return;
    if (undone) this.#session = this.#before ?? this.#session;
    this.#local = undefined;
    const chained = words.includes('chain') && !words.includes('no');
    this.#before = chained ? this.#session : undefined;
  }

  #assign(on: boolean, local: boolean): void {
    if (local) this.#local = on;
    else {
      this.#session = on;
      this.#local = undefined;
    }
  }
}

const VERBS = new Set([
  'set',
  'reset',
  'discard',
  'select',
  'begin',
  'start',
  'commit',
  'end',
  'rollback',
  'abort',
  'prepare',
]);

/** Lower case and without quotes: the names of settings are compared without case, quoted or not. */
function plain(kind: TokenKind, text: string): string {
  return (kind === 'string' || kind === 'quoted' ? text.replace(/^\w?['"]|['"]$/g, '') : text).toLowerCase();
}

/** As the server reads booleans: any beginning of the words that tells them apart. */
function toBoolean(text: string): boolean | undefined {
  if (text === '1' || text === 'on' || isBeginning(text, 'true') || isBeginning(text, 'yes')) return true;
  if (
    text === '0' ||
    text === 'off' ||
    text === 'of' ||
    isBeginning(text, 'false') ||
    isBeginning(text, 'no')
  )
    return false;
  return undefined;
}

function isBeginning(text: string, word: string): boolean {
  return text !== '' && word.startsWith(text);
}
