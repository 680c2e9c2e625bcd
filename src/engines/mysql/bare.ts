import type { DefinedObject, QualifiedName, Settlement } from '../engine.ts';
import type { Words } from './words.ts';

/** Run again without harm: they change nothing that a reader sees, or say the same a second time. */
const RUN_AGAIN = ['analyze', 'optimize', 'check', 'repair', 'checksum', 'flush', 'grant'];
/** Of the session, which is another after a loss; and what has nothing to end, for each statement is committed. */
const OF_SESSION = ['lock', 'unlock', 'set', 'use', 'prepare', 'deallocate', 'begin', 'start', 'commit'];

/**
 * How an interrupted statement is judged that commits by itself; only those of the closed list (design §4.4): DDL that is
 * atomic for each object ("Atomic Data Definition Statement Support" in MySQL's manual, "Atomic DDL" in MariaDB's).
 */
export function settlementOf(words: Words): Settlement | undefined {
  if (words.oneOf(...RUN_AGAIN, ...OF_SESSION) !== undefined || words.take('drop', 'prepare'))
    return { rule: 'run-again' };
  switch (words.oneOf('create', 'drop', 'alter', 'rename', 'truncate')) {
    case 'create':
      return created(words);
    case 'drop':
      return defined(dropped(words));
    case 'alter':
      return altered(words);
    case 'rename':
      return words.oneOf('table', 'tables') === undefined ? undefined : defined(renamed(words));
    case 'truncate':
      words.take('table');
      return defined(about('table', 'emptied', words.name()));
    default:
      return undefined;
  }
}

const KINDS = [
  'table',
  'view',
  'trigger',
  'procedure',
  'function',
  'event',
  'database',
  'schema',
  'sequence',
  'package',
];

function defined(objects: readonly DefinedObject[]): Settlement | undefined {
  return objects.length === 0 ? undefined : { rule: 'definition', objects };
}

function about(
  kind: string,
  change: DefinedObject['change'],
  name: QualifiedName | undefined,
): readonly DefinedObject[] {
  return name === undefined ? [] : [{ kind, name, change }];
}

/** The kind of object that comes next, after what may stand before it (DEFINER = …, ALGORITHM = …, UNIQUE, …). */
function kindOf(words: Words): string | undefined {
  for (;;) {
    const kind = words.oneOf(...KINDS, 'index', ...OTHER_KINDS);
    if (kind === 'schema') return 'database';
    if (kind === 'package') return words.take('body') ? 'package body' : 'package';
    if (kind !== undefined || words.ended) return kind;
    words.skip();
  }
}

/** Kinds without a rule: the words behind them are not looked at. */
const OTHER_KINDS = ['user', 'role', 'server', 'tablespace', 'logfile', 'instance', 'reference', 'resource'];

function created(words: Words): Settlement | undefined {
  const replaces = words.take('or', 'replace');
  const kind = kindOf(words);
  words.take('if', 'not', 'exists');
  if (kind === 'index') return defined(indexed(words));
  if (kind === undefined || OTHER_KINDS.includes(kind)) return undefined;
  const name = words.name();
  // A function of a shared library.
  if (kind === 'function' && words.has('soname')) return undefined;
  const objects = about(kind, replaces ? 'changed' : 'made', name);
  const filled = kind === 'table' && ['select', 'with', 'table', 'values'].some((verb) => words.has(verb));
  return objects.length === 0 ? undefined : { rule: 'definition', objects, ...(filled ? { filled } : {}) };
}

/** `name [USING …] ON table`; the definition of the table tells of its indexes. */
function indexed(words: Words): readonly DefinedObject[] {
  if (words.name() === undefined) return [];
  while (!words.ended && !words.take('on')) words.skip();
  return keeping(about('table', 'changed', words.name()));
}

function keeping(objects: readonly DefinedObject[]): readonly DefinedObject[] {
  return objects.map((object) => ({ ...object, keeps: true }));
}

function dropped(words: Words): readonly DefinedObject[] {
  const kind = words.oneOf('tables') === undefined ? kindOf(words) : 'table';
  words.take('if', 'exists');
  if (kind === 'index') return indexed(words);
  if (kind === undefined || OTHER_KINDS.includes(kind)) return [];
  const all = words.parts().map((part) => about(kind, 'gone', part.name()));
  return all.some((each) => each.length === 0) ? [] : all.flat();
}

function altered(words: Words): Settlement | undefined {
  const kind = kindOf(words);
  if (kind === undefined || kind === 'index' || OTHER_KINDS.includes(kind)) return undefined;
  words.take('if', 'exists');
  // ALTER DATABASE without a name means the one in use.
  const name = words.name();
  if (name === undefined || (kind === 'sequence' && words.has('restart'))) return undefined;
  if (kind !== 'table') {
    const moved = kind === 'event' ? renamedTo(words) : undefined;
    return defined(moved === undefined ? about(kind, 'changed', name) : moves(kind, name, moved));
  }
  const parts = words.parts();
  // As dumps have it around their rows.
  if (parts.every((part) => part.take('disable', 'keys') || part.take('enable', 'keys')))
    return { rule: 'run-again' };
  // What these do does not show in a definition.
  if (parts.some((part) => part.oneOf('exchange', 'discard', 'import', 'truncate') !== undefined))
    return undefined;
  const takes = parts.some((part) => ['drop', 'rename', 'change'].includes(part.next));
  const moved = parts.map(renamedTo).find((to) => to !== undefined);
  if (moved !== undefined) return defined(moves(kind, name, moved));
  const objects = about(kind, 'changed', name);
  return defined(takes ? objects : keeping(objects));
}

/** `RENAME [TO | AS | =] name`, not that of a column or an index. */
function renamedTo(words: Words): QualifiedName | undefined {
  while (!words.ended && !words.take('rename')) words.skip();
  if (words.ended || ['column', 'index', 'key'].includes(words.next)) return undefined;
  words.oneOf('to', 'as', '=');
  return words.name();
}

function moves(kind: string, from: QualifiedName, to: QualifiedName): readonly DefinedObject[] {
  // An unqualified new name stays where the old one was.
  const schema = to.schema ?? from.schema;
  const target = { ...(schema === undefined ? {} : { schema }), name: to.name };
  return [...about(kind, 'gone', from), ...about(kind, 'made', target)];
}

/** `a TO b, b TO c, …`: only what is there before or afterwards counts. Names that change hands are told apart by nothing. */
function renamed(words: Words): readonly DefinedObject[] {
  words.take('if', 'exists');
  const pairs = words.parts().map((part) => {
    const from = part.name();
    while (!part.ended && !part.take('to')) part.skip();
    return { from, to: part.name() };
  });
  const objects = new Map<string, DefinedObject>();
  for (const { from, to } of pairs) {
    if (from === undefined || to === undefined) return [];
    const [old, fresh] = [keyOf(from), keyOf(to)];
    if (objects.has(old) || objects.has(fresh)) return [];
    for (const each of about('table', 'gone', from)) objects.set(old, each);
    for (const each of about('table', 'made', to)) objects.set(fresh, each);
  }
  return [...objects.values()];
}

function keyOf({ schema, name }: QualifiedName): string {
  return JSON.stringify([schema ?? '', name]);
}
