import pg from 'pg';
import type { Change } from '../../src/api/api.ts';
import { type Catalog, catalogFingerprint, compareCatalogs } from '../../src/catalog/catalog.ts';
import { rules } from '../../src/engines/postgres/ddl/ddl.ts';
import { dumpOf, type Plan, planBetween } from '../../src/plan/plan.ts';
import { openReader, WHOLE } from '../engines/postgres/catalog/reads.ts';
import type { Database, SharedPostgres } from '../support/postgres-server.ts';
import { normaliseDump, psql, rawPgDump } from '../support/tools.ts';

export interface Pair {
  readonly src: string;
  readonly id: string;
  readonly before: string;
  readonly after: string;
}

/** `left`: all but what the plan said it leaves. */
export type Verdict = 'ok' | 'left' | 'wrong' | 'refused' | 'failed' | 'invalid input';

export interface Judgement {
  readonly verdict: Verdict;
  /** What is not as it should be. */
  readonly detail: string;
  readonly plan?: Plan;
}

export interface JudgeOptions {
  /** Let pg_dump judge as well: only servers that it can read. */
  readonly dump: boolean;
  /** Also write each side by itself and load that into an empty database. */
  readonly roundTrip?: boolean;
  /** The way back by forms that block nobody. */
  readonly online?: boolean;
}

const SCOPE = { ...WHOLE, include: ['privileges', 'owners'] } as const;

/**
 * Loads both sides, applies our plans with psql, there and back, and compares with what was loaded: by fingerprint, and
 * by pg_dump where it can read the server. `failed`: psql refused a statement of ours.
 */
export async function judgePair(
  server: SharedPostgres,
  pair: Pair,
  options: JudgeOptions,
): Promise<readonly Judgement[]> {
  const [one, two] = [await server.createDatabase(), await server.createDatabase()];
  try {
    const before = await sideOf(one, pair.before, options);
    const after = await sideOf(two, pair.after, options);
    if (typeof before === 'string' || typeof after === 'string') {
      const why = [before, after]
        .filter((side) => typeof side === 'string')
        .join('; ')
        .slice(0, 400);
      const invalid = { verdict: 'invalid input', detail: why } as const;
      return [invalid, invalid];
    }
    const trips =
      options.roundTrip === true
        ? [await roundTrip(server, before, options), await roundTrip(server, after, options)]
        : [];
    return [
      await walk(one, before, after, { ...options, online: false }),
      await walk(two, after, before, options),
      ...trips,
    ];
  } finally {
    await one.drop();
    await two.drop();
  }
}

export interface Side {
  readonly catalog: Catalog;
  readonly dump: string;
}

/** Why it could not be loaded, or what is there then. */
export async function sideOf(database: Database, sql: string, options: JudgeOptions): Promise<Side | string> {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(sql);
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
  return read(database, options);
}

async function read(database: Database, options: JudgeOptions): Promise<Side> {
  await using reader = await openReader(database.url);
  const catalog = await reader.read(SCOPE);
  const dump = options.dump ? grantsInOrder(normaliseDump(await rawPgDump(database.url))) : '';
  return { catalog, dump };
}

/** An ACL says the same in any order. */
function grantsInOrder(dump: string): string {
  return dump.replace(
    /(?:^(?:ALTER DEFAULT PRIVILEGES .* )?GRANT .*(?:\n|$))+/gm,
    (lines) => `${lines.trimEnd().split('\n').sort().join('\n')}\n`,
  );
}

async function roundTrip(server: SharedPostgres, side: Side, options: JudgeOptions): Promise<Judgement> {
  const database = await server.createDatabase('TEMPLATE template0');
  try {
    return await arrive(database, dumpOf(side.catalog, rules), side, options);
  } finally {
    await database.drop();
  }
}

async function walk(database: Database, from: Side, to: Side, options: JudgeOptions): Promise<Judgement> {
  const online = options.online === true;
  const plan = planBetween(from.catalog, to.catalog, rules, { online });
  const reorder = new Set(plan.misplaced);
  return arrive(
    database,
    reorder.size === 0 ? plan : planBetween(from.catalog, to.catalog, rules, { online, reorder }),
    to,
    options,
  );
}

/** Where a plan leads. */
async function arrive(database: Database, plan: Plan, to: Side, options: JudgeOptions): Promise<Judgement> {
  if (plan.refused.length > 0)
    return {
      verdict: 'refused',
      detail: plan.refused.map(({ object, why }) => `${object}: ${why}`).join('; '),
      plan,
    };
  const script = plan.statements.map(({ sql }) => `${sql};\n`).join('');
  try {
    if (script !== '') await psql(database.url, script);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? (error as Error).message;
    return { verdict: 'failed', detail: `${said}\n${script}`, plan };
  }
  const reached = await read(database, options);
  const isLeft = plan.left.length > 0;
  const dumped = isLeft
    ? leaving(reached.dump, plan.left) === leaving(to.dump, plan.left)
    : reached.dump === to.dump;
  const changes = compareCatalogs(reached.catalog, to.catalog).filter((change) => !isTold(change, plan.left));
  const equal = catalogFingerprint(reached.catalog) === catalogFingerprint(to.catalog);
  if (dumped && changes.length === 0 && (equal || isLeft))
    return { verdict: equal ? 'ok' : 'left', detail: plan.left.join('; '), plan };
  const lines = differingLines(reached.dump, to.dump);
  return { verdict: 'wrong', detail: `${JSON.stringify(changes)}\n${lines}\n${script}`, plan };
}

function isTold({ object, details }: Change, left: readonly string[]): boolean {
  if (details.length > 0 && details.every((detail) => detail.startsWith('rank: '))) return left.length > 0;
  return left.some((each) => each.startsWith(`${object} `) || each.startsWith(`${object}:`));
}

/** Without what the plan said that it leaves: places of columns, and those that an heir has of its own. */
function leaving(dump: string, left: readonly string[]): string {
  const own = left.flatMap((each) => /^column \S*\.(\S+) stays its table's own/.exec(each)?.[1] ?? []);
  return ordered(dump)
    .split('\n')
    .filter((line) => !own.some((name) => line.startsWith(`    ${name} `)))
    .join('\n');
}

/** With the columns of each table sorted: their places are what a plan may leave, aloud. */
function ordered(dump: string): string {
  return dump.replace(
    /^(CREATE (?:UNLOGGED )?TABLE .* \()\n([\s\S]*?)\n(\)[^\n]*)$/gm,
    (_, head, body: string, end) =>
      [
        head,
        ...body
          .split('\n')
          .map((line) => line.replace(/,$/, ''))
          .sort(),
        end,
      ].join('\n'),
  );
}

function differingLines(a: string, b: string): string {
  const [one, two] = [a.split('\n'), b.split('\n')];
  const only = (mine: readonly string[], other: readonly string[], sign: string): readonly string[] => {
    const there = new Set(other);
    return mine.filter((line) => !there.has(line)).map((line) => `${sign} ${line}`);
  };
  return [...only(one, two, 'is    '), ...only(two, one, 'wanted')].slice(0, 30).join('\n');
}
