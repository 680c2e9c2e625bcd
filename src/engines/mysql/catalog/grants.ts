import { MooringError } from '../../../api/api.ts';
import type { CatalogScope } from '../../../catalog/catalog.ts';
import { SqlFailure } from '../../failure.ts';
import type { Flavor } from '../flavor.ts';
import { identifier, literal, type Row } from '../wire.ts';
import { spelled } from './names.ts';
import type { QueryAll } from './raw.ts';
import { put, type Reading } from './reading.ts';

/** What accounts may do in one database, and who they are; empty where the scope does not ask. */
export interface RawGrants {
  readonly database: readonly Row[];
  readonly tables: readonly Row[];
  readonly columns: readonly Row[];
  readonly routines: readonly Row[];
  readonly accounts: readonly Row[];
  readonly roles: readonly Row[];
}

const NONE: RawGrants = { database: [], tables: [], columns: [], routines: [], accounts: [], roles: [] };

/**
 * From the tables of the database `mysql`, which hold a row per account and name, whether what the name stood for is still
 * there or not. Throws `privilege-missing`: information_schema would show an account its own rights and call them all.
 */
export async function readGrants(
  query: QueryAll,
  database: string,
  flavor: Flavor,
  include: CatalogScope['include'],
): Promise<RawGrants> {
  if (include.length === 0) return NONE;
  const here = `Db IN (${literal(database)}, ${literal(escaped(database))})`;
  try {
    const [inDatabase = [], tables = [], columns = [], routines = [], accounts = [], roles = []] =
      await query([
        `SELECT * FROM mysql.db WHERE ${here} ORDER BY User, Host`,
        `SELECT User, Host, Db, Table_name AS name, Table_priv AS privileges FROM mysql.tables_priv
       WHERE ${here} AND ${NOT_OURS} ORDER BY User, Host, Table_name`,
        `SELECT User, Host, Db, Table_name AS name, Column_name AS col, Column_priv AS privileges FROM mysql.columns_priv
       WHERE ${here} AND ${NOT_OURS} ORDER BY User, Host, Table_name, Column_name`,
        `SELECT User, Host, Db, Routine_name AS name, Routine_type AS type, Proc_priv AS privileges FROM mysql.procs_priv
       WHERE ${here} ORDER BY User, Host, Routine_name, Routine_type`,
        ...(include.includes('owners') ? [flavor.accounts, flavor.accountRoles] : []),
      ]);
    return { database: inDatabase, tables, columns, routines, accounts, roles };
  } catch (cause) {
    if (!(cause instanceof SqlFailure) || !DENIED.has(cause.code)) throw cause;
    throw new MooringError(
      'privilege-missing',
      `who may do what in ${database} cannot be read by this account: ${cause.message}`,
      {
        hint: 'Let it read the privileges (GRANT SELECT ON mysql.* TO …), or take privileges and owners out of scope.include.',
        cause,
      },
    );
  }
}

const NOT_OURS = "Table_name NOT LIKE 'mooring|_%' ESCAPE '|'";

/** Access denied to a table (1142), a column (1143), a database (1044). */
const DENIED = new Set(['1142', '1143', '1044']);

/** The account's rights by what they are on, one object for each. */
export function takeGrants(raw: RawGrants, reading: Reading): void {
  const grants = new Map<string, Granted>();
  const of = (row: Row, on: string, needs?: string): Granted => {
    const who = accountIn(row);
    const identity = grantIdentity({ who, on });
    const there = grants.get(identity) ?? { who, needs, rights: new Set(), may: false, escaped: false };
    grants.set(identity, there);
    return there;
  };
  for (const row of raw.database) {
    const granted = of(row, 'database');
    if (row.Db?.includes('\\') === true) granted.escaped = true;
    for (const [column, value] of Object.entries(row))
      if (value === 'Y' && column.endsWith('_priv')) add(granted, column.slice(0, -'_priv'.length));
  }
  for (const row of raw.tables)
    for (const right of listed(row))
      add(of(row, `table ${spelled(row.name ?? '')}`, tableKey(row, reading)), right);
  for (const row of raw.columns)
    for (const right of listed(row))
      add(
        of(row, `table ${spelled(row.name ?? '')}`, tableKey(row, reading)),
        right,
        ` (${spelled(row.col ?? '')})`,
      );
  for (const row of raw.routines) {
    const key = `${row.type?.toLowerCase()} ${spelled(row.name ?? '')}`;
    const granted = of(row, key, reading.drafts.has(key) ? key : undefined);
    for (const right of listed(row)) add(granted, right);
  }
  if (reading.includes('privileges'))
    for (const [identity, granted] of grants) {
      if (granted.rights.size === 0 && !granted.may) continue;
      const properties = {};
      put(properties, 'privileges', [...granted.rights].sort());
      put(properties, 'grantOption', granted.may || undefined);
      put(properties, 'escaped', granted.escaped || undefined);
      reading.add({
        kind: 'grant',
        identity,
        properties,
        dependsOn: granted.needs === undefined ? [] : [granted.needs],
      });
    }
  if (reading.includes('owners'))
    takeAccounts(raw, new Set([...grants.values()].map(({ who }) => who)), reading);
}

