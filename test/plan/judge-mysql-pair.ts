import { createConnection } from 'mysql2/promise';
import { type Catalog, catalogFingerprint, compareCatalogs } from '../../src/catalog/catalog.ts';
import { engineOf } from '../../src/engines/engines.ts';
import { type Plan, planBetween } from '../../src/plan/plan.ts';
import { targetOf } from '../engines/servers.ts';
import type { MysqlKind } from '../support/mysql-binaries.ts';
import type { MysqlDatabase, SharedMysql } from '../support/mysql-server.ts';

export interface MysqlPair {
  readonly id: string;
  readonly before: string;
  readonly after: string;
  readonly meta: { readonly flavor?: string; readonly min?: string; readonly max?: string };
}

export type Verdict = 'ok' | 'wrong' | 'refused' | 'failed' | 'invalid input';

export interface Judgement {
  readonly verdict: Verdict;
  /** What is not as it should be. */
  readonly detail: string;
  readonly plan?: Plan;
}

const SCOPE = { schemas: 'all', ignore: [], include: [] } as const;

/** Does the pair speak of servers of this kind and version? */
export function isMeantFor(pair: MysqlPair, kind: MysqlKind, version: string): boolean {
  const { flavor, min, max } = pair.meta;
  if (flavor?.startsWith('!') === true ? flavor.slice(1) === kind : flavor !== undefined && flavor !== kind)
    return false;
  // Their versions are those of MySQL; MariaDB begins anew at 10 and has all that 8.0 has in these pairs, or refuses it.
  if (kind === 'mariadb' && flavor !== 'mariadb') return max === undefined;
  return (
    (min === undefined || compare(version, min) >= 0) && (max === undefined || compare(version, max) <= 0)
  );
}

function compare(a: string, b: string): number {
  const [one, two] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (const [at, number] of two.entries()) if ((one[at] ?? 0) !== number) return (one[at] ?? 0) - number;
  return 0;
}

/**
 * Loads both sides, applies our plans, there and back, and compares with what was loaded: by fingerprint, and by what the
 * server prints for each object itself.
 */
export async function judgeMysqlPair(
  server: SharedMysql,
  pair: MysqlPair,
): Promise<readonly [Judgement, Judgement]> {
  const [one, two] = [await server.createDatabase(), await server.createDatabase()];
  try {
    // Some name the database that they were written for.
    const named = (sql: string, { name }: MysqlDatabase) => sql.replaceAll('mysqldef_test', name);
    const before = await sideOf(server, one, named(pair.before, one));
    const after = await sideOf(server, two, named(pair.after, two));
    if (typeof before === 'string' || typeof after === 'string') {
      const detail = [before, after].filter((side) => typeof side === 'string').join('; ');
      const invalid = { verdict: 'invalid input', detail } as const;
      return [invalid, invalid];
    }
    return [await walk(server, one, before, after), await walk(server, two, after, before)];
  } finally {
    await one.drop();
    await two.drop();
  }
}

interface Side {
  readonly catalog: Catalog;
  readonly shown: ReadonlyMap<string, string>;
}

/** Why it could not be loaded, or what is there then. The server cuts the text up itself. */
async function sideOf(server: SharedMysql, database: MysqlDatabase, sql: string): Promise<Side | string> {
  const connection = await createConnection({
    uri: database.url,
    charset: 'utf8mb4',
    multipleStatements: true,
  });
  try {
    if (sql.trim() !== '') await connection.query(sql);
  } catch (error) {
    return (error as Error).message;
  } finally {
    await connection.end();
  }
  return read(server, database);
}

async function read(server: SharedMysql, database: MysqlDatabase): Promise<Side> {
  const session = await (await engineOf(server.kind)).connect(targetOf(database.url));
  try {
    return { catalog: (await session.readCatalog(SCOPE)).catalog, shown: await shownBy(database) };
  } finally {
    await session.close();
  }
}

