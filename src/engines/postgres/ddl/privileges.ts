import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Draft } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { listOf, textOf } from './text.ts';

export interface Grants {
  /** `TABLE public.orders`. */
  readonly on: string;
  /** `table`, `sequence`, …: what may be granted on such an object. */
  readonly type: GrantType;
  /** The property that holds the privileges; default `privileges`. */
  readonly property?: string;
  /** In parentheses after each privilege, for a column. */
  readonly column?: string;
}

type GrantType = keyof typeof ALL;

const ALL = {
  table: 'DELETE INSERT MAINTAIN REFERENCES SELECT TRIGGER TRUNCATE UPDATE'.split(' '),
  column: 'INSERT REFERENCES SELECT UPDATE'.split(' '),
  sequence: 'SELECT UPDATE USAGE'.split(' '),
  routine: ['EXECUTE'],
  type: ['USAGE'],
  schema: 'CREATE USAGE'.split(' '),
  usage: ['USAGE'],
} as const satisfies Record<string, readonly string[]>;

/** What everybody may do with a new object unless that is taken away. */
const PUBLIC: Partial<Record<GrantType, string>> = { routine: 'EXECUTE', type: 'USAGE' };

/** Privilege → may be granted on. */
type Rights = Map<string, boolean>;

/** GRANT and REVOKE that lead from one's privileges to the other's; `before` undefined: it has just been made. */
export function grantChanges(
  before: CatalogObject | undefined,
  after: CatalogObject,
  grants: Grants,
  major: number,
): readonly Draft[] {
  const property = grants.property ?? 'privileges';
  const read = (object: CatalogObject | undefined): Map<string, Rights> =>
    object === undefined || object.properties[property] === undefined
      ? defaults(grants.type, major)
      : parse(listOf(object, property));
  const [was, is] = [read(before), read(after)];
  const drafts: Draft[] = [];
  for (const grantee of [...new Set([...was.keys(), ...is.keys()])].sort()) {
    const [old, now] = [was.get(grantee) ?? new Map(), is.get(grantee) ?? new Map()];
    const sql = statements(grantee, old, now, grants, textOf(after, 'owner'), major);
    for (const statement of sql) {
      const hazards = before === undefined ? {} : { hazards: [hazard('privilege-change', after, statement)] };
      drafts.push({ sql: statement, stage: 'part', ...hazards });
    }
  }
  return drafts;
}

function defaults(type: GrantType, major: number): Map<string, Rights> {
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

/** Lines `grantee[ by grantor]: PRIVILEGE[*], …`; a star: may be granted on. */
function parse(lines: readonly string[]): Map<string, Rights> {
  const map = new Map<string, Rights>();
  for (const line of lines) {
    const at = line.lastIndexOf(': ');
    const rights = line
      .slice(at + 2)
      .split(', ')
      .map((right) => [right.replace('*', ''), right.endsWith('*')] as const);
    map.set(line.slice(0, at), new Map(rights));
  }
  return map;
}

function statements(
  who: string,
  old: Rights,
  now: Rights,
  grants: Grants,
  owner: string | undefined,
  major: number,
): readonly string[] {
  const [grantee = '', grantor] = who.split(' by ');
  const name =
    grantee === '(owner)'
      ? owner === undefined
        ? 'CURRENT_USER'
        : `"${owner.replaceAll('"', '""')}"`
      : grantee;
  const list = (rights: readonly string[]): string => {
    if (rights.length === known(grants.type, major).length && rights.length > 1)
      return `ALL${grants.column ?? ''}`;
    return rights.map((right) => `${right}${grants.column ?? ''}`).join(', ');
  };
  const revoke = [...old.keys()].filter((right) => !now.has(right));
  const revokeOption = [...old].flatMap(([right, option]) =>
    option && now.get(right) === false ? [right] : [],
  );
  const plain = [...now].flatMap(([right, option]) => (!option && !old.has(right) ? [right] : []));
  const option = [...now].flatMap(([right, may]) => (may && old.get(right) !== true ? [right] : []));
  const sql = [
    ...(revoke.length === 0 ? [] : [`REVOKE ${list(revoke)} ON ${grants.on} FROM ${name}`]),
    ...(revokeOption.length === 0
      ? []
      : [`REVOKE GRANT OPTION FOR ${list(revokeOption)} ON ${grants.on} FROM ${name}`]),
    ...(plain.length === 0 ? [] : [`GRANT ${list(plain)} ON ${grants.on} TO ${name}`]),
    ...(option.length === 0 ? [] : [`GRANT ${list(option)} ON ${grants.on} TO ${name} WITH GRANT OPTION`]),
  ];
  return grantor === undefined ? sql : sql.map((each) => `SET ROLE ${grantor};\n${each};\nRESET ROLE`);
}
