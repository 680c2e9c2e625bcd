import { type LockHolder, MooringError } from '../../api/api.ts';
import type { Catalog, CatalogObject, CatalogScope, Json } from '../../catalog/catalog.ts';
import type { Statement } from '../../sql/sql.ts';
import type {
  CatalogRead,
  Engine,
  LossAnswer,
  LossQuestion,
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
import { type Carried, carriedBy, restoring } from './carried.ts';
import { namesOf } from './catalog/catalog.ts';
import { classify, leftoverOf } from './classify.ts';
import { keepsakes } from './keepsakes.ts';
import { heldSql, lockHolder, oldTransactions, tryLock, unlock } from './lock.ts';
import { holdsData } from './loss.ts';
import { lockName, tableOf } from './names.ts';
import { Programs } from './programs.ts';
import { Reader } from './reader.ts';
import { EARLIER } from './rows.ts';
import { openScratch } from './scratch.ts';
import { type Home, knownSettings, lockTimeoutSql, ownSettings, putBack } from './settings.ts';
import { beforeBare, settle } from './settle.ts';
import { storeOn } from './store.ts';
import { makeTwin } from './twin.ts';
import { widens } from './types.ts';
import { Untransactional } from './untransactional.ts';
import { Voice } from './voice.ts';
import { identifier, literal, type Row, type Wire } from './wire.ts';

/** One connection to a MySQL or MariaDB database: it holds the lock and does the work. */
export class MysqlSession implements Session {
  readonly engine: Engine;
  readonly server: ServerInfo;
  readonly store: Store;
  readonly #home: Home;
  readonly #wire: Wire;
  readonly #reader: Reader;
  readonly #target: Target;
  readonly #lockName: string;
  /** Session variables as they were when it began. */
  readonly #variables: ReadonlyMap<string, string>;
  /** What statements left in the session, as the SQL that takes it away. */
  readonly #leftovers = new Set<string>();
  /** A statement of a file has run since the last reset. */
  #used = false;
  /** One that may have told the session something. */
  #told = false;
  /** The limit on how long a statement may run; undefined before the first reset. */
  #statementTimeout: number | undefined;
  /** It may have changed the database that names without one mean. */
  #moved = false;
  /** LOCK TABLES is in force; START TRANSACTION would end it. */
  #tablesLocked = false;
  /** What the last statement gave to LAST_INSERT_ID(), `0` for nothing. */
  #lastInsertId = '0';
  readonly #voice: Voice;
  readonly #untransactional: Untransactional;
  readonly #programs = new Programs();
  /** Before then no transaction is older than `oldTransactions` was asked for. */
  #youngUntil = 0;
  /** As it was set last, where nothing can have changed it since. */
  #lockTimeout: number | undefined;
  #hasLock = false;

  constructor(
    engine: Engine,
    home: Home,
    server: ServerInfo,
    wire: Wire,
    target: Target,
    namesIgnoreCase: boolean,
    variables: ReadonlyMap<string, string>,
  ) {
    this.engine = engine;
    this.server = server;
    this.#home = home;
    this.#wire = wire;
    this.#reader = new Reader(wire, home, server.pid);
    this.#target = target;
    this.#variables = variables;
    this.#voice = new Voice(home);
    this.#untransactional = new Untransactional(variables.get('default_storage_engine') ?? '');
    this.#lockName = lockName(server.database, namesIgnoreCase);
    this.store = storeOn(wire, server.database, target.runner);
  }

  async tryLock(): Promise<boolean> {
    this.#hasLock = await tryLock(this.#wire, this.#lockName);
    return this.#hasLock;
  }

  lockHolder(): Promise<LockHolder | undefined> {
    return lockHolder(this.#wire, this.#lockName);
  }

  async unlock(): Promise<void> {
    this.#hasLock = false;
    await unlock(this.#wire, this.#lockName);
  }

  async reset(settings: SessionSettings, begin = false): Promise<void> {
    this.#wire.forget();
    if (this.#isAsReset(settings)) await this.setLockTimeout(settings.lockTimeout);
    else await this.#resetAll(settings);
    if (begin) await this.begin();
  }

  /** Nothing that has run since the last reset can have changed what it set, or released the lock. */
  #isAsReset({ statementTimeout }: SessionSettings): boolean {
    const untouched = !this.#told && !this.#moved && !this.#tablesLocked && this.#leftovers.size === 0;
    return (
      untouched &&
      this.#statementTimeout === statementTimeout &&
      this.#voice.isTheirs &&
      !this.#wire.inTransaction
    );
  }

  async #resetAll(settings: SessionSettings): Promise<void> {
    if (this.#used) {
      await putBack(this.#wire, this.#variables, this.#leftovers, this.#told);
      this.#told = false;
      this.#leftovers.clear();
      this.#used = false;
      this.#moved = false;
      this.#tablesLocked = false;
    }
    const held = this.#hasLock ? [heldSql(this.#lockName)] : [];
    const answers = await this.#wire.queryAll([...knownSettings(settings, this.#home), ...held]);
    this.#voice.reset(settings.statementTimeout > 0);
    this.#lockTimeout = settings.lockTimeout;
    this.#statementTimeout = settings.statementTimeout;
    if (this.#hasLock && answers.at(-1)?.[0]?.held !== '1') {
      throw new MooringError(
        'lock-lost',
        'this session no longer holds the lock of the database: a statement released it',
        {
          hint: 'Take RELEASE_ALL_LOCKS() out of the migrations, then run again.',
        },
      );
    }
  }

  resetWithin(settings: SessionSettings): Promise<void> {
    return this.reset(settings);
  }

  async begin(): Promise<void> {
    if (this.#tablesLocked) this.#wire.begin('SET SESSION autocommit = 0');
    else this.#wire.begin();
  }

  async commit(): Promise<void> {
    await this.#wire.commit(...(this.#tablesLocked ? ['SET SESSION autocommit = 1'] : []));
  }

  async commitSoon(): Promise<Soon> {
    if (!this.#tablesLocked) return { answered: this.#wire.commitSoon() };
    await this.commit();
    return { answered: Promise.resolve() };
  }

  async commitWith(entry: NewHistoryEntry): Promise<void> {
    await this.#addLast(entry);
    await this.commit();
  }

  async commitWithSoon(entry: NewHistoryEntry): Promise<Soon> {
    await this.#addLast(entry);
    return this.commitSoon();
  }

  async #addLast(entry: NewHistoryEntry): Promise<void> {
    await this.ownVoice();
    const { transaction, ...rest } = entry;
    await this.store.addHistory(transaction === undefined || transaction === 'current' ? rest : entry);
  }

  async executeAndCommit(
    statement: Statement,
    entry: UntimedHistoryEntry,
    blobs: ReadonlyMap<string, Uint8Array>,
  ): Promise<{ readonly refused?: SqlFailure }> {
    const started = performance.now();
    try {
      await this.execute(statement);
    } catch (error) {
      if (error instanceof SqlFailure) return { refused: error };
      throw error;
    }
    await this.store.putBlobs(blobs);
    await this.commitWith({ ...entry, ms: performance.now() - started });
    return {};
  }

  async rollback(): Promise<void> {
    this.#wire.forget();
    await this.#wire.query('ROLLBACK');
    if (this.#tablesLocked) await this.#wire.query('SET SESSION autocommit = 1');
    this.#wire.inTransaction = false;
  }

  async savepoint(name: string): Promise<void> {
    await this.#wire.query(`SAVEPOINT ${name}`);
  }

  async rollbackTo(name: string): Promise<void> {
    await this.#wire.query(`ROLLBACK TO SAVEPOINT ${name}`);
  }

  async ownVoice(): Promise<void> {
    if (await this.#voice.own(this.#wire, ownSettings(this.#home))) this.#lockTimeout = undefined;
  }

  async setLockTimeout(ms: number): Promise<void> {
    if (this.#lockTimeout === ms) return;
    await this.#voice.theirs(this.#wire);
    this.#wire.setSoon(lockTimeoutSql(ms));
    this.#lockTimeout = ms;
  }

  async execute(statement: Statement): Promise<void> {
    if (statement.data !== undefined)
      throw new MooringError('internal', `${this.#home.flavor.label} has no COPY with data`);
    this.#used = true;
    const kind = classify(this.engine.dialect, statement);
    this.#told ||= await this.#programs.mayTell(statement, kind, this.#look);
    const leftover = leftoverOf(this.engine.dialect, statement);
    if (leftover !== undefined) this.#leftovers.add(leftover);
    const { sql, locksTables } = this.#asSent(statement);
    await this.#voice.theirs(this.#wire);
    this.#voice.hears(sql.slice(0, 10_000));
    this.#untransactional.sent(statement);
    if (/timeout/i.test(sql.slice(0, 10_000))) this.#lockTimeout = undefined;
    const { warnings, insertId } = await this.#wire.run(sql);
    this.#lastInsertId = insertId;
    if (locksTables !== undefined) this.#tablesLocked = locksTables;
    if (/\buse\b/i.test(statement.sql.slice(0, 100))) this.#moved = true;
    if (warnings > 0 && this.#target.onNotice !== undefined) await this.#tellWarnings(this.#target.onNotice);
  }

  /** LOCK TABLES lets a session write nothing else: our journal is locked along with the rest. */
  #asSent({ sql }: Statement): { readonly sql: string; readonly locksTables?: boolean } {
    if (this.#hasLock && /^lock\s+tables?\s/i.test(sql)) {
      const journal = tableOf(this.server.database, 'journal');
      return { sql: `${sql}, ${journal} WRITE, ${journal} AS ${EARLIER} WRITE`, locksTables: true };
    }
    const frees = /^(unlock\s+tables?|begin|start\s+transaction)\s*$/i.test(sql);
    return frees ? { sql, locksTables: false } : { sql };
  }

  async isAtomic(statement: Statement): Promise<boolean> {
    if (classify(this.engine.dialect, statement).effect !== 'dml') return true;
    return !(await this.#untransactional.writes(statement, this.#look));
  }

  async carried(statement: Statement): Promise<Json | undefined> {
    const carried = await carriedBy(this.#wire, this.engine.dialect, statement, this.#lastInsertId);
    return carried === undefined ? undefined : { ...carried };
  }

  async restore(carried: Json): Promise<void> {
    this.#used = true;
    this.#told = true;
    for (const sql of restoring(carried as Carried)) await this.#wire.query(sql);
  }

  /** Not told by these servers in a way that outlives the transaction. */
  async transactionId(): Promise<undefined> {
    return undefined;
  }

  async rowsChanged(): Promise<'unknown'> {
    return 'unknown';
  }

  async cancel(): Promise<void> {
    const beside = await this.#wire.beside();
    try {
      await beside.query(`KILL QUERY ${this.server.pid}`);
    } finally {
      await beside.close();
    }
  }

  async empty(_scope: CatalogScope): Promise<boolean> {
    const where = (column: string) => `${column} = ${literal(this.server.database)}`;
    const [row] = await this.#wire.query(`SELECT
      EXISTS (SELECT 1 FROM information_schema.TABLES WHERE ${where('TABLE_SCHEMA')} AND TABLE_NAME NOT LIKE 'mooring|_%' ESCAPE '|')
      OR EXISTS (SELECT 1 FROM information_schema.ROUTINES WHERE ${where('ROUTINE_SCHEMA')})
      OR EXISTS (SELECT 1 FROM information_schema.EVENTS WHERE ${where('EVENT_SCHEMA')}) AS used`);
    return row?.used === '0';
  }

  async oldTransactions(olderThanSeconds: number): Promise<readonly string[]> {
    if (Date.now() < this.#youngUntil) return [];
    const { told, oldest } = await oldTransactions(this.#wire, olderThanSeconds);
    // A transaction grows old no faster than the clock; ages are cut down to whole seconds.
    this.#youngUntil = Date.now() + (olderThanSeconds - oldest - 1) * 1000;
    return told;
  }

  async beforeBare(settlement: Settlement | undefined): Promise<{ readonly [key: string]: Json }> {
    const own = this.server.database;
    const unnamed =
      settlement?.rule === 'definition' && settlement.objects.some(({ name }) => name.schema === undefined);
    return beforeBare(this.#look, settlement, unnamed ? await this.#inUse() : own, own);
  }

  /** A question that must not disturb the migration's own session. */
  readonly #look = (...sqls: readonly string[]) => this.#reader.query(sqls);

  /** The database that names without one mean now. */
  async #inUse(): Promise<string> {
    if (!this.#moved) return this.server.database;
    const [row] = await this.#wire.query('SELECT DATABASE() AS name');
    return row?.name ?? this.server.database;
  }

  async readCatalog(scope: CatalogScope): Promise<CatalogRead> {
    const { readCatalog } = await import('./catalog/catalog.ts');
    const { tableProof } = await import('./exact.ts');
    const { flavor } = this.#home;
    const catalog = await readCatalog(this.#reader.query, scope, this.server, flavor, tableProof(flavor));
    // Nothing tells a table that was made anew from one that was rebuilt.
    return { catalog, ids: () => new Map() };
  }

  async catalogStamp(include: CatalogScope['include'] = []): Promise<string> {
    const { catalogStamp } = await import('./catalog/catalog.ts');
    return catalogStamp(this.#reader.query, this.server.database, this.#home.flavor, include);
  }

  async scratch(): Promise<Session> {
    return (await openScratch(this.#wire, this.engine, this.#home.flavor, this.#target)).session;
  }

  async twin({ objects }: Catalog): Promise<Session> {
    const { flavor, database } = this.#home;
    const {
      session: scratch,
      giveBeforehand,
      putToSleep,
    } = await openScratch(this.#wire, this.engine, flavor, this.#target);
    try {
      if (!(scratch instanceof MysqlSession)) throw new MooringError('internal', 'another engine in scratch');
      const { dialect } = this.engine;
      giveBeforehand([...objects.values()].filter(({ kind }) => kind === 'grant'));
      await makeTwin({ dialect, flavor, database, reader: this.#reader }, scratch, (sqls) =>
        scratch.#reader.query(sqls.map(putToSleep)),
      );
      return scratch;
    } catch (error) {
      await scratch.close();
      throw error;
    }
  }

  async settle(settlement: Settlement, before: { readonly [key: string]: Json }): Promise<Settled> {
    return settle(this.#look, settlement, before);
  }

  holdsData(question: LossQuestion, timeoutMs: number): Promise<LossAnswer> {
    return holdsData(this.#reader, this.#home.flavor, this.server.database, question, timeoutMs);
  }

  dropSql(object: CatalogObject): string | undefined {
    if (!DROPPABLE.has(object.kind)) return undefined;
    const [name = ''] = namesOf(object.identity);
    return `DROP ${object.kind.toUpperCase()} IF EXISTS ${identifier(name)}`;
  }

  keepsakes(objects: readonly CatalogObject[]): Promise<readonly string[]> {
    return keepsakes(this.#reader, this.server.database, objects);
  }

  async executeIfPossible(sql: string): Promise<void> {
    await this.#wire.query(sql).catch((error: unknown) => {
      if (!(error instanceof SqlFailure)) throw error;
    });
  }

  widens(fromType: string, toType: string): boolean {
    return widens(fromType, toType);
  }

  abandon(): void {
    this.#reader.abandon();
    this.#wire.destroy(new ConnectionLost('the server did not answer in time and was left alone'));
  }

  async close(): Promise<void> {
    await this.#reader.close();
    await this.#wire.close();
  }

  /** For the conformance suite and tools beside the runner: rows of a query. */
  rows(sql: string): Promise<readonly Row[]> {
    return this.#wire.query(sql);
  }

  async #tellWarnings(tell: (message: string) => void): Promise<void> {
    const rows = await this.#wire.query('SHOW WARNINGS').catch((error: unknown) => {
      if (error instanceof SqlFailure) return [];
      throw error;
    });
    for (const row of rows) if (row.Code !== MODES_APART) tell(`${row.Level}: ${row.Message} (${row.Code})`);
  }
}

/** Some of the modes that belong together are set without the others (MySQL, 3135): that says nothing of what was done. */
const MODES_APART = '3135';

/** What a repeatable may have made: it holds no data. */
const DROPPABLE = new Set(['view', 'function', 'procedure', 'trigger', 'event']);
