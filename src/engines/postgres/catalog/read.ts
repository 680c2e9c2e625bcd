import { setTimeout as sleep } from 'node:timers/promises';
import { MooringError } from '../../../api/api.ts';
import { type Catalog, type CatalogScope, MODEL_VERSION } from '../../../catalog/catalog.ts';
import { dependencySql, takeDependency } from './dependencies.ts';
import { extensionMembers } from './extensions.ts';
import { FAMILIES } from './families.ts';
import { type Origin, type OwnRange, readOrigins } from './origin.ts';
import { presence } from './presence.ts';
import { type ArrayQuery, type ArrayRow, type Family, queryAll, Reading, takeEach } from './reading.ts';
import { roles } from './roles.ts';
import { schemas } from './schemas.ts';
import { catalogStamp } from './stamp.ts';
import { remember, stateAfter } from './state.ts';
import { underReadSettings } from './transaction.ts';
import { unmodelledSql } from './unmodelled.ts';

export interface PostgresReadOptions {
  /** A transaction is open; the read stays within a savepoint of it. Default false: it opens one of its own. */
  readonly inTransaction?: boolean;
  /** Also say which objects' rows were written since that point (`originPoint`), by whom. */
  readonly origin?: { readonly since: string; readonly ours?: readonly OwnRange[] };
}

export interface PostgresCatalogRead {
  readonly catalog: Catalog;
  /** With `origin` only: by key. Objects untouched since are absent. */
  readonly written?: ReadonlyMap<string, Origin>;
}

const ATTEMPTS = 4;

/**
 * All objects in scope as of one time: if any catalogue changed while it was read, it is read again. Takes no locks
 * but those of the server's deparsing functions, for which it waits 1 s at most; leaves the session as it was.
 * Throws `busy` when four attempts were disturbed.
 */
export async function readCatalog(
  query: ArrayQuery,
  scope: CatalogScope,
  serverVersionNum: number,
  options: PostgresReadOptions = {},
): Promise<PostgresCatalogRead> {
  let disturbance = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const read = await underReadSettings(query, options.inTransaction ?? false, () =>
        readOnce(query, scope, serverVersionNum, options),
      );
      if (read !== undefined) return read;
      disturbance = 'other sessions changed the schema while it was read';
    } catch (error) {
      if (!isPassing(error)) throw error;
      disturbance = error instanceof Error ? error.message : String(error);
    }
    if (attempt < ATTEMPTS) await sleep(100 * attempt);
  }
  throw new MooringError(
    'busy',
    `The catalog could not be read as of one time in ${ATTEMPTS} attempts: ${disturbance}.`,
    {
      hint: 'Run it again when no other session changes the schema.',
    },
  );
}

/** Undefined if something changed meanwhile. */
async function readOnce(
  query: ArrayQuery,
  scope: CatalogScope,
  version: number,
  options: PostgresReadOptions,
): Promise<PostgresCatalogRead | undefined> {
  const before = await catalogStamp(query, version);
  const reading = new Reading(version, scope);
  await readAtOnce(query, PRELIMINARIES, reading);
  await readFamilies(query, reading);
  await takeEach(query, dependencySql(reading), (row) => takeDependency(row, reading));
  reading.settleNeeds();
  const unmodelled = await readUnmodelled(query, reading);
  const written =
    options.origin && (await readOrigins(query, options.origin.since, reading, options.origin.ours));
  if ((await catalogStamp(query, version)) !== before) return undefined;
  const catalog: Catalog = {
    model: MODEL_VERSION,
    engine: 'postgres',
    server: { version: versionText(version), major: Math.floor(version / 10_000) },
    scope,
    objects: reading.drafts,
    unmodelled,
  };
  remember(catalog, stateAfter(reading));
  return written === undefined ? { catalog } : { catalog, written };
}

/** What all other reads are narrowed by. */
export const PRELIMINARIES: readonly Family[] = [extensionMembers, schemas, roles, presence];

/**
 * The families' queries in one message, with more of the caller's after them, whose rows are returned. For answers that
 * are small: round trips count where locks are held.
 */
export async function readAtOnce(
  query: ArrayQuery,
  families: readonly Family[],
  reading: Reading,
  more: readonly string[] = [],
): Promise<readonly (readonly ArrayRow[])[]> {
  const asked = families.flatMap((family) => {
    const sql = isIdle(family, reading) ? undefined : family.sql(reading);
    return sql === undefined ? [] : [{ family, sql }];
  });
  const answers = await queryAll(query, [...asked.map(({ sql }) => sql), ...more]);
  asked.forEach(({ family }, at) => {
    take(family, answers[at] ?? [], reading);
  });
  return answers.slice(asked.length);
}

/** Runs every family's query; rows are taken in while the server makes the next ones. */
async function readFamilies(query: ArrayQuery, reading: Reading): Promise<void> {
  for (const family of FAMILIES) {
    const sql = isIdle(family, reading) ? undefined : family.sql(reading);
    if (sql !== undefined) await takeEach(query, sql, (row) => family.take(row, reading));
  }
}

/** There is none of it, or a partial read is about nothing that the family reads. */
function isIdle({ of, rare }: Family, { only, present }: Reading): boolean {
  if (rare !== undefined && !present.has(rare)) return true;
  return only !== undefined && (of?.every((kind) => only[kind].size === 0) ?? false);
}

async function readUnmodelled(query: ArrayQuery, reading: Reading): Promise<Catalog['unmodelled']> {
  const sql = unmodelledSql(reading);
  if (sql === undefined) return [];
  const rows = await query(sql);
  return rows.map(([kind, count]) => ({ kind: kind ?? '', count: Number(count) }));
}

function take(family: Family, rows: readonly ArrayRow[], reading: Reading): void {
  for (const row of rows) family.take(row, reading);
}

/** Waited too long for a lock (55P03), or an object went while it was spelled out (XX000 and friends: cache lookup failed). */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    ['55P03', '40P01', '40001'].includes(code) ||
    /cache lookup failed|could not open relation|does not exist/.test(error.message)
  );
}

/** 140012 → 14.12. */
function versionText(version: number): string {
  return `${Math.floor(version / 10_000)}.${version % 10_000}`;
}
