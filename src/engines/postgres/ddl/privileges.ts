import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft, RuleContext } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { listOf, schemaPrefix, textOf } from './text.ts';

export interface Grants {
  /** `TABLE public.orders`. */
  readonly on: string;
  readonly type: GrantType;
  /** In parentheses after each privilege, for a column. */
  readonly column?: string;
}

/** What may be granted on an object. */
export type GrantType = keyof typeof ALL;

const ALL = {
  table: 'DELETE INSERT MAINTAIN REFERENCES SELECT TRIGGER TRUNCATE UPDATE'.split(' '),
  column: 'INSERT REFERENCES SELECT UPDATE'.split(' '),
  sequence: 'SELECT UPDATE USAGE'.split(' '),
  routine: ['EXECUTE'],
  type: ['USAGE'],
  schema: 'CREATE USAGE'.split(' '),
  usage: ['USAGE'],
  language: ['USAGE'],
  'large object': 'SELECT UPDATE'.split(' '),
} as const satisfies Record<string, readonly string[]>;

/** What everybody may do with a new object unless that is taken away. */
const PUBLIC: Partial<Record<GrantType, string>> = { routine: 'EXECUTE', type: 'USAGE', language: 'USAGE' };

/** Privilege → may be granted on. */
export type Rights = ReadonlyMap<string, boolean>;
/** By grantee, ` by <grantor>` behind it where that is not the owner. */
export type Acl = ReadonlyMap<string, Rights>;

/** GRANT and REVOKE that lead from one's privileges to the other's; `before` undefined: it has just been made. */
export function grantChanges(
  before: CatalogObject | undefined,
  after: CatalogObject,
  grants: Grants,
  context: RuleContext,
): readonly Draft[] {
  const { major } = context.after;
  const read = (object: CatalogObject | undefined): Acl =>
    object?.properties.privileges === undefined
      ? defaultRights(grants.type, major)
      : rightsOf(object, 'privileges');
  const owner = textOf(after, 'owner');
  const is = read(after);
  const sql = new Set(rightStatements(read(before), is, grants, { owner, major }));
  // Default privileges may have given it more, or less, than the server's own: the same said twice does no harm.
  const given = before === undefined ? givenByDefault(after, grants.type, context) : undefined;
  if (given !== undefined) {
    for (const statement of rightStatements(given, is, grants, { owner, major })) sql.add(statement);
    const taken = rightStatements(new Map(), new Map([...is].filter(([who]) => who !== '(owner)')), grants, {
      owner,
      major,
    });
    for (const statement of taken) sql.add(statement);
  }
  return [...sql]
    .sort((a, b) => Number(a.startsWith('GRANT')) - Number(b.startsWith('GRANT')))
    .map((statement): Draft => {
      const hazards = before === undefined ? {} : { hazards: [hazard('privilege-change', after, statement)] };
      return { sql: statement, stage: 'part', ...hazards };
    });
}

const OBJECTS: Partial<Record<GrantType, string>> = {
  table: 'tables',
  sequence: 'sequences',
  routine: 'functions',
  type: 'types',
  schema: 'schemas',
};

/** What default privileges that stay, of whatever role, grant beyond the server's own. */
function givenByDefault(
  object: CatalogObject,
  type: GrantType,
  { before, fate }: RuleContext,
): Acl | undefined {
  const objects = OBJECTS[type];
  const schema = schemaPrefix(object.identity).replace(/\.$/, '');
  const given = new Map<string, Rights>();
  for (const other of before.kinds('default privileges')) {
    if (textOf(other, 'objects') !== objects || fate(`${other.kind} ${other.identity}`) === 'dropped')
      continue;
    const place = textOf(other, 'schema');
    if (place !== undefined && place !== schema.replace(/^"|"$/g, '')) continue;
    for (const [who, rights] of rightsOf(other, 'privileges'))
      if (who !== '(owner)') given.set(who, new Map([...(given.get(who) ?? []), ...rights]));
  }
  return given.size === 0 ? undefined : given;
}

export function defaultRights(type: GrantType, major: number): Acl {
  const everybody = PUBLIC[type];
  const map = new Map<string, Rights>();
  if (type !== 'column')
    map.set('(owner)', new Map(known(type, major).map((privilege) => [privilege, false])));
  if (everybody !== undefined) map.set('PUBLIC', new Map([[everybody, false]]));
  return map;
}

/** MAINTAIN came with PostgreSQL 17. */
function known(type: GrantType, major: number): readonly string[] {
  return ALL[type].filter((privilege) => privilege !== 'MAINTAIN' || major >= 17);
}

/** From lines `grantee[ by grantor]: PRIVILEGE[*], …`; a star: may be granted on. */
export function rightsOf(object: CatalogObject, property: string): Acl {
  const map = new Map<string, Rights>();
  for (const line of listOf(object, property)) {
    const at = line.lastIndexOf(': ');
    const rights = line
      .slice(at + 2)
      .split(', ')
      .map((right) => [right.replace('*', ''), right.endsWith('*')] as const);
    map.set(line.slice(0, at), new Map(rights));
  }
  return map;
}

/** In the order of the grantees; `owner` as it is to be named, where it is known. */
export function rightStatements(
  before: Acl,
  after: Acl,
  grants: Grants,
  { owner, major }: { readonly owner: string | undefined; readonly major: number },
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((who) => {
    const [grantee = '', grantor] = who.split(' by ');
    const name = grantee === '(owner)' ? ownerName(owner) : grantee;
    const sql = statements(name, before.get(who) ?? new Map(), after.get(who) ?? new Map(), grants, major);
    return grantor === undefined ? sql : sql.map((each) => `SET ROLE ${grantor};\n${each};\nRESET ROLE`);
  });
}

function ownerName(owner: string | undefined): string {
  if (owner === undefined) return 'CURRENT_USER';
  return /^("|[a-z_][a-z0-9_]*$)/.test(owner) ? owner : `"${owner.replaceAll('"', '""')}"`;
}

function statements(
  name: string,
  old: Rights,
  now: Rights,
  grants: Grants,
  major: number,
): readonly string[] {
  const list = (rights: readonly string[]): string => {
    const all = known(grants.type, major);
    if (rights.length > 1 && rights.length === all.length) return `ALL${grants.column ?? ''}`;
    return rights.map((right) => `${right}${grants.column ?? ''}`).join(', ');
  };
  const revoke = [...old.keys()].filter((right) => !now.has(right));
  const revokeOption = [...old].flatMap(([right, option]) =>
    option && now.get(right) === false ? [right] : [],
  );
  const plain = [...now].flatMap(([right, option]) => (!option && !old.has(right) ? [right] : []));
  const option = [...now].flatMap(([right, may]) => (may && old.get(right) !== true ? [right] : []));
  return [
    ...(revoke.length === 0 ? [] : [`REVOKE ${list(revoke)} ON ${grants.on} FROM ${name}`]),
    ...(revokeOption.length === 0
      ? []
      : [`REVOKE GRANT OPTION FOR ${list(revokeOption)} ON ${grants.on} FROM ${name}`]),
    ...(plain.length === 0 ? [] : [`GRANT ${list(plain)} ON ${grants.on} TO ${name}`]),
    ...(option.length === 0 ? [] : [`GRANT ${list(option)} ON ${grants.on} TO ${name} WITH GRANT OPTION`]),
  ];
}
