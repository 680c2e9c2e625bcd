import type { Statement } from '../../sql/sql.ts';
import type { Settlement, StatementClass } from '../engine.ts';
import { alterationsOf } from './alterations.ts';
import { settlementOf, standsAlone } from './bare.ts';
import { identifier } from './wire.ts';
import { type Words, wordsOf } from './words.ts';

const known = new WeakMap<Statement, StatementClass>();

/**
 * What a statement is, by its key words. PostgreSQL's own parser, compiled to WebAssembly, would know it too; but V8
 * compiles that parser's one huge function anew in the background when it has run a few times, with 600 MiB of memory
 * and a second of a processor that the server needs. So it judges in the tests.
 */
export async function classify(statement: Statement): Promise<StatementClass> {
  let kind = known.get(statement);
  if (kind === undefined) {
    kind = judge(statement);
    known.set(statement, kind);
  }
  return kind;
}

/** Rows in bulk: what they are shows at their first word, and a list of a hundred megabytes of values helps nobody. */
const BULK = /^(insert\s+into|copy)\b/i;

function judge(statement: Statement): StatementClass {
  if (BULK.test(statement.sql))
    return { inTransaction: 'yes', effect: 'dml', blocksOthers: true, breaks: false };
  const words = () => wordsOf(statement.sql);
  const verb = verbOf(words());
  const effect = EFFECTS[verb];
  // Unknown to us is left to the server to judge.
  if (effect === undefined) return { inTransaction: 'try', effect: 'ddl', blocksOthers: true, breaks: true };
  const bare = standsAlone(words());
  const settlement = bare ? settlementOf(words()) : undefined;
  const unreplayable = unreplayableOf(words());
  const truncated = truncatedBy(words());
  return {
    inTransaction: bare ? 'no' : verb === 'call' || verb === 'do' ? 'try' : 'yes',
    effect: exactEffect(verb, effect, words()),
    blocksOthers: !bare && !waitsHarmlessly(verb, words()),
    breaks: breaksApplications(verb, words()),
    ...(settlement === undefined ? {} : { settlement }),
    ...(unreplayable === undefined ? {} : { unreplayable }),
    ...(truncated === undefined ? {} : { truncates: truncated }),
    ...(bare ? trialOf(settlement, statement.sql) : {}),
    ...(words().take('discard', 'all') ? { freesLock: true } : {}),
  };
}

const EFFECTS: Readonly<Partial<Record<string, StatementClass['effect']>>> = Object.fromEntries([
  ...['set', 'reset', 'prepare', 'deallocate', 'discard', 'listen', 'unlisten', 'load'].map(
    (verb) => [verb, 'session'] as const,
  ),
  ...['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release'].map(
    (verb) => [verb, 'control'] as const,
  ),
  ...['insert', 'update', 'delete', 'merge', 'copy', 'truncate', 'call', 'do', 'execute'].map(
    (verb) => [verb, 'dml'] as const,
  ),
  ...['select', 'values', 'table', 'show', 'explain'].map((verb) => [verb, 'query'] as const),
  ...(
    'alter analyze analyse checkpoint close cluster comment create declare drop fetch grant import lock move notify ' +
    'reassign refresh reindex revoke security vacuum'
  )
    .split(' ')
    .map((verb) => [verb, 'ddl'] as const),
]);

/** The word that says what is done: the first one, or the one after WITH and its parts, or within parentheses. */
function verbOf(words: Words): string {
  while (words.take('(')) {
    // (SELECT …) UNION (SELECT …)
  }
  if (!words.take('with')) return words.next;
  for (let before = 'with'; !words.ended; ) {
    const { next } = words;
    // After these comes a name, which may be any word.
    if (!['with', 'recursive', ','].includes(before) && MAIN.has(next)) return next;
    before = next;
    words.skip();
  }
  return '';
}

const MAIN = new Set(['select', 'insert', 'update', 'delete', 'merge', 'values', 'table']);

