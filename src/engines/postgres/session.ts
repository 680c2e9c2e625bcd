import { MooringError } from '../../api/api.ts';
import type { CatalogObject, CatalogScope, Json } from '../../catalog/catalog.ts';
import type { Statement } from '../../sql/sql.ts';
import type {
  CatalogRead,
  Engine,
  LossAnswer,
  LossQuestion,
  ReadOptions,
  ServerInfo,
  Session,
  SessionSettings,
  Settled,
  Settlement,
  Soon,
  Target,
} from '../engine.ts';
import { ConnectionLost, SqlFailure } from '../failure.ts';
import type { NewHistoryEntry, Store, UntimedHistoryEntry } from '../store.ts';
import { insertBlobsSql } from './blobs.ts';
import type { ArrayQuery, ArrayRow } from './catalog/catalog.ts';
import { hasEntry, insertHistorySql } from './history.ts';
import { keepsakes } from './keepsakes.ts';
import { HELD_SQL, lockHolder, oldTransactions, STILL_OURS, tryLock, UNLOCK, unlock } from './lock.ts';
import { holdsData, rowsChanged } from './loss.ts';
import type { Ended } from './queries.ts';
import { openScratch } from './scratch.ts';
import { ownSql, resetSql, type SettingsAtStart } from './settings.ts';
import { beforeBare, settle } from './settle.ts';
import { storeOn } from './store.ts';
import { widens } from './types.ts';
import { literal, type Row, type Wire } from './wire.ts';

/** One connection to a PostgreSQL database: it holds the lock and does the work. */
export class PostgresSession implements Session {
  readonly engine: Engine;
  readonly server: ServerInfo & { readonly versionNum: number };
  readonly store: Store;
  readonly #wire: Wire;
  readonly #target: Target;
  readonly #began: SettingsAtStart;
  readonly #ownSql: string;
  /** Texts that are sent with each migration, by their settings. */
  readonly #resets = new Map<string, string>();
  #hasLock = false;
  #inTransaction = false;
  /** The settings that the session has been put back to since a migration last used it, if it has. */
  #fresh: SessionSettings | undefined;
  /** Putting it back, as long as the server is at it. */
  #resetting: Promise<Ended> | undefined;

  constructor(
    engine: Engine,
    server: ServerInfo & { readonly versionNum: number },
    wire: Wire,
    target: Target,
    began: SettingsAtStart,
  ) {
    this.engine = engine;
    this.server = server;
    this.#wire = wire;
    this.#target = target;
    this.#began = began;
    this.#ownSql = ownSql(target);
    this.store = storeOn(wire, target.runner);
    if (target.onNotice !== undefined) wire.onNotice(target.onNotice);
  }

  async tryLock(): Promise<boolean> {
    this.#hasLock = await tryLock(this.#wire);
    return this.#hasLock;
  }

