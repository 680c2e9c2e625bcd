import { MooringError } from '../../api/api.ts';
import type { CatalogObject } from '../../catalog/catalog.ts';
import type { Dialect } from '../../sql/sql.ts';
import type { Session } from '../engine.ts';
import { accountName, type GrantParts, grantIdentity, grantParts } from './catalog/grants.ts';
import { spelled } from './catalog/names.ts';
import type { EveryRight } from './flavor.ts';
import { type Words, wordsOf } from './words.ts';

export interface GrantPlace {
  readonly dialect: Dialect;
  /** The scratch database. */
  readonly database: string;
  readonly all: EveryRight;
  isRole(name: string): Promise<boolean>;
}

/** Takes objects of kind `grant` for given beforehand; from then on it does not matter whether anybody looks at them. */
export type GiveBeforehand = (grants: readonly CatalogObject[]) => void;

/**
 * In a scratch database rights are not given to anybody: they would be those of the server's accounts, and outlive it. What
 * GRANT and REVOKE say of it is kept, and shows in its catalog as it would. What else they say is refused by whoever
 * `execute` was before. Throws `scratch-refused` when rights were given that the scope does not ask for.
 */
export function believeGrants(session: Session, place: GrantPlace): GiveBeforehand {
  let askedFor = true;
  const grants = new Map<string, Believed>();
  const execute = session.execute.bind(session);
  const readCatalog = session.readCatalog.bind(session);
  session.execute = async (statement) => {
    const said = VERBS.test(statement.sql) ? await readGrant(statement.sql, place) : undefined;
    if (said !== undefined) {
      for (const who of said.accounts) apply(grants, who, said);
      return;
    }
    await execute(statement);
    // Rights on a routine go with it, and do not come back with another of its name.
    const gone = droppedRoutine(statement.sql, place.dialect);
    for (const [identity, { on }] of gone === undefined ? [] : grants)
      if (on === gone) grants.delete(identity);
  };
  session.readCatalog = async (scope, options) => {
    const read = await readCatalog(scope, options);
    const { catalog } = read;
    const objects = new Map(catalog.objects);
    for (const [identity, believed] of grants) {
      const object = objectOf(identity, believed, objects);
      if (object === undefined) continue;
      if (!scope.include.includes('privileges') && !askedFor) continue;
      if (!scope.include.includes('privileges'))
        throw new MooringError(
          'scratch-refused',
          `rights are given (${believed.by}), and nobody is told to look at them`,
          {
            hint: 'Set spec.scope.include: [privileges], or take GRANT and REVOKE out of the files.',
          },
        );
      objects.set(`grant ${identity}`, object);
    }
    // Accounts are none of a scratch database's.
    const include = scope.include.filter((what) => what !== 'owners');
    return { ...read, catalog: { ...catalog, objects, scope: { ...scope, include } } };
  };
  return (given) => {
    askedFor = false;
    for (const { identity, properties } of given) {
      const rights = Array.isArray(properties.privileges) ? properties.privileges.map(String) : [];
      const { on } = grantParts(identity);
      grants.set(identity, { rights: new Set(rights), may: properties.grantOption === true, on, by: '' });
    }
  };
}

const VERBS = /^\s*(?:grant|revoke)\b/i;

interface Believed {
  readonly rights: Set<string>;
  may: boolean;
  readonly on: GrantParts['on'];
  /** The first statement that spoke of it, for errors. */
  readonly by: string;
}

interface Said {
  readonly gives: boolean;
  readonly rights: readonly string[];
  readonly option: boolean;
  readonly on: GrantParts['on'];
  readonly accounts: readonly string[];
  readonly sql: string;
}

function apply(grants: Map<string, Believed>, who: string, said: Said): void {
  const identity = grantIdentity({ who, on: said.on });
  const by = said.sql.trim().replace(/\s+/g, ' ').slice(0, 80);
  const believed = grants.get(identity) ?? { rights: new Set(), may: false, on: said.on, by };
  grants.set(identity, believed);
  for (const right of said.rights) {
    if (said.gives) believed.rights.add(right);
    else believed.rights.delete(right);
  }
  if (said.option) believed.may = said.gives;
}

function objectOf(
  identity: string,
  { rights, may, on }: Believed,
  objects: ReadonlyMap<string, CatalogObject>,
): CatalogObject | undefined {
  if (rights.size === 0 && !may) return undefined;
  const isTable = on.startsWith('table ');
  const key = (isTable ? ['table', 'view', 'sequence'].map((kind) => on.replace('table', kind)) : [on]).find(
    (each) => objects.has(each),
  );
  if (key === undefined && on !== 'database' && !isTable) return undefined;
  return {
    kind: 'grant',
    identity,
    properties: { privileges: [...rights].sort(), ...(may ? { grantOption: true } : {}) },
    dependsOn: key === undefined ? [] : [key],
  };
}