/** SHOW CREATE of every object, without counters and the times at which events were made. */
async function shownBy({ url, name: own }: MysqlDatabase): Promise<ReadonlyMap<string, string>> {
  const connection = await createConnection({ uri: url, charset: 'utf8mb4' });
  const shown = new Map<string, string>();
  try {
    const rows = async (sql: string) => (await connection.query(sql))[0] as Record<string, string>[];
    const lists = [
      `SELECT IF(TABLE_TYPE = 'VIEW', 'VIEW', IF(TABLE_TYPE = 'SEQUENCE', 'SEQUENCE', 'TABLE')) AS kind, TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()`,
      `SELECT 'TRIGGER' AS kind, TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()`,
      `SELECT ROUTINE_TYPE AS kind, ROUTINE_NAME AS name FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()`,
      `SELECT 'EVENT' AS kind, EVENT_NAME AS name FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()`,
    ];
    for (const list of lists) {
      for (const { kind, name } of await rows(list)) {
        const [row = {}] = await rows(`SHOW CREATE ${kind} \`${(name ?? '').replaceAll('`', '``')}\``);
        const text =
          Object.entries(row).find(([column]) => /^(Create |SQL Original)/.test(column))?.[1] ?? '';
        shown.set(`${kind} ${name}`, plain(text.replaceAll(`\`${own}\`.`, '')));
      }
    }
    const triggers = await rows(
      `SELECT GROUP_CONCAT(TRIGGER_NAME ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER) AS list FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()`,
    );
    shown.set('order of triggers', String(triggers[0]?.list));
  } finally {
    await connection.end();
  }
  return shown;
}

/** Nor the semicolon that a program keeps where several statements came in one message. */
function plain(text: string): string {
  return text
    .replace(/ AUTO_INCREMENT=\d+/, '')
    .replace(/ STARTS '[^']*'/, '')
    .replace(/[;\s]+$/, '');
}

async function walk(server: SharedMysql, database: MysqlDatabase, from: Side, to: Side): Promise<Judgement> {
  const engine = await engineOf(server.kind);
  const rules = await engine.planRules?.();
  if (rules === undefined) throw new Error('no rules');
  const plan = planBetween(from.catalog, to.catalog, rules);
  if (plan.refused.length > 0)
    return {
      verdict: 'refused',
      detail: plan.refused.map(({ object, why }) => `${object}: ${why}`).join('; '),
      plan,
    };
  const script = plan.statements.map(({ sql }) => `${sql};\n`).join('');
  const session = await engine.connect(targetOf(database.url));
  try {
    for (const { sql } of plan.statements) await session.execute({ sql, line: 1, column: 1, endLine: 1 });
  } catch (error) {
    return { verdict: 'failed', detail: `${(error as Error).message}\n${script}`, plan };
  } finally {
    await session.close();
  }
  const reached = await read(server, database);
  const lines = differing(reached.shown, to.shown);
  const equal = catalogFingerprint(reached.catalog) === catalogFingerprint(to.catalog);
  if (equal && lines.length === 0) return { verdict: 'ok', detail: '', plan };
  const changes = compareCatalogs(reached.catalog, to.catalog);
  return { verdict: 'wrong', detail: `${JSON.stringify(changes)}\n${lines.join('\n')}\n${script}`, plan };
}

/** Objects that the server prints otherwise; the order of a table's keys is that of their making and no property. */
function differing(
  reached: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...reached.keys(), ...wanted.keys()])].flatMap((name) => {
    const [is, should] = [sorted(reached.get(name)), sorted(wanted.get(name))];
    return is === should ? [] : [`is     ${is}`, `wanted ${should}`];
  });
}

function sorted(text: string | undefined): string | undefined {
  if (text?.startsWith('CREATE TABLE') !== true) return text;
  const lines = text.split('\n').map((line) => line.replace(/,$/, ''));
  const isKey = (line: string) =>
    /^ {2}(?:(?:UNIQUE|FULLTEXT|SPATIAL|VECTOR) )?KEY |^ {2}CONSTRAINT /.test(line);
  const keys = lines.filter(isKey).sort();
  return lines.map((line) => (isKey(line) ? keys.shift() : line)).join('\n');
}