function exactEffect(verb: string, effect: StatementClass['effect'], words: Words): StatementClass['effect'] {
  if (words.take('prepare', 'transaction')) return 'control';
  if (verb !== 'select' || !words.take('select')) return effect;
  return words.parts().every(setsConfig) ? 'session' : effect;
}

/** `pg_catalog.set_config('search_path', '', false)`, as pg_dump writes it. */
function setsConfig(target: Words): boolean {
  if (!target.take('pg_catalog', '.', 'set_config') && !target.take('set_config')) return false;
  if (target.options().length === 0) return false;
  if (target.take('as')) target.skip();
  return target.ended;
}

/** Waits for locks that stand in nobody's way: SHARE UPDATE EXCLUSIVE conflicts with no reader or writer (documentation, "Explicit Locking"). */
function waitsHarmlessly(verb: string, words: Words): boolean {
  if (['select', 'values', 'table', 'vacuum', 'analyze', 'analyse', 'reset'].includes(verb)) return true;
  if (words.take('set')) return !words.take('constraints');
  if (words.take('create', 'statistics')) return true;
  const alterations = alterationsOf(words);
  return alterations.length > 0 && alterations.every(({ harmless }) => harmless);
}

/** Not all that can be dropped is what an application names. */
const MAY_GO = new Set(['index', 'database', 'role', 'user', 'group', 'tablespace', 'subscription']);

/** Indexes and comments may go; everything else that is dropped, renamed, retyped or constrained may be missed. */
function breaksApplications(verb: string, words: Words): boolean {
  if (verb === 'do' || verb === 'call') return true;
  if (words.take('drop')) return !MAY_GO.has(words.next);
  if (words.take('create', 'unique', 'index')) return true;
  if (!words.take('alter')) return false;
  // Values of an enum are no objects.
  const isValue = words.next === 'type' && words.has('rename', 'value');
  if (words.has('rename') && !isValue) return true;
  if (words.has('set', 'schema')) return true;
  return alterationsOf(words, true).some(({ breaks }) => breaks);
}

function unreplayableOf(words: Words): string | undefined {
  if (words.take('declare')) return `cursor ${words.name()?.name}`;
  if (words.take('select')) {
    while (!words.ended && words.next !== 'into' && words.next !== 'from') words.skip();
    return words.take('into') ? temporary(words, 'table') : undefined;
  }
  if (!words.take('create')) return undefined;
  words.take('or', 'replace');
  return temporary(words, undefined);
}

/** `[GLOBAL | LOCAL] TEMP[ORARY] [UNLOGGED] [RECURSIVE] TABLE [IF NOT EXISTS] name` and its like. */
function temporary(words: Words, byDefault: string | undefined): string | undefined {
  if (words.oneOf('global', 'local') !== undefined) {
    // Said, and without meaning.
  }
  if (words.oneOf('temp', 'temporary') === undefined) return undefined;
  words.take('recursive');
  const kind = words.oneOf('table', 'sequence', 'view') ?? byDefault;
  words.take('if', 'not', 'exists');
  return kind === undefined ? undefined : `temporary ${kind} ${words.name()?.name}`;
}

function truncatedBy(words: Words): readonly string[] | undefined {
  if (!words.take('truncate')) return undefined;
  words.take('table');
  return words.parts().flatMap((part) => {
    part.take('only');
    const table = part.name();
    if (table === undefined) return [];
    const name = identifier(table.name);
    return [table.schema === undefined ? name : `${identifier(table.schema)}.${name}`];
  });
}

/** Dropping an index and detaching a partition are quick in a transaction, too; building an index is not. */
function trialOf(settlement: Settlement | undefined, sql: string): { readonly trial?: string } {
  if (settlement?.rule === 'run-again') return {};
  if (settlement?.rule === 'index' && settlement.action === 'create') return {};
  const trial = sql.replace(/(^\s*drop\s+index\s+)concurrently\b|\bconcurrently(\s*)$/i, '$1$2');
  return settlement === undefined || trial === sql ? {} : { trial };
}
