import type { Catalog, CatalogObject } from '../../catalog/catalog.ts';
import type { Dialect, Token } from '../../sql/sql.ts';
import type { Session } from '../engine.ts';
import { unspelled } from './catalog/names.ts';
import { insideOf } from './words.ts';

/** A statement about an event as it is run where no event may run. */
export type PutToSleep = (sql: string) => string;

/**
 * In a scratch database events are there and do nothing: they are made, and stay, disabled, and show in its catalog as they
 * would be. The function does the same to statements that make what is not there yet, run in another way.
 */
export function sleepingEvents(session: Session, dialect: Dialect): PutToSleep {
  /** Of each by its name, in lower case: it would be enabled. */
  const events = new Map<string, boolean>();
  const execute = session.execute.bind(session);
  const readCatalog = session.readCatalog.bind(session);
  const heed = ({ verb, name, renamed, status, ifMissing }: EventStatement): void => {
    if (ifMissing && events.has(name)) return;
    const isAwake =
      status === undefined ? (verb === 'create' || events.get(name)) === true : status === 'enable';
    events.delete(name);
    if (verb !== 'drop') events.set(renamed ?? name, isAwake);
  };
  session.execute = async (statement) => {
    const { sql, event } = asleep(dialect, statement.sql);
    await execute({ ...statement, sql });
    if (event !== undefined) heed(event);
  };
  session.readCatalog = async (scope, options) => {
    const read = await readCatalog(scope, options);
    const awake = new Set([...events].flatMap(([name, isAwake]) => (isAwake ? [name] : [])));
    return awake.size === 0 ? read : { ...read, catalog: awoken(read.catalog, awake, dialect) };
  };
  return (text) => {
    const { sql, event } = asleep(dialect, text);
    if (event !== undefined) heed(event);
    return sql;
  };
}

function asleep(dialect: Dialect, sql: string): { readonly sql: string; readonly event?: EventStatement } {
  if (!/\bevent\b/i.test(sql)) return { sql };
  const text = opened(dialect, sql);
  const event = eventIn(dialect, text);
  if (event === undefined) return { sql };
  const { verb, place, before, status } = event;
  if (verb === 'drop' || status === 'disable') return { sql, event };
  if (place !== undefined)
    return { sql: `${text.slice(0, place.start)}DISABLE${text.slice(endOf(place))}`, event };
  return { sql: verb === 'create' ? `${text.slice(0, before)} DISABLE ${text.slice(before)}` : sql, event };
}

interface EventStatement {
  readonly verb: 'create' | 'alter' | 'drop';
  readonly name: string;
  /** Nothing happens where it is there. */
  readonly ifMissing: boolean;
  readonly renamed?: string;
  readonly status?: 'enable' | 'disable';
  /** Of the word that says whether it is enabled. */
  readonly place?: Token;
  /** Where such a word may stand. */
  readonly before: number;
}

/** Without the comments around what a dump says to servers of a version and newer. */
function opened(dialect: Dialect, sql: string): string {
  let text = sql;
  for (const token of dialect.tokens({ file: '', text: sql }).toReversed()) {
    const inner = insideOf(token);
    if (inner !== undefined) text = text.slice(0, token.start) + inner + text.slice(endOf(token));
  }
  return text;
}

/** Undefined: it is about something else. */
function eventIn(dialect: Dialect, sql: string): EventStatement | undefined {
  const tokens = dialect.tokens({ file: '', text: sql });
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : ''));
  const [verb = ''] = words;
  if (verb !== 'create' && verb !== 'alter' && verb !== 'drop') return undefined;
  const at = words.indexOf('event');
  // Between them stand OR REPLACE and DEFINER = name@host.
  if (at < 1 || at > 10 || words.slice(1, at).some((word) => OTHERS.has(word))) return undefined;
  let next = at + 1;
  const ifMissing = words[next] === 'if' && words[next + 1] === 'not';
  while (['if', 'not', 'exists'].includes(words[next] ?? '')) next += 1;
  const name = lastName(tokens, next);
  const body = words.findIndex((word, n) => n > next && word === 'do');
  const end = body < 0 ? tokens.length : body;
  const find = (...texts: readonly string[]): number =>
    words.findIndex((word, n) => n > next && n < end && texts.includes(word));
  const status = find('enable', 'disable');
  const comment = words.findIndex(
    (word, n) => n > next && n < end && word === 'comment' && tokens[n + 1]?.kind === 'string',
  );
  const rename = find('rename');
  const place = tokens[status];
  const stop = comment < 0 ? end : comment;
  return {
    verb,
    name,
    ifMissing,
    ...(rename < 0 ? {} : { renamed: lastName(tokens, rename + 2) }),
    ...(place === undefined ? {} : { place, status: words[status] as 'enable' | 'disable' }),
    before: tokens[stop]?.start ?? sql.length,
  };
}

const OTHERS = new Set(['table', 'view', 'trigger', 'procedure', 'function', 'index', 'database', 'user']);

/** `shop.tidy` → tidy. */
function lastName(tokens: readonly Token[], from: number): string {
  const at = tokens[from + 1]?.text === '.' ? from + 2 : from;
  return (tokens[at]?.text ?? '')
    .replace(/^`(.*)`$/s, '$1')
    .replaceAll('``', '`')
    .toLowerCase();
}

function endOf({ start, text }: Token): number {
  return start + text.length;
}

function awoken(catalog: Catalog, awake: ReadonlySet<string>, dialect: Dialect): Catalog {
  const objects = new Map<string, CatalogObject>();
  for (const [key, object] of catalog.objects) {
    const isAwake = object.kind === 'event' && awake.has(unspelled(object.identity).toLowerCase());
    const { source } = object.properties;
    objects.set(
      key,
      isAwake && typeof source === 'string'
        ? { ...object, properties: { ...object.properties, source: enabled(source, dialect) } }
        : object,
    );
  }
  return { ...catalog, objects };
}

function enabled(source: string, dialect: Dialect): string {
  const place = eventIn(dialect, `CREATE ${source}`)?.place;
  if (place === undefined) return source;
  const shift = 'CREATE '.length;
  return `${source.slice(0, place.start - shift)}ENABLE${source.slice(endOf(place) - shift)}`;
}