  lockHolder() {
    return lockHolder(this.#wire);
  }

  async unlock(): Promise<void> {
    this.#hasLock = false;
    await unlock(this.#wire);
  }

  async reset(settings: SessionSettings, begin = false): Promise<void> {
    const sql = this.#resetSql(settings);
    this.#inTransaction = begin;
    const fresh = this.#fresh;
    this.#fresh = undefined;
    if (
      begin &&
      fresh?.lockTimeout === settings.lockTimeout &&
      fresh.statementTimeout === settings.statementTimeout
    ) {
      this.#wire.sendAhead(BEGIN);
      return;
    }
    await this.#endResetting();
    if (begin) {
      // Sent with the first statement that follows: one round trip for both. In a transaction of its own, because one
      // that has failed refuses all that comes after. Whether the lock is still held is asked at the end, with the
      // history entry.
      this.#wire.sendAhead(`${inTransaction(sql)}; BEGIN`);
      return;
    }
    const [row] = await this.#wire.query(`${sql}; ${HELD_SQL}`);
    if (this.#hasLock && row?.held !== 't') throw lockLost();
  }

  async resetWithin(settings: SessionSettings): Promise<void> {
    await this.#wire.query(this.#resetSql(settings));
  }

  #resetSql(settings: SessionSettings): string {
    const key = `${settings.lockTimeout} ${settings.statementTimeout}`;
    const known = this.#resets.get(key);
    if (known !== undefined) return known;
    const sql = resetSql(settings, this.#target, this.#began);
    this.#resets.set(key, sql);
    return sql;
  }

  /** Waits until the session has been put back. */
  async #endResetting(): Promise<void> {
    const resetting = this.#resetting;
    this.#resetting = undefined;
    if (resetting !== undefined) await this.#wire.watched(resetting);
  }

  async begin(): Promise<void> {
    await this.#wire.query('BEGIN');
    this.#inTransaction = true;
  }

  commit(): Promise<void> {
    return this.#commit('COMMIT');
  }

  async commitSoon(): Promise<Soon> {
    await this.commit();
    return { answered: Promise.resolve() };
  }

  async commitWithSoon(entry: NewHistoryEntry): Promise<Soon> {
    await this.commitWith(entry);
    return { answered: Promise.resolve() };
  }

  async commitWith(entry: NewHistoryEntry): Promise<void> {
    try {
      await this.#commit(this.#endSql(entry, ''));
    } catch (error) {
      throw endFailed(error);
    }
  }

  async executeAndCommit(
    statement: Statement,
    entry: UntimedHistoryEntry,
    blobs: ReadonlyMap<string, Uint8Array>,
    next: SessionSettings,
    after?: string,
  ): Promise<{ readonly refused?: SqlFailure }> {
    this.#inTransaction = false;
    const inserts = insertBlobsSql(blobs).map((sql) => `${sql}; `);
    const end = this.#endSql(entry, `${inserts.join('')}SET LOCAL synchronous_commit = off; `, after);
    const ahead = after === undefined ? this.#wire.takeAhead() : BEGIN;
    // Each message costs a wake-up of two processes; a BEGIN alone is no matter for its own.
    const before = ahead === BEGIN ? `${BEGIN}; ` : '';
    const first = ahead === undefined || ahead === BEGIN ? [] : [ahead];
    const answers = this.#wire.together([
      ...first,
      before + statement.sql,
      `${IN_TRANSACTION}; ${end}`,
      inTransaction(this.#resetSql(next)),
    ]);
    const [did, ended] = await this.#wire.watched(Promise.all(answers.slice(first.length, -1)));
    if (did?.ok === false) {
      const failure = did.error instanceof SqlFailure ? did.error.shifted(before.length) : did.error;
      const reason = await this.#reasonOf(failure, first.length === 0 ? this.#resetting : answers[0]);
      if (!(reason instanceof SqlFailure)) throw reason;
      return { refused: reason };
    }
    // The server is at it while the next migration is being prepared here. Nobody need wait for it: should it fail, then
    // in a transaction, and all that comes after is refused.
    this.#resetting = answers.at(-1);
    if (ended?.ok === false) throw endFailed(ended.error);
    checkCommitted(ended?.tag ?? '');
    this.#fresh = next;
    return {};
  }

  /** What was refused in a failed transaction was refused because of what failed in it before. */
  async #reasonOf(failure: unknown, before: Promise<Ended> | undefined): Promise<unknown> {
    if (!(failure instanceof SqlFailure) || failure.code !== IN_FAILED_TRANSACTION || before === undefined)
      return failure;
    const how = await this.#wire.watched(before);
    return how.ok ? failure : how.error;
  }

  #endSql(entry: NewHistoryEntry | UntimedHistoryEntry, before: string, after?: string): string {
    const provided = [
      ...(this.#hasLock ? [STILL_OURS] : []),
      ...(after === undefined ? [] : [hasEntry(after)]),
    ].join(' AND ');
    const insert = insertHistorySql(entry, provided === '' ? undefined : provided);
    return `${this.#ownSql}; ${before}${insert}; COMMIT`;
  }

  async #commit(sql: string): Promise<void> {
    this.#inTransaction = false;
    checkCommitted(await this.#wire.tag(sql));
  }

