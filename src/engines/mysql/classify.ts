import type { Dialect, Statement, Token } from '../../sql/sql.ts';
import type { StatementClass } from '../engine.ts';

/** What a statement is, by its first words: MySQL and MariaDB commit before and after each that is not listed as harmless. */
export function classify(dialect: Dialect, statement: Statement): StatementClass {
  const words = wordsOf(dialect, statement);
  const [first = '', second = ''] = words;
  const effect = effectOf(first, second);
  const temporary = temporaryName(words);
  const unreplayable = temporary === undefined ? UNREPLAYABLE[first] : `temporary table ${temporary}`;
  const truncates = first === 'truncate' ? [nameFrom(words, second === 'table' ? 2 : 1)] : undefined;
  return {
    inTransaction: inTransaction(words, effect),
    effect,
    blocksOthers: effect === 'ddl' && temporary === undefined,
    breaks: breaks(words),
    ...(RUN_AGAIN.has(first) ? { settlement: { rule: 'run-again' } as const } : {}),
    ...(unreplayable === undefined ? {} : { unreplayable }),
    ...(truncates === undefined ? {} : { truncates }),
    ...(words.includes('release_all_locks') ? ({ freesLock: true } as const) : {}),
  };
}

/** SQL that puts back what the statement leaves in the session, if it leaves anything that `putBack` cannot find. */
export function leftoverOf(dialect: Dialect, statement: Statement): string | undefined {
  if (!/\b(?:temporary|prepare)\b/i.test(statement.sql)) return undefined;
  const words = wordsOf(dialect, statement);
  const temporary = temporaryName(words);
  if (temporary !== undefined) return `DROP TEMPORARY TABLE IF EXISTS ${temporary}`;
  if (words[0] === 'prepare' && words[1] !== undefined) return `DEALLOCATE PREPARE ${words[1]}`;
  return undefined;
}

const UNREPLAYABLE: Readonly<Record<string, string>> = { lock: 'LOCK TABLES', handler: 'HANDLER' };
const RUN_AGAIN = new Set(['analyze', 'optimize', 'check', 'repair', 'checksum', 'flush']);
const QUERY = new Set([
  'select',
  'show',
  'explain',
  'describe',
  'desc',
  'help',
  'table',
  'values',
  'checksum',
  'analyze',
  'check',
  '(',
]);
const DML = new Set([
  'insert',
  'update',
  'delete',
  'replace',
  'load',
  'import',
  'call',
  'do',
  'with',
  'truncate',
  'execute',
  'handler',
]);
const SESSION = new Set(['set', 'use', 'prepare', 'deallocate', 'lock', 'unlock']);
const CONTROL = new Set(['begin', 'start', 'commit', 'rollback', 'savepoint', 'release', 'xa']);

function effectOf(first: string, second: string): StatementClass['effect'] {
  if (first === 'start' && second !== 'transaction') return 'ddl';
  if (first === 'begin' && second === 'not') return 'dml';
  if (CONTROL.has(first)) return 'control';
  if (SESSION.has(first)) return 'session';
  if (first === 'analyze' || first === 'check') return 'ddl';
  if (QUERY.has(first)) return 'query';
  return DML.has(first) ? 'dml' : 'ddl';
}

/** "Statements That Cause an Implicit Commit" in the manual; what a routine or a prepared text does, only the server can tell. */
function inTransaction(
  words: readonly string[],
  effect: StatementClass['effect'],
): StatementClass['inTransaction'] {
  const [first = '', second = '', third = '', fourth = ''] = words;
  if (first === 'call' || first === 'execute' || (first === 'begin' && second === 'not')) return 'try';
  if (first === 'create' || first === 'drop')
    return second === 'temporary' || (second === 'or' && third === 'replace' && fourth === 'temporary')
      ? 'yes'
      : 'no';
  if (first === 'set' && (second === 'password' || second === 'global' || second === 'persist')) return 'no';
  if (
    effect === 'control' ||
    effect === 'ddl' ||
    first === 'truncate' ||
    first === 'lock' ||
    first === 'unlock'
  )
    return 'no';
  if (first === 'load' && second === 'index') return 'no';
  return 'yes';
}

/** By the text alone: what an application of the revision before may not survive. */
function breaks(words: readonly string[]): boolean {
  const [first = '', second = ''] = words;
  if (first === 'rename') return second === 'table' || second === 'tables';
  if (first === 'drop')
    return [
      'table',
      'tables',
      'view',
      'column',
      'procedure',
      'function',
      'database',
      'schema',
      'sequence',
    ].includes(second);
  if (first !== 'alter' || !words.includes('table')) return false;
  return words.some((word, at) => {
    if (['modify', 'change', 'rename'].includes(word)) return true;
    if (word === 'drop')
      return !['index', 'key', 'constraint', 'foreign', 'check', 'default'].includes(words[at + 1] ?? '');
    return (
      word === 'add' && ['constraint', 'unique', 'foreign', 'check', 'primary'].includes(words[at + 1] ?? '')
    );
  });
}

/** `CREATE [OR REPLACE] TEMPORARY TABLE [IF NOT EXISTS] name`; the name as written. */
function temporaryName(words: readonly string[]): string | undefined {
  const at = words.indexOf('temporary');
  if (words[0] !== 'create' || at < 1 || at > 3 || !['table', 'sequence'].includes(words[at + 1] ?? ''))
    return undefined;
  const start = words[at + 2] === 'if' ? at + 5 : at + 2;
  return words[start + 1] === '.' ? words.slice(start, start + 3).join('') : words[start];
}

/** As written: `orders`, `shop.orders`. */
function nameFrom(words: readonly string[], at: number): string {
  return words[at + 1] === '.' ? `${words[at]}.${words[at + 2]}` : (words[at] ?? '');
}

/** Key words in lower case, quoted names as written; version comments opened; strings left as they are. */
function wordsOf(dialect: Dialect, statement: Statement): readonly string[] {
  const tokens = opened(dialect, dialect.tokens({ file: '', text: statement.sql }));
  return tokens.map((token) => (token.kind === 'word' ? token.text.toLowerCase() : token.text));
}

function opened(dialect: Dialect, tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token) => {
    if (token.kind !== 'hint') return [token];
    const inner = /^\/\*M?!\d*([\s\S]*)\*\/$/.exec(token.text)?.[1];
    return inner === undefined
      ? []
      : dialect.tokens({ file: '', text: inner }).filter((each) => each.text !== ';');
  });
}
