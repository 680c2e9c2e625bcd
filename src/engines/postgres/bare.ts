import type { Settlement } from '../engine.ts';
import type { Words } from './words.ts';

/** Statements with PreventInTransactionBlock() in PostgreSQL 14–18 (src/backend/tcop/utility.c and commands/). */
export function standsAlone(words: Words): boolean {
  switch (words.oneOf(...VERBS)) {
    case 'create':
      if (words.next === 'database' || words.next === 'tablespace') return true;
      if (words.take('subscription')) return connects(words);
      words.take('unique');
      return words.take('index', 'concurrently');
    case 'drop':
      if (['database', 'tablespace', 'subscription'].includes(words.next)) return true;
      return words.take('index', 'concurrently');
    case 'alter':
      return altersAlone(words);
    case 'reindex':
      return reindexesAlone(words);
    case 'vacuum':
      return true;
    case 'cluster':
      return namesNoTable(words);
    case 'discard':
      return words.next === 'all';
    case 'commit':
    case 'rollback':
      return words.next === 'prepared';
    default:
      return false;
  }
}

const VERBS = ['create', 'drop', 'alter', 'reindex', 'vacuum', 'cluster', 'discard', 'commit', 'rollback'];

/** How an interrupted one of them is judged; only those of the closed list (design §4.4). */
export function settlementOf(words: Words): Settlement | undefined {
  switch (words.oneOf(...VERBS)) {
    case 'vacuum':
    case 'cluster':
      return { rule: 'run-again' };
    case 'reindex':
      return reindexSettlement(words);
    case 'create':
      words.take('unique');
      return words.take('index', 'concurrently') ? createdIndex(words) : undefined;
    case 'drop':
      return words.take('index', 'concurrently') ? droppedIndex(words) : undefined;
    case 'alter':
      return words.take('system') ? { rule: 'run-again' } : detached(words);
    default:
      return undefined;
  }
}

function altersAlone(words: Words): boolean {
  if (words.take('system')) return true;
  if (words.take('database')) return words.name() !== undefined && words.take('set', 'tablespace');
  if (words.take('subscription')) {
    words.name();
    return words.take('refresh') || ['set', 'add', 'drop'].some((verb) => words.take(verb, 'publication'));
  }
  return detached(words) !== undefined;
}

/** Making its slot on the other server cannot be taken back: unless it is told not to. */
function connects(words: Words): boolean {
  while (!words.ended && !words.take('with')) words.skip();
  return !words
    .options()
    .some((option) => option.oneOf('connect', 'create_slot') !== undefined && isOff(option));
}

function reindexesAlone(words: Words): boolean {
  const options = words.options();
  const kind = words.oneOf(...REINDEXED);
  return (kind !== 'index' && kind !== 'table') || isConcurrent(words, options);
}

const REINDEXED = ['index', 'table', 'schema', 'database', 'system'];

function reindexSettlement(words: Words): Settlement {
  const options = words.options();
  const kind = words.oneOf(...REINDEXED);
  if (!isConcurrent(words, options)) return { rule: 'run-again' };
  const name = words.name();
  if ((kind === 'index' || kind === 'table' || kind === 'schema') && name !== undefined)
    return { rule: 'reindex', of: kind, name };
  return { rule: 'reindex', of: 'database' };
}

/** `REINDEX (CONCURRENTLY) TABLE t`, `REINDEX TABLE CONCURRENTLY t`. */
function isConcurrent(words: Words, options: readonly Words[]): boolean {
  if (words.take('concurrently')) return true;
  return options.some((option) => option.take('concurrently') && !isOff(option));
}

/** CLUSTER, CLUSTER VERBOSE, CLUSTER (VERBOSE): every table that is marked. */
function namesNoTable(words: Words): boolean {
  words.options();
  words.take('verbose');
  return words.ended;
}

/** `CREATE INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table …`; the server makes up the name of one without. */
function createdIndex(words: Words): Settlement | undefined {
  words.take('if', 'not', 'exists');
  if (words.next === 'on') return undefined;
  const index = words.name();
  if (index === undefined || !words.take('on')) return undefined;
  words.take('only');
  const table = words.name();
  if (table === undefined) return undefined;
  // An index always lies in its table's schema; its name is written without one.
  const schema = table.schema === undefined ? {} : { schema: table.schema };
  return { rule: 'index', action: 'create', name: { ...schema, name: index.name }, table };
}

function droppedIndex(words: Words): Settlement | undefined {
  words.take('if', 'exists');
  const name = words.name();
  return name === undefined || words.next === ',' ? undefined : { rule: 'index', action: 'drop', name };
}

/** `TABLE t DETACH PARTITION p CONCURRENTLY`. */
function detached(words: Words): Settlement | undefined {
  if (!words.take('table')) return undefined;
  words.take('if', 'exists');
  words.take('only');
  const table = words.name();
  words.take('*');
  if (table === undefined || !words.take('detach', 'partition')) return undefined;
  const partition = words.name();
  if (partition === undefined || !words.take('concurrently')) return undefined;
  return { rule: 'detach', table, partition };
}

/** A boolean option is on when it stands without a value. */
function isOff(option: Words): boolean {
  option.take('=');
  return ['off', 'false', '0', 'no', "'off'", "'false'", "'0'", "'no'"].some((value) => option.take(value));
}