  async rollback(): Promise<void> {
    this.#inTransaction = false;
    if (this.#wire.takeAhead() === undefined) await this.#wire.rollback();
  }

  async savepoint(name: string): Promise<void> {
    await this.#wire.query(`SAVEPOINT ${name}`);
  }

  async rollbackTo(name: string): Promise<void> {
    await this.#wire.query(`ROLLBACK TO SAVEPOINT ${name}`);
  }

  async ownVoice(): Promise<void> {
    await this.#wire.query(this.#ownSql);
  }

  async setLockTimeout(ms: number): Promise<void> {
    await this.#wire.query(`SET lock_timeout = ${ms}`);
  }

  async execute(statement: Statement): Promise<void> {
    try {
      if (statement.data === undefined) await this.#wire.query(statement.sql);
      else await this.#wire.copyIn(statement.sql, statement.data);
    } catch (error) {
      throw await this.#reasonOf(error, this.#resetting);
    }
  }

  async isAtomic(): Promise<boolean> {
    return true;
  }

  /** What a session keeps is set by statements that can be sent again. */
  async carried(): Promise<undefined> {
    return undefined;
  }

  async restore(): Promise<void> {}

  async transactionId(): Promise<string | undefined> {
    const [row] = await this.#wire.query('SELECT pg_catalog.pg_current_xact_id() AS id');
    return row?.id ?? undefined;
  }

  rowsChanged() {
    return rowsChanged(this.#wire);
  }

  async cancel(): Promise<void> {
    const client = await this.#wire.beside();
    try {
      await client.query(`SELECT pg_catalog.pg_cancel_backend(${this.server.pid})`);
    } finally {
      await client.end().catch(() => {});
    }
  }

  async readCatalog(scope: CatalogScope, options: ReadOptions = {}): Promise<CatalogRead> {
    const { idsOf, pointBefore, readCatalog, readTouched } = await import('./catalog/catalog.ts');
    const [row] = await this.#wire.query(
      'SELECT pg_catalog.pg_current_snapshot() AS point, pg_catalog.pg_current_xact_id_if_assigned() AS id',
    );
    const point = row?.point ?? '1:1:';
    const { previous, allSince } = options;
    const ours = allSince === undefined ? (options.ours ?? []) : [{ from: nextAt(allSince), to: NEVER }];
    const since = previous?.point ?? (ours[0] === undefined ? point : pointBefore(ours[0].from));
    const origin = options.origin === true ? { origin: { since, ours } } : {};
    const common = { point, ...(row?.id == null ? {} : { transaction: row.id }) };
    if (previous !== undefined && this.#inTransaction) {
      const touched = await readTouched(this.#query, previous.catalog, this.server.versionNum, origin);
      const { catalog, changes } = touched;
      return {
        ...common,
        catalog,
        changes,
        ids: () => idsOf(catalog),
        ...(touched.written === undefined ? {} : { written: touched.written }),
      };
    }
    const read = await readCatalog(this.#query, scope, this.server.versionNum, {
      inTransaction: this.#inTransaction,
      ...origin,
    });
    return { ...common, ...read, ids: () => idsOf(read.catalog) };
  }

  async catalogStamp(): Promise<string> {
    const { catalogStamp } = await import('./catalog/catalog.ts');
    return catalogStamp(this.#query, this.server.versionNum);
  }

  scratch(): Promise<Session> {
    return openScratch(this.#wire, this.engine, this.#target);
  }

  async twin(): Promise<Session> {
    throw new MooringError('internal', 'DDL of PostgreSQL is tried in a transaction');
  }

  beforeBare(settlement: Settlement | undefined): Promise<{ readonly [key: string]: Json }> {
    return beforeBare(this.#wire, settlement);
  }

  settle(settlement: Settlement, before: { readonly [key: string]: Json }): Promise<Settled> {
    return settle(this.#wire, settlement, before);
  }

  oldTransactions(olderThanSeconds: number): Promise<readonly string[]> {
    return oldTransactions(this.#wire, olderThanSeconds);
  }

  holdsData(question: LossQuestion, timeoutMs: number): Promise<LossAnswer> {
    return holdsData(this.#wire, question, timeoutMs);
  }

  dropSql(object: CatalogObject): string | undefined {
    const kind = DROPPABLE[object.kind];
    return kind === undefined ? undefined : kind(object.identity);
  }

  keepsakes(objects: readonly CatalogObject[]): Promise<readonly string[]> {
    return keepsakes(this.#wire, objects);
  }

  async executeIfPossible(sql: string): Promise<void> {
    await this.#wire.query('SAVEPOINT mooring_try');
    try {
      await this.#wire.query(sql);
      await this.#wire.query('RELEASE SAVEPOINT mooring_try');
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      await this.#wire.query('ROLLBACK TO SAVEPOINT mooring_try; RELEASE SAVEPOINT mooring_try');
    }
  }

  widens(fromType: string, toType: string): boolean {
    return widens(fromType, toType);
  }

  async empty(scope: CatalogScope): Promise<boolean> {
    const schemas =
      scope.schemas === 'all' ? '' : `AND n.nspname IN (${scope.schemas.map(literal).join(', ')})`;
    const [row] = await this.#wire.query(emptySql(schemas));
    return row?.empty === 't';
  }

  /** The lock is free when it returns. */
  close(): Promise<void> {
    return this.#wire.close(this.#hasLock ? UNLOCK : undefined);
  }

  abandon(): void {
    this.#wire.destroy(new ConnectionLost('the server did not answer in time and was left alone'));
  }

  readonly #query: ArrayQuery = Object.assign((sql: string) => this.#wire.arrays(sql), {
    all: (sqls: readonly string[]) => this.#wire.batch(sqls),
    each: (sql: string, take: (row: ArrayRow) => void) => this.#wire.each(sql, take),
  });

  /** For the conformance suite and tools beside the runner: rows of a query. */
  rows(sql: string): Promise<readonly Row[]> {
    return this.#wire.query(sql);
  }
}

/** More than any transaction's number. */
const NEVER = String(Number.MAX_SAFE_INTEGER);

/** The first transaction that had not begun then: a snapshot is spelled `xmin:xmax:in progress`. */
function nextAt({ point }: CatalogRead): string {
  return point?.split(':')[1] ?? '0';
}

const BEGIN = 'BEGIN';

/** in_failed_sql_transaction */
const IN_FAILED_TRANSACTION = '25P02';

/** One that fails refuses all that comes after it. */
function inTransaction(sql: string): string {
  return `BEGIN; ${sql}; COMMIT`;
}

/** A statement that fails outside of a transaction block and does nothing in one. */
const IN_TRANSACTION = 'SAVEPOINT mooring_end; RELEASE SAVEPOINT mooring_end';

/** COMMIT answers ROLLBACK where the transaction had failed. */
function checkCommitted(tag: string): void {
  if (tag === 'COMMIT') return;
  throw new SqlFailure(
    'other',
    'the server rolled the transaction back at COMMIT: a statement in it had failed',
    { code: '25P02' },
  );
}

function endFailed(error: unknown): unknown {
  // not_null_violation: see STILL_OURS.
  const unlocked =
    error instanceof SqlFailure && error.code === '23502' && error.message.includes('"history"');
  return unlocked ? lockLost() : error;
}

function lockLost(): MooringError {
  return new MooringError(
    'lock-lost',
    'this session no longer holds the lock of the database: a statement released all advisory locks',
    { hint: 'Take pg_advisory_unlock_all() and DISCARD ALL out of the migrations, then run again.' },
  );
}

/** Objects that a repeatable migration makes, and how they are dropped by the name that the model gives them. */
const DROPPABLE: Readonly<Record<string, (identity: string) => string>> = {
  view: (identity) => `DROP VIEW IF EXISTS ${identity}`,
  'materialized view': (identity) => `DROP MATERIALIZED VIEW IF EXISTS ${identity}`,
  function: (identity) => `DROP FUNCTION IF EXISTS ${identity}`,
  procedure: (identity) => `DROP PROCEDURE IF EXISTS ${identity}`,
  trigger: (identity) => `DROP TRIGGER IF EXISTS ${identity}`,
  policy: (identity) => `DROP POLICY IF EXISTS ${identity}`,
  index: (identity) => `DROP INDEX IF EXISTS ${identity}`,
  enum: (identity) => `DROP TYPE IF EXISTS ${identity}`,
  domain: (identity) => `DROP DOMAIN IF EXISTS ${identity}`,
  type: (identity) => `DROP TYPE IF EXISTS ${identity}`,
};

/** No relation, routine or type of anybody's; schemas other than public alone do not count, extensions' objects neither. */
function emptySql(schemas: string): string {
  const mine = (catalog: string, namespace: string, more: string) => `EXISTS (
    SELECT FROM pg_catalog.${catalog} x JOIN pg_catalog.pg_namespace n ON n.oid = x.${namespace}
    WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'mooring') ${schemas} ${more}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = x.oid AND d.deptype = 'e'))`;
  return `SELECT NOT (${mine('pg_class', 'relnamespace', "AND x.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')")}
    OR ${mine('pg_proc', 'pronamespace', '')}
    OR ${mine('pg_type', 'typnamespace', "AND x.typtype IN ('e', 'd')")}) AS empty`;
}
