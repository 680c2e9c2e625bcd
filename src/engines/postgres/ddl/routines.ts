import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alter, Creation, Draft, KindRules, World } from '../../rules.ts';
import { shellMakers, typesServed } from './base-types.ts';
import { IS_TYPE } from './columns.ts';
import { type PartNames, partChanges, partsOf } from './parts.ts';
import { dollarQuoted, lastPart, listOf, quoted, textOf, wordsOf } from './text.ts';

/** Functions and procedures. Texts of those that are strings are not checked where they are made. */
export const routines: KindRules = {
  weight: 45,
  create(routine, context): Creation {
    const parts = partsOf(routine, namesOf(routine), context);
    const serves = typesServed(routine, context.after);
    if (serves.length > 0)
      return {
        main: {
          sql: createSql(routine),
          needs: shellMakers(routine, context.after),
          defers: serves.map(keyOf),
        },
        parts,
      };
    if (!context.apart(keyOf(routine)) || !isSqlBody(routine))
      return { main: { sql: createSql(routine) }, parts };
    const later = routine.dependsOn.filter((key) => !IS_TYPE.test(key));
    const shell = { ...routine, properties: { ...routine.properties, body: shellBody(routine) } };
    const whole: Draft = { sql: createSql(routine), stage: 'part', needs: later, defers: later };
    return { main: { sql: createSql(shell) }, parts: [whole, ...parts] };
  },
  drop: (routine) => [{ sql: `DROP ${word(routine)} ${routine.identity}` }],
  alter({ before, after, changed, disturbed }, context): Alter | undefined {
    const parts = partChanges(before, after, namesOf(after), context);
    if (disturbed.length > 0 || !isReplaceable(before, after)) return undefined;
    const own = [...changed].some(
      (name) => !['comment', 'owner', 'privileges', 'dependsOnExtensions'].includes(name),
    );
    return { statements: [...(own ? [{ sql: createSql(after) }] : []), ...parts] };
  },
  mayNeed: namedInBody,
  goesWith: (routine, { before }) => typesServed(routine, before).map(keyOf),
  names: ({ identity }) => [`routine ${identity}`],
  rivals: (routine, other) => {
    const name = routineName(routine.identity);
    return [...other.kinds('function'), ...other.kinds('procedure')]
      .filter((each) => routineName(each.identity) === name && isAmbiguous(routine, each))
      .map(keyOf);
  },
};

/** A call with the arguments that both take may mean either: defaults make up for the rest. */
function isAmbiguous(one: CatalogObject, two: CatalogObject): boolean {
  const [a, b] = [signatureOf(one), signatureOf(two)];
  if (a.types.length === b.types.length) return false;
  const least = Math.max(a.least, b.least);
  const most = Math.min(a.types.length, b.types.length);
  return least <= most && a.types.slice(0, most).every((type, at) => type === b.types[at]);
}

/** Types of what is given to it, and how many have to be. */
function signatureOf(routine: CatalogObject): { readonly types: readonly string[]; readonly least: number } {
  const types = splitArguments(routine.identity.slice(routineName(routine.identity).length + 1, -1)).map(
    ({ text }) => text,
  );
  const optional = splitArguments(textOf(routine, 'arguments') ?? '').filter(({ hasDefault }) => hasDefault);
  return { types, least: types.length - optional.length };
}

function word({ kind }: CatalogObject): string {
  return kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION';
}

/** `public.f(integer, text)` → `public.f`. */
export function routineName(identity: string): string {
  return /^(?:"(?:[^"]|"")*"|[^"(])+/u.exec(identity)?.[0] ?? identity;
}

function createSql(routine: CatalogObject): string {
  const { properties, identity } = routine;
  const returns = textOf(routine, 'returns');
  const lines = [
    `CREATE OR REPLACE ${word(routine)} ${routineName(identity)}(${textOf(routine, 'arguments')})`,
    ...(returns === undefined ? [] : [`RETURNS ${returns}`]),
    `LANGUAGE ${languageName(textOf(routine, 'language') ?? '')}`,
    ...listOf(routine, 'transforms')
      .slice(0, 1)
      .map(
        () =>
          `TRANSFORM ${listOf(routine, 'transforms')
            .map((type) => `FOR TYPE ${type}`)
            .join(', ')}`,
      ),
    ...attributes(routine),
    ...settings(routine),
  ];
  if (isSqlBody(routine)) return `${lines.join('\n')}\n${properties.body}`;
  const binary = textOf(routine, 'binary');
  const body = textOf(routine, 'body') ?? '';
  const source = binary === undefined ? dollarQuoted(body) : `${quoted(binary)}, ${quoted(body)}`;
  return `${lines.join('\n')}\nAS ${source}`;
}