/** A statement about the database and what is in it; undefined where it is about anything else, or says more. */
async function readGrant(sql: string, place: GrantPlace): Promise<Said | undefined> {
  const words = wordsOf(place.dialect, sql);
  const gives = words.take('grant');
  if (!gives && !words.take('revoke')) return undefined;
  words.take('if', 'exists');
  const rights = rightsIn(words);
  const on = rights === undefined ? undefined : objectIn(words, place.database);
  if (rights === undefined || on === undefined || !words.take(gives ? 'to' : 'from')) return undefined;
  const tail = accountsIn(sql.slice(sql.search(gives ? /\bto\b(?!.*\bto\b)/is : /\bfrom\b(?!.*\bfrom\b)/is)));
  if (tail === undefined) return undefined;
  const accounts: string[] = [];
  for (const { user, host } of tail.accounts) {
    const isRole = host === undefined && (user === 'PUBLIC' || (await place.isRole(user)));
    accounts.push(accountName(user, isRole ? '' : (host ?? '%')));
  }
  const [kind = ''] = on.split(' ');
  const level = kind === 'database' || kind === 'table' ? place.all[kind] : place.all.routine;
  return {
    gives,
    rights: rights.flatMap((right) =>
      right === 'ALL' ? level : right === 'USAGE' || right === GRANT ? [] : [right],
    ),
    option: tail.option || rights.includes(GRANT),
    on,
    accounts,
    sql,
  };
}

const GRANT = 'GRANT OPTION';

/** `SELECT (a, b), INSERT` → `SELECT (a)`, `SELECT (b)`, `INSERT`; stands at ON afterwards. */
function rightsIn(words: Words): readonly string[] | undefined {
  const rights: string[] = [];
  while (!words.ended && words.next !== 'on') {
    const name: string[] = [];
    while (!words.ended && words.next !== 'on' && words.next !== ',' && words.next !== '(') {
      if (words.next === '') return undefined;
      name.push(words.next.toUpperCase());
      words.skip();
    }
    if (name[0] === 'ALL') name.splice(1);
    const columns = words.next === '(' ? words.options().map((column) => column.name()?.name) : [];
    for (const column of columns) if (column === undefined) return undefined;
    const right = name.join(' ');
    rights.push(
      ...(columns.length === 0 ? [right] : columns.map((column) => `${right} (${spelled(column ?? '')})`)),
    );
    words.take(',');
  }
  return words.take('on') && rights.length > 0 ? rights : undefined;
}

function droppedRoutine(sql: string, dialect: Dialect): GrantParts['on'] | undefined {
  if (!/^\s*drop\b/i.test(sql)) return undefined;
  const words = wordsOf(dialect, sql);
  words.take('drop');
  const kind = words.take('package', 'body')
    ? 'package body'
    : words.oneOf('function', 'procedure', 'package');
  words.take('if', 'exists');
  const name = words.name()?.name;
  return kind === undefined || name === undefined ? undefined : `${kind} ${spelled(name)}`;
}

function objectIn(words: Words, database: string): string | undefined {
  const kind = words.take('package', 'body')
    ? 'package body'
    : (words.oneOf('table', 'function', 'procedure', 'package') ?? 'table');
  if (words.take('*')) return words.next === '.' ? undefined : 'database';
  const named = words.name();
  if (named === undefined) return undefined;
  if (named.schema !== undefined && named.schema !== database) return undefined;
  return `${kind} ${spelled(named.name)}`;
}

interface Tail {
  readonly accounts: readonly { readonly user: string; readonly host?: string }[];
  readonly option: boolean;
}

/** From TO or FROM to the end. */
function accountsIn(text: string): Tail | undefined {
  const [, list = '', option] = /^\w+\s+(.*?)(\s+with\s+grant\s+option)?[\s;]*$/is.exec(text) ?? [];
  const accounts: { user: string; host?: string }[] = [];
  const each = new RegExp(`\\s*(${NAME})(?:\\s*@\\s*(${NAME}))?\\s*(,|$)`, 'gy');
  let end = 0;
  for (const [all, user = '', host] of list.matchAll(each)) {
    accounts.push({ user: bare(user), ...(host === undefined ? {} : { host: bare(host) }) });
    end += all.length;
  }
  if (accounts.length === 0 || end !== list.length || /^current_user$/i.test(accounts[0]?.user ?? ''))
    return undefined;
  return { accounts, option: option !== undefined };
}

const NAME = '`(?:[^`]|``)*`|\'(?:[^\'\\\\]|\'\')*\'|"(?:[^"\\\\]|"")*"|[\\w$.%-]+';

function bare(name: string): string {
  const [quote = ''] = name;
  return '`\'"'.includes(quote) ? name.slice(1, -1).replaceAll(quote + quote, quote) : name;
}
