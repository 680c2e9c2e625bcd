import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import type { Catalog, CatalogObject } from '../../src/catalog/catalog.ts';
import { rules } from '../../src/engines/postgres/ddl/ddl.ts';
import { type Plan, planBetween } from '../../src/plan/plan.ts';
import { openReader } from '../engines/postgres/catalog/reads.ts';
import { SHARED_DATA } from '../support/cache.ts';
import { type SharedPostgres, sharedPostgres, versions } from '../support/postgres-server.ts';
import { testIf } from '../support/skip.ts';
import type { Pair } from './judge-pair.ts';

// Rows are put into all tables; what a plan then does keeps every value that it did not say it would lose.
const FILE = join(SHARED_DATA, 'pairs/postgres.jsonl');
const SWEEP = process.env.MOORING_SWEEP === '1';
const [START = 0, EVERY = 20] = SWEEP ? [0, 1] : [5, 30];

testIf(existsSync(FILE), `${FILE} is absent`)(
  'rows outlive a plan that does not say otherwise',
  { timeout: 1_800_000 },
  async () => {
    const pairs = readFileSync(FILE, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Pair)
      .filter((_, at) => at % EVERY === START);
    const server = await sharedPostgres(versions().at(-1));
    const counts = { kept: 0, announced: 0, refusedByRows: 0, notLoaded: 0, values: 0 };
    const lost: string[] = [];
    for (const pair of pairs) {
      for (const [from, to, way] of [
        [pair.before, pair.after, 'forth'],
        [pair.after, pair.before, 'back'],
      ] as const) {
        const result = await survive(server, from, to);
        counts[result.verdict] += 1;
        counts.values += result.values;
        for (const each of result.lost) {
          // Told at once: all of it takes long.
          process.stderr.write(`lost: ${pair.src} ${pair.id} ${way}: ${each}\n`);
          lost.push(`${pair.src} ${pair.id} ${way}: ${each}`);
        }
      }
    }
    process.stderr.write(`seeded pairs: ${JSON.stringify(counts)}\n`);
    expect(lost).toEqual([]);
    expect(counts.values).toBeGreaterThan(50);
  },
);

interface Survival {
  readonly verdict: 'kept' | 'announced' | 'refusedByRows' | 'notLoaded';
  readonly lost: readonly string[];
  /** How many columns' values were compared. */
  readonly values: number;
}

async function survive(server: SharedPostgres, from: string, to: string): Promise<Survival> {
  const [one, two] = [await server.createDatabase(), await server.createDatabase()];
  const client = new pg.Client({ connectionString: one.url });
  client.on('error', () => {});
  try {
    await client.connect();
    await using wanted = await openReader(two.url);
    try {
      await client.query(from);
      await wanted.run(to);
    } catch {
      return { verdict: 'notLoaded', lost: [], values: 0 };
    }
    await using reader = await openReader(one.url);
    const before = await reader.read();
    await seed(client, before);
    const values = await valuesOf(client, before);
    const first = planBetween(before, await wanted.read(), rules);
    // With rows in them, too: the order of columns may cost time, but no value.
    const plan = planBetween(before, await wanted.read(), rules, { reorder: new Set(first.misplaced) });
    if (plan.refused.length > 0) return { verdict: 'announced', lost: [], values: 0 };
    try {
      await client.query(`BEGIN;\n${plan.statements.map(({ sql }) => `${sql};\n`).join('')}COMMIT`);
    } catch {
      return { verdict: 'refusedByRows', lost: [], values: 0 };
    }
    const after = await valuesOf(client, await reader.read());
    const lost = [...values].filter(([key, was]) => after.get(key) !== was && !isAnnounced(key, plan));
    return {
      verdict: plan.statements.some(({ hazards }) => hazards.some(({ code }) => code === 'data-loss'))
        ? 'announced'
        : 'kept',
      lost: lost.map(
        ([key, was]) =>
          `${key}: ${was} → ${after.get(key)}\n${plan.statements.map(({ sql }) => sql).join(';\n')}`,
      ),
      values: values.size,
    };
  } finally {
    await client.end().catch(() => {});
    await one.drop();
    await two.drop();
  }
}

/** A loss was told of the column or its table; and a value that is rewritten in another type is the same value. */
function isAnnounced(key: string, plan: Plan): boolean {
  const table = key.replace(/^column (.*)\.[^.]*$/, 'table $1');
  return plan.statements.some(({ object, hazards }) =>
    hazards.some(
      ({ code, object: of }) =>
        (code === 'data-loss' && (of === key || of === table)) ||
        (object === key && code === 'table-rewrite'),
    ),
  );
}

const SAMPLES: readonly (readonly [RegExp, (n: number) => string])[] = [
  [/^(smallint|integer|bigint|numeric|real|double)/, (n) => String(n)],
  [/^(text|character|citext)/, (n) => `'v${n}'`],
  [/^boolean/, (n) => String(n === 1)],
  [/^(timestamp|date)/, (n) => `'2020-01-0${n}'`],
  [/^uuid/, (n) => `'00000000-0000-0000-0000-00000000000${n}'`],
  [/^jsonb?/, (n) => `'{"n": ${n}}'`],
];

/** Two rows a table, as far as its constraints let them in; several rounds, for those that refer to each other. */
async function seed(client: pg.Client, catalog: Catalog): Promise<void> {
  const tables = [...catalog.objects.values()].filter(
    ({ kind, properties }) => kind === 'table' && properties.partitionKey === undefined,
  );
  for (let round = 0; round < 3; round += 1) {
    for (const table of tables)
      for (const n of [1, 2]) await client.query(insertSql(table, catalog, n)).catch(() => {});
  }
}

function insertSql(table: CatalogObject, catalog: Catalog, n: number): string {
  const given = [...catalog.objects.values()].flatMap(({ kind, parent, identity, properties }) => {
    if (kind !== 'column' || parent !== `table ${table.identity}` || properties.generated !== undefined)
      return [];
    if (properties.identity !== undefined) return [];
    const type = String(properties.type);
    const labels = catalog.objects.get(`enum ${type}`)?.properties.labels;
    const value = Array.isArray(labels)
      ? `'${labels[0]}'`
      : SAMPLES.find(([pattern]) => pattern.test(type) && !type.endsWith('[]'))?.[1](n);
    return value === undefined ? [] : [[identity.slice(table.identity.length + 1), value] as const];
  });
  return `INSERT INTO ${table.identity} (${given.map(([name]) => name).join(', ')}) VALUES (${given.map(([, value]) => value).join(', ')})`;
}

/** Of each column that is not computed: its values as text, sorted. */
async function valuesOf(client: pg.Client, catalog: Catalog): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [key, { kind, parent, identity, properties }] of catalog.objects) {
    if (kind !== 'column' || properties.generated !== undefined || parent?.startsWith('table ') !== true)
      continue;
    const table = parent.slice('table '.length);
    const name = identity.slice(table.length + 1);
    const { rows } = await client.query(
      `SELECT coalesce(string_agg(${name}::text, ',' ORDER BY ${name}::text), '') AS v FROM ${table}`,
    );
    const value = String(rows[0]?.v ?? '');
    if (value !== '') found.set(key, value);
  }
  return found;
}
