import { MooringError } from '../../../api/api.ts';
import type { CatalogScope } from '../../../catalog/catalog.ts';
import { SqlFailure } from '../../failure.ts';
import type { Flavor } from '../flavor.ts';
import { identifier, literal, type Row } from '../wire.ts';
import { type RawGrants, readGrants } from './grants.ts';

/** Several statements in one message; the rows of each. Throws `SqlFailure` for the first that fails. */
export type QueryAll = (sqls: readonly string[]) => Promise<readonly (readonly Row[])[]>;

/** What there is, and how the server says that it would be made. */
export interface Made {
  /** `name`, `type`, and what else information_schema knows of it. */
  readonly row: Row;
  readonly create: string;
}

/** All that a catalog is made of, in the server's own words. */
export interface Raw {
  readonly database: Row;
  readonly collations: readonly Row[];
  readonly tables: readonly Made[];
  readonly triggers: readonly Made[];
  readonly routines: readonly Made[];
  readonly events: readonly Made[];
  readonly grants: RawGrants;
  readonly unmodelled: readonly Row[];
}

/** Statements per message: one round trip for so many, and answers that fit in memory on both sides. */
const BATCH = 200;

/** Reads lists by information_schema and texts by SHOW CREATE, many to a round trip; rights and accounts where they are asked for. */
export async function readRaw(
  query: QueryAll,
  database: string,
  flavor: Flavor,
  include: CatalogScope['include'] = [],
): Promise<Raw> {
  const [schema, collations, tables, triggers, routines, events, unmodelled] = await query(
    lists(database, flavor),
  );
  const here = schema?.[0];
  if (here === undefined)
    throw new MooringError('privilege-missing', `the database ${database} cannot be seen by this account`, {
      hint: `Grant it the privileges of a migrator: GRANT ALL ON ${identifier(database)}.* TO …`,
    });
  return {
    database: here,
    collations: collations ?? [],
    tables: await made(query, database, tables ?? []),
    triggers: await made(query, database, triggers ?? []),
    routines: await made(query, database, routines ?? []),
    events: await made(query, database, events ?? []),
    grants: await readGrants(query, database, flavor, include),
    unmodelled: unmodelled ?? [],
  };
}

function lists(database: string, flavor: Flavor): readonly string[] {
  const here = literal(database);
  return [
    `SELECT * FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${here}`,
    `SELECT COLLATION_NAME AS name, CHARACTER_SET_NAME AS charset FROM information_schema.COLLATIONS WHERE IS_DEFAULT = 'Yes'`,
    `SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ${here} AND TABLE_TYPE NOT LIKE 'TEMPORARY%' AND TABLE_NAME NOT LIKE 'mooring|_%' ESCAPE '|' ORDER BY BINARY TABLE_NAME`,
    `SELECT TRIGGER_NAME AS name, 'TRIGGER' AS type, EVENT_OBJECT_TABLE AS on_table, ACTION_TIMING AS timing, EVENT_MANIPULATION AS event, SQL_MODE AS sql_mode
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${here} AND EVENT_OBJECT_TABLE NOT LIKE 'mooring|_%' ESCAPE '|'
     ORDER BY BINARY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS type, SQL_MODE AS sql_mode FROM information_schema.ROUTINES
     WHERE ROUTINE_SCHEMA = ${here} AND ROUTINE_TYPE IN (${flavor.routineTypes.map(literal).join(', ')}) ORDER BY BINARY ROUTINE_NAME, ROUTINE_TYPE`,
    `SELECT EVENT_NAME AS name, 'EVENT' AS type, SQL_MODE AS sql_mode, TIME_ZONE AS zone,
       ABS(TIMESTAMPDIFF(SECOND, CONVERT_TZ(STARTS, IF(TIME_ZONE = 'SYSTEM', 'SYSTEM', TIME_ZONE), '+00:00'), CREATED)) <= 1 AS implicit
     FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ${here} AND NOT ${ONCE} ORDER BY BINARY EVENT_NAME`,
    `SELECT 'event that runs once' AS kind, COUNT(*) AS n FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ${here} AND ${ONCE}
     ${flavor.unmodelled.map(({ kind, from, schema }) => `UNION ALL SELECT ${literal(kind)}, COUNT(*) FROM ${from} AND ${schema} = ${here}`).join('\n')}`,
  ];
}

/** The server drops it when it has run: that it is gone says nothing. */
const ONCE = `(EVENT_TYPE = 'ONE TIME' AND ON_COMPLETION = 'NOT PRESERVE')`;

async function made(query: QueryAll, database: string, rows: readonly Row[]): Promise<readonly Made[]> {
  const all: Made[] = [];
  for (let at = 0; at < rows.length; at += BATCH) {
    const some = rows.slice(at, at + BATCH);
    const answers = await query(
      some.map(({ type, name }) => `SHOW CREATE ${shown(type)} ${identifier(name ?? '')}`),
    );
    some.forEach((row, i) => {
      const text = textOf(row, answers[i]?.[0], database);
      // Programs stand as they were typed.
      all.push({ row, create: PROGRAMS.test(row.type ?? '') ? text : neutral(text, database) });
    });
  }
  return all;
}

const PROGRAMS = /^(?:TRIGGER|PROCEDURE|FUNCTION|PACKAGE|EVENT)/;

/** What SHOW CREATE calls it. */
function shown(type: string | null | undefined): string {
  return type === 'BASE TABLE' || type === 'SYSTEM VERSIONED' ? 'TABLE' : (type ?? '');
}

function textOf(row: Row, answer: Row | undefined, database: string): string {
  for (const [column, value] of Object.entries(answer ?? {}))
    if ((column.startsWith('Create ') || column === 'SQL Original Statement') && value !== null) return value;
  const what = `${shown(row.type).toLowerCase()} ${row.name}`;
  throw new MooringError(
    'privilege-missing',
    `the text of ${what} in ${database} cannot be read: the server shows it only to who made it, or with the privilege`,
    {
      hint: 'MySQL: GRANT SHOW_ROUTINE ON *.* TO …; MariaDB: GRANT SHOW CREATE ROUTINE ON the database, or SELECT ON mysql.proc.',
    },
  );
}

/** Texts that name the database they lie in would differ in every other one. Also without the counter of AUTO_INCREMENT. */
function neutral(create: string, database: string): string {
  const text = create.replace(COUNTER, '$1');
  const own = `${identifier(database)}.`;
  if (!text.includes(own)) return text;
  return text.replaceAll(QUOTED, (found) => (found === own ? '' : found));
}

const COUNTER = /^(\) (?:\/\*!\d+ TABLESPACE .*? \*\/ )?ENGINE=\w+) AUTO_INCREMENT=\d+/m;
const QUOTED = /'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`\.?/gs;

/** A statement that failed for what others do meanwhile: the object went, or is held by a lock. */
export function isPassing(error: unknown): boolean {
  return error instanceof SqlFailure && PASSING.has(error.code);
}

/** No such table (1146), trigger (1360), routine (1305), event (1539), sequence (4091); lock wait (1205), deadlock (1213), definition changed (1412). */
const PASSING = new Set(['1146', '1360', '1305', '1539', '4091', '1205', '1213', '1412']);