function languageName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function attributes(routine: CatalogObject): readonly string[] {
  const { volatility, strict, securityDefiner, leakproof, parallel, cost, rows, support, window } =
    routine.properties;
  return [
    ...(window === true ? ['WINDOW'] : []),
    ...(volatility === undefined ? [] : [String(volatility).toUpperCase()]),
    ...(strict === true ? ['STRICT'] : []),
    ...(securityDefiner === true ? ['SECURITY DEFINER'] : []),
    ...(leakproof === true ? ['LEAKPROOF'] : []),
    ...(parallel === undefined ? [] : [`PARALLEL ${String(parallel).toUpperCase()}`]),
    ...(cost === undefined ? [] : [`COST ${cost}`]),
    ...(rows === undefined ? [] : [`ROWS ${rows}`]),
    ...(support === undefined ? [] : [`SUPPORT ${support}`]),
  ];
}

/** Settings that are lists of quoted names: the server keeps them as it would take them (GUC_LIST_QUOTE in its source). */
const LISTS = new Set(
  'local_preload_libraries search_path session_preload_libraries shared_preload_libraries temp_tablespaces unix_socket_directories'.split(
    ' ',
  ),
);

function settings(routine: CatalogObject): readonly string[] {
  return listOf(routine, 'config').map((setting) => {
    const at = setting.indexOf('=');
    const [name, value] = [setting.slice(0, at), setting.slice(at + 1)];
    if (!LISTS.has(name.toLowerCase())) return `SET ${settingName(name)} TO ${quoted(value)}`;
    const items = value.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? [];
    const list = items.map((item) =>
      quoted(item.startsWith('"') ? item.slice(1, -1).replaceAll('""', '"') : item),
    );
    return `SET ${name} TO ${list.length === 0 ? "''" : list.join(', ')}`;
  });
}

function settingName(name: string): string {
  return name
    .split('.')
    .map((part) => (/^[A-Za-z_][\w$]*$/.test(part) ? part : `"${part}"`))
    .join('.');
}

/** A body that the server keeps parsed (PostgreSQL 14): it depends on what it names. */
function isSqlBody(routine: CatalogObject): boolean {
  return (
    routine.properties.language === 'sql' && /^(BEGIN ATOMIC\s|RETURN\s)/.test(textOf(routine, 'body') ?? '')
  );
}

function shellBody(routine: CatalogObject): string {
  return routine.kind === 'procedure' ? '' : 'SELECT NULL';
}

/** CREATE OR REPLACE takes what callers cannot notice: neither names nor types of parameters, no lost default, no other result. */
function isReplaceable(before: CatalogObject, after: CatalogObject): boolean {
  const same = (name: string): boolean => before.properties[name] === after.properties[name];
  if (!same('returns') || !same('window')) return false;
  const [was, is] = [
    splitArguments(textOf(before, 'arguments') ?? ''),
    splitArguments(textOf(after, 'arguments') ?? ''),
  ];
  return (
    was.length === is.length &&
    was.every(({ text, hasDefault }, at) => is[at]?.text === text && (!hasDefault || is[at].hasDefault))
  );
}

function splitArguments(text: string): readonly { readonly text: string; readonly hasDefault: boolean }[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === "'" || sign === '"') {
      const end = text.indexOf(sign, at + 1);
      at = end < 0 ? text.length : end;
    } else if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  if (text.trim() !== '') parts.push(text.slice(start).trim());
  return parts.map((part) => {
    const [name = ''] = part.split(/ DEFAULT /);
    return { text: name, hasDefault: name !== part };
  });
}

/** Objects whose names stand in the text of a body that the server does not look into. */
function namedInBody(routine: CatalogObject, world: World): readonly string[] {
  const language = textOf(routine, 'language');
  if (language !== 'sql' && language !== 'plpgsql') return [];
  const known = namesIn(world);
  const own = keyOf(routine);
  const found: string[] = [];
  for (const word of wordsOf(textOf(routine, 'body') ?? ''))
    for (const key of known.get(word.toLowerCase()) ?? []) if (key !== own) found.push(key);
  return found;
}

const NAMED = new Set([
  'table',
  'view',
  'materialized view',
  'function',
  'procedure',
  'sequence',
  'enum',
  'domain',
  'composite type',
  'foreign table',
  'aggregate',
]);
const cache = new WeakMap<World, ReadonlyMap<string, readonly string[]>>();

function namesIn(world: World): ReadonlyMap<string, readonly string[]> {
  const known = cache.get(world);
  if (known !== undefined) return known;
  const names = new Map<string, string[]>();
  for (const [key, { kind, identity }] of world.objects) {
    if (!NAMED.has(kind)) continue;
    const name = lastPart(routineName(identity)).toLowerCase();
    const list = names.get(name);
    if (list === undefined) names.set(name, [key]);
    else list.push(key);
  }
  cache.set(world, names);
  return names;
}

function namesOf(routine: CatalogObject): PartNames {
  const on = `${word(routine)} ${routine.identity}`;
  return { comment: on, owner: on, grants: { on, type: 'routine' } };
}
