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
  Target,
} from '../engine.ts';
import { ConnectionLost, SqlFailure } from '../failure.ts';
import type { NewHistoryEntry, Store } from '../store.ts';
import { insertHistorySql } from './history.ts';
import { keepsakes } from './keepsakes.ts';
import { HELD_SQL, lockHolder, oldTransactions, STILL_OURS, tryLock, unlock } from './lock.ts';
import { holdsData, rowsChanged } from './loss.ts';
import { openScratch } from './scratch.ts';
import { ownSql, resetSql, type SessionDefaults } from './settings.ts';
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
  readonly #defaults: SessionDefaults;
  #hasLock = false;
  #inTransaction = false;

  constructor(
    engine: Engine,
    server: ServerInfo & { readonly versionNum: number },
    wire: Wire,
    target: Target,
    defaults: SessionDefaults,
  ) {
    this.engine = engine;
    this.server = server;
    this.#wire = wire;
    this.#target = target;
    this.#defaults = defaults;
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
    const sql = resetSql(settings, this.#target, this.server.versionNum, this.#defaults);
    this.#inTransaction = begin;
    if (begin) {
      // Sent with the first statement that follows: one round trip for both. Whether the lock is still held is asked
      // with the history entry at the end.
      this.#wire.defer(`${sql}; BEGIN`);
      return;
    }
    const [row] = await this.#wire.query(`${sql}; ${HELD_SQL}`);
    if (this.#hasLock && row?.held !== 't') throw lockLost();
  }

  async begin(): Promise<void> {
    await this.#wire.query('BEGIN');
    this.#inTransaction = true;
  }

  commit(): Promise<void> {
    return this.#commit('COMMIT');
  }

  async commitWith(entry: NewHistoryEntry, { durable } = { durable: true }): Promise<void> {
    const insert = insertHistorySql(entry, this.#hasLock ? STILL_OURS : undefined);
    try {
      const relaxed = durable ? '' : 'SET LOCAL synchronous_commit = off; ';
      await this.#commit(`${ownSql(this.#target)}; ${insert}; ${relaxed}COMMIT`);
    } catch (error) {
      // not_null_violation
      const unlocked =
        error instanceof SqlFailure && error.code === '23502' && error.message.includes('"history"');
      throw unlocked ? lockLost() : error;
    }
  }

  async #commit(sql: string): Promise<void> {
    this.#inTransaction = false;
    const tag = await this.#wire.tag(sql);
    if (tag !== 'COMMIT') {
      throw new SqlFailure(
        'other',
        'the server rolled the transaction back at COMMIT: a statement in it had failed',
        { code: '25P02' },
      );
    }
  }

  async rollback(): Promise<void> {
    this.#inTransaction = false;
    if (!this.#wire.dropDeferred()) await this.#wire.query('ROLLBACK');
  }

  async savepoint(name: string): Promise<void> {
    await this.#wire.query(`SAVEPOINT ${name}`);
  }

  async rollbackTo(name: string): Promise<void> {
    await this.#wire.query(`ROLLBACK TO SAVEPOINT ${name}`);
  }

  async ownVoice(): Promise<void> {
    await this.#wire.query(ownSql(this.#target));
  }

  async setLockTimeout(ms: number): Promise<void> {
    await this.#wire.query(`SET lock_timeout = ${ms}`);
  }

  async execute(statement: Statement): Promise<void> {
    if (statement.data === undefined) await this.#wire.query(statement.sql);
    else await this.#wire.copyIn(statement.sql, statement.data);
  }

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
    const { previous, ours = [] } = options;
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
    return catalogStamp(this.#query);
  }

  scratch(): Promise<Session> {
    return openScratch(this.#wire, this.engine, this.#target);
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

  close(): Promise<void> {
    return this.#wire.close();
  }

  abandon(): void {
    this.#wire.destroy(new ConnectionLost('the server did not answer in time and was left alone'));
  }

  readonly #query = Object.assign((sql: string) => this.#wire.arrays(sql), {
    all: (sqls: readonly string[]) => this.#wire.batch(sqls),
  });

  /** For the conformance suite and tools beside the runner: rows of a query. */
  rows(sql: string): Promise<readonly Row[]> {
    return this.#wire.query(sql);
  }
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