interface Granted {
  readonly who: string;
  readonly needs: string | undefined;
  readonly rights: Set<string>;
  /** May grant them on. */
  may: boolean;
  /** The name of the database stands there with its `_` and `%` escaped: a pattern of its own, that REVOKE must name so. */
  escaped: boolean;
}

/** Those that hold rights here, with how they log in and which roles they have; no secret of theirs. */
function takeAccounts(raw: RawGrants, known: ReadonlySet<string>, reading: Reading): void {
  for (const row of raw.accounts) {
    const identity = accountIn(row);
    if (!known.has(identity)) continue;
    const properties = {};
    for (const name of ['plugin', 'tls', 'limits']) put(properties, name, row[name]);
    for (const name of ['locked', 'role']) put(properties, name, row[name] === 'Y' || undefined);
    const roles = raw.roles.filter((each) => accountIn(each) === identity).map((each) => roleIn(each));
    put(properties, 'roles', roles.length === 0 ? undefined : roles.sort());
    reading.add({ kind: 'account', identity, properties, dependsOn: [] });
  }
}

/** `` `name`@`host` ``, as definers are told; a role of MariaDB, and PUBLIC there, have no host. */
function accountIn({ User, Host }: Row): string {
  return accountName(User ?? '', Host ?? '');
}

function roleIn({ Role, Role_host }: Row): string {
  return accountName(Role ?? '', Role_host ?? '');
}

/** What an account's rights are about: `database`, `table orders` (views and sequences, too), `procedure tidy`. */
export interface GrantParts {
  readonly who: string;
  readonly on: string;
}

export function grantIdentity({ who, on }: GrantParts): string {
  return `${who} on ${on}`;
}

/** Undoes `grantIdentity`. */
export function grantParts(identity: string): GrantParts {
  const [, who = '', on = ''] = /^(PUBLIC|`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)?) on (.*)$/s.exec(identity) ?? [];
  return { who, on };
}

export function accountName(user: string, host: string): string {
  if (host === '') return user === 'PUBLIC' ? 'PUBLIC' : identifier(user);
  return `${identifier(user)}@${identifier(host)}`;
}

/** A value of type SET. */
function listed({ privileges }: Row): readonly string[] {
  return (privileges ?? '').split(',').filter((right) => right !== '');
}

function add(granted: Granted, name: string, column = ''): void {
  const words = name.replaceAll('_', ' ').toUpperCase();
  if (words === 'GRANT') granted.may = true;
  else granted.rights.add(`${SAID[words] ?? words}${column}`);
}

/** Where GRANT says it in other words than the tables do. */
const SAID: Readonly<Record<string, string>> = {
  'CREATE TMP TABLE': 'CREATE TEMPORARY TABLES',
  'DELETE VERSIONING ROWS': 'DELETE HISTORY',
};

function tableKey({ name }: Row, reading: Reading): string | undefined {
  return ['table', 'view', 'sequence']
    .map((kind) => `${kind} ${spelled(name ?? '')}`)
    .find((key) => reading.drafts.has(key));
}

/** The name as a pattern that means nothing else. */
export function escaped(database: string): string {
  return database.replaceAll(/[_%\\]/g, '\\$&');
}
