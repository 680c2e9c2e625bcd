import type { Dialect, Token } from '../../sql/sql.ts';
import { tokensOf } from './words.ts';

/**
 * How a statement would reach beyond the database that it runs in, in words: to accounts, to other databases by their
 * names, to settings and files of the server. By its text alone. `own` and `others` are names of databases. `isHeld`: the
 * account can reach nothing else, so that text which is put together while it runs may be whatever it is.
 */
export function beyondDatabase(
  dialect: Dialect,
  sql: string,
  own: string,
  others: ReadonlySet<string>,
  isHeld = false,
): string | undefined {
  const tokens = tokensOf(dialect, sql);
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : ''));
  const [verb = ''] = words;
  if (VERBS.has(verb) && !(isHeld && DYNAMIC.has(verb)))
    return `${verb.toUpperCase()} is about the whole server, or runs what cannot be told`;
  if (verb === 'use') return nameOf(tokens[1]) === own ? undefined : 'USE leaves the database';
  if (MAKERS.has(verb)) {
    const at = words.findIndex((word, n) => n > 0 && !BETWEEN.has(word));
    const kind = words[at] ?? '';
    const isOwnDefaults = verb === 'alter' && DEFAULTS.has(words[at + 1] ?? '');
    if (/^(?:database|schema)$/.test(kind) && !isOwnDefaults)
      return `${verb.toUpperCase()} ${kind.toUpperCase()} is about a database`;
    if (KINDS.has(kind)) return `${verb.toUpperCase()} ${kind.toUpperCase()} is about the whole server`;
  }
  if (verb === 'rename' && words[1] === 'user') return 'RENAME USER is about the whole server';
  if (verb === 'set' && words.some((word, n) => isWide(word, words[n - 1] ?? '', tokens[n - 1]?.text)))
    return 'SET reaches settings or accounts of the server';
  const file = words.find((word, n) => FILES.has(word) && words[n - 1] === 'into');
  if (file !== undefined) return `INTO ${file.toUpperCase()} writes a file of the server`;
  if (words.some((word, n) => word === 'load_file' && tokens[n + 1]?.text === '('))
    return 'LOAD_FILE reads a file of the server';
  const other = tokens.find(
    (token, n) =>
      tokens[n + 1]?.text === '.' &&
      tokens[n - 1]?.text !== '.' &&
      tokens[n - 1]?.text !== '@' &&
      others.has((nameOf(token) ?? '').toLowerCase()) &&
      !isTable(tokens, n),
  );
  return other === undefined ? undefined : `it names the database ${nameOf(other)}`;
}

const VERBS = new Set(
  'grant revoke flush reset purge change start stop install uninstall shutdown restart kill load import clone prepare execute'.split(
    ' ',
  ),
);
/** They run text that nobody sees before. */
const DYNAMIC = new Set(['prepare', 'execute']);
const MAKERS = new Set(['create', 'alter', 'drop']);
const BETWEEN = new Set(['or', 'replace', 'undo']);
const KINDS = new Set(['user', 'role', 'server', 'tablespace', 'logfile', 'resource', 'instance', 'library']);
const DEFAULTS = new Set(['character', 'charset', 'collate', 'default', 'comment', 'encryption']);
const FILES = new Set(['outfile', 'dumpfile']);

/** `shop.id` where `shop` stands by itself, too: a table of that name, or an alias. */
function isTable(tokens: readonly Token[], at: number): boolean {
  if (tokens[at + 3]?.text === '.') return false;
  const name = nameOf(tokens[at]);
  return tokens.some(
    (token, n) => nameOf(token) === name && tokens[n + 1]?.text !== '.' && tokens[n - 1]?.text !== '.',
  );
}

/** `SET GLOBAL x`, `SET @@global.x`, `SET PASSWORD`, `SET ROLE`, `SET DEFAULT ROLE`. */
function isWide(word: string, before: string, sign: string | undefined): boolean {
  if (/^(?:@@)?(?:global|persist|persist_only)$/.test(word))
    return before === 'set' || sign === ',' || /^@/.test(sign ?? '') || word.startsWith('@@');
  return /^(?:password|role)$/.test(word) && (before === 'set' || before === 'default');
}

function nameOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'word') return token.text;
  return token?.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('``', '`') : undefined;
}
