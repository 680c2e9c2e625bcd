import type { Dialect, Statement } from '../../sql/sql.ts';
import type { StatementClass } from '../engine.ts';
import { settlementOf } from './bare.ts';
import { spelled } from './catalog/catalog.ts';
import { overwrittenBy } from './overwrites.ts';
import { renamedBy } from './renames.ts';
import { wordsOf as cursorOf, tokensOf, type Words } from './words.ts';

/** What a statement is, by its first words: MySQL and MariaDB commit before and after each that is not listed as harmless. */
export function classify(dialect: Dialect, statement: Statement): StatementClass {
  let kind = known.get(statement);
  if (kind === undefined) {
    kind = judge(dialect, statement);
    known.set(statement, kind);
  }
  return kind;
}

const known = new WeakMap<Statement, StatementClass>();

/** Rows in bulk: what they are shows at their first word, and a list of a hundred megabytes of values helps nobody. */
const BULK = /^(?:insert|replace)\s/i;

function judge(dialect: Dialect, statement: Statement): StatementClass {
  if (BULK.test(statement.sql) && !/release_all_locks/i.test(statement.sql)) {
    const adds = /^insert\s/i.test(statement.sql) && !/\bduplicate\s+key\b/i.test(statement.sql);
    const overwrites = adds ? [] : overwrittenBy(cursorOf(dialect, statement.sql));
    return {
      inTransaction: 'yes',
      effect: 'dml',
      blocksOthers: false,
      breaks: false,
      ...(overwrites.length === 0 ? {} : { overwrites }),
    };
  }
  const words = wordsOf(dialect, statement);
  const [first = ''] = words;
  const effect = effectOf(words);
  const temporary = temporaryName(words);
  const unreplayable = temporary === undefined ? UNREPLAYABLE[first] : temporaryLabel(temporary);
  const runs = inTransaction(words, effect);
  const settlement = runs === 'no' ? settlementOf(cursor(dialect, statement)) : undefined;
  const freed = freedBy(words);
  const truncates = emptied(first, settlement);
  const overwrites = overwrittenBy(cursor(dialect, statement));
  const renames = renamedBy(cursor(dialect, statement));
  return {
    inTransaction: runs,
    effect,
    blocksOthers: effect === 'ddl' && temporary === undefined,
    breaks: breaks(words),
    ...(isDear(words) ? ({ dear: true } as const) : {}),
    ...(settlement === undefined ? {} : { settlement }),
    ...(unreplayable === undefined ? {} : { unreplayable }),
    ...(freed.length === 0 ? {} : { frees: freed }),
    ...(truncates.length === 0 ? {} : { truncates }),
    ...(overwrites.length === 0 ? {} : { overwrites }),
    ...(renames.length === 0 ? {} : { renames }),
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
const SERVER_WIDE = new Set(['global', 'persist', 'persist_only', 'password', 'default']);
const CONTROL = new Set(['begin', 'start', 'commit', 'rollback', 'savepoint', 'release', 'xa']);

function effectOf([first = '', second = '']: readonly string[]): StatementClass['effect'] {
  // Of the server, not of the session: nothing to tell another session again.
  if (first === 'set' && SERVER_WIDE.has(second)) return 'ddl';
  if (first === 'drop' && second === 'prepare') return 'session';
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
  // Some settings cannot be changed within a transaction, and what a session is told is no part of one.
  if (effect === 'session') return 'no';
  if (first === 'create' || first === 'drop')
    return second === 'temporary' || (second === 'or' && third === 'replace' && fourth === 'temporary')
      ? 'yes'
      : 'no';
  if (effect === 'control' || effect === 'ddl' || first === 'truncate') return 'no';
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

/** Tables that are emptied, or dropped to be made anew. */
function emptied(first: string, settlement: StatementClass['settlement']): readonly string[] {
  if (settlement?.rule !== 'definition' || (first !== 'truncate' && first !== 'drop')) return [];
  return settlement.objects
    .filter(({ kind, change }) => kind === 'table' && (change === 'emptied' || change === 'gone'))
    .map(({ name }) => spelled(name.name));
}

/** Names of what earlier statements have left in the session, as `unreplayable` gives them. */
function freedBy(words: readonly string[]): readonly string[] {
  const [first = '', second = ''] = words;
  if (first === 'unlock' || first === 'begin' || (first === 'start' && second === 'transaction'))
    return ['LOCK TABLES'];
  const at = words.findIndex((word) => word === 'table' || word === 'tables');
  if (first !== 'drop' || at < 1 || at > 2) return [];
  const start = words[at + 1] === 'if' ? at + 3 : at + 1;
  return words.slice(start).flatMap((word, n, all) => {
    const begins = n === 0 || all[n - 1] === ',';
    return begins && word !== ',' ? [temporaryLabel(nameFrom(all, n))] : [];
  });
}

function temporaryLabel(name: string): string {
  return `temporary table ${name}`;
}

/** An ALTER that copies or builds waits a second time at its end, when all the work is done. */
function isDear(words: readonly string[]): boolean {
  const [first = ''] = words;
  const builds =
    (first === 'alter' && words.slice(0, 4).includes('table')) ||
    (first === 'create' && words.slice(0, 6).includes('index')) ||
    (first === 'drop' && words.slice(0, 3).includes('index')) ||
    first === 'optimize';
  return builds && !words.includes('instant');
}

/** Key words in lower case, quoted names as written; version comments opened; strings left as they are. */
function wordsOf(dialect: Dialect, statement: Statement): readonly string[] {
  const words = tokensOf(dialect, statement.sql).map((token) =>
    token.kind === 'word' ? token.text.toLowerCase() : token.text,
  );
  return setsFor(words) ? words.slice(words.indexOf('for') + 1) : words;
}

/** MariaDB: `SET STATEMENT max_statement_time = 5 FOR ALTER TABLE …` is what stands behind FOR. */
function setsFor(words: readonly string[]): boolean {
  return words[0] === 'set' && words[1] === 'statement' && words.includes('for');
}

function cursor(dialect: Dialect, statement: Statement): Words {
  const words = cursorOf(dialect, statement.sql);
  if (words.take('set', 'statement')) while (!words.ended && !words.take('for')) words.skip();
  return words;
}
