import type { EngineName, Hazard, LockHolder } from '../api/api.ts';
import type { Catalog, CatalogObject, CatalogScope, Json } from '../catalog/catalog.ts';
import type { Dialect, Statement } from '../sql/sql.ts';
import type { SqlFailure } from './failure.ts';
import type { PlanRules } from './rules.ts';
import type { NewHistoryEntry, Store, UntimedHistoryEntry } from './store.ts';

/** All that knows a server: its dialect, what it can do, how to reach it. One line in `engines.ts` registers it. */
export interface Engine {
  readonly name: EngineName;
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  /**
   * Opens one session and finds out where it stands: version, pooler, read-only.
   * Throws `connection-*`, `server-unsupported`, `pooler-detected`, `read-only`.
   */
  connect(target: Target): Promise<Session>;
  /** What a statement is, for the runner's choices. Loads the server's parser when first needed. */
  classify(statement: Statement): Promise<StatementClass>;
  /** Statements, for a person with more rights to type, by which this user may migrate, or look. */
  grants(server: Pick<ServerInfo, 'database' | 'user'>): { readonly migrate: string; readonly look: string };
  /** What the statements of a script can do, by their text; absent where nobody has said so yet. */
  hazards?(statements: readonly Statement[]): readonly (readonly Hazard[])[];
  /** How a statement reaches out of the database that it runs in, in words; absent where nobody has said so yet. */
  reaches?(statement: Statement): string | undefined;
  /** How its objects are made, dropped and changed; absent where catalogs cannot be read. */
  planRules?(): Promise<PlanRules>;
}

/** What servers do differently, asked instead of their names. */
export interface Capabilities {
  /** DDL takes part in transactions. MySQL and MariaDB commit at each DDL statement. */
  readonly transactionalDdl: boolean;
  /** A statement that ends the open transaction is refused; else it ends it without a word. */
  readonly guardsTransaction: boolean;
  /** Catalog rows tell which transaction wrote them. */
  readonly rowOrigin: boolean;
  /** A view stays when what it selects from goes, and cannot be made again then. */
  readonly brokenViews: boolean;
  /** `readCatalog` is there: drift, snapshots and measured undo need it. */
  readonly catalog: boolean;
}

export interface Target {
  /** `postgres://user:password@host/database?sslmode=…`, `mysql://…`. */
  readonly url: string;
  readonly tls?: { readonly mode: 'verify' | 'encrypt' | 'off'; readonly ca?: string };
  readonly role?: string;
  readonly pooler: 'none' | 'session';
  readonly schemas: 'all' | readonly string[];
  /** What `pg_stat_activity` and the process list show. */
  readonly application: string;
  /** Version of Mooring, for our rows. */
  readonly runner: string;
  /** Nothing will be written: a standby will do. */
  readonly readOnly?: boolean;
  /** Messages that statements raise (NOTICE, WARNING). */
  readonly onNotice?: (message: string) => void;
  /** When a missing answer is looked into; milliseconds. */
  readonly watch?: { readonly after: number; readonly every: number; readonly giveUp: number };
}

export interface ServerInfo {
  /** `17.10`, `11.4.5`. */
  readonly version: string;
  readonly major: number;
  readonly database: string;
  readonly user: string;
  /** The server's own number of this session. */
  readonly pid: number;
}

/** Keys of the catalog. */
export interface NewName {
  readonly from: string;
  readonly to: string;
}

export interface StatementClass {
  /**
   * `yes`: runs in a transaction block. `no`: the server refuses it there.
   * `try`: only the server can tell (CALL and DO may commit).
   */
  readonly inTransaction: 'yes' | 'no' | 'try';
  readonly effect: 'ddl' | 'dml' | 'session' | 'control' | 'query';
  /** How a bare statement whose answer was lost is judged; absent: only a person can. */
  readonly settlement?: Settlement;
  /** Its wait for a lock stands in the way of others, so the wait is kept short. */
  readonly blocksOthers: boolean;
  /** Its wait for a lock may come after long work, so it must not be cut short. */
  readonly dear?: boolean;
  /** Leaves in the session what no replay can build up again (temporary tables). */
  readonly unreplayable?: string;
  /** Takes away what earlier statements have left in the session, by the same names. */
  readonly frees?: readonly string[];
  /** Tables that it empties, spelled as in SQL. */
  readonly truncates?: readonly string[];
  /** Where the server does not number what it keeps: tables and columns that have another name afterwards. */
  readonly renames?: readonly NewName[];
  /** Where the server does not count rows: tables that lose rows or values by its text, or `unknown` ones. */
  readonly overwrites?: readonly string[] | 'unknown';
  /** For a bare statement: SQL of the same effect that is cheap and runs in a transaction, to try what it does. */
  readonly trial?: string;
  /** Releases every lock of the session, ours included. */
  readonly freesLock?: boolean;
  /** By its text, the previous application may not survive it: something dropped, renamed, retyped, constrained. */
  readonly breaks: boolean;
}

/** A closed list (design §4.4). Names are as written in the statement, schema and name apart, unquoted. */
export type Settlement =
  | { readonly rule: 'run-again' }
  | {
      readonly rule: 'index';
      readonly action: 'create' | 'drop';
      readonly name: QualifiedName;
      readonly table?: QualifiedName;
    }
  | {
      /** Rebuilds indexes beside the old ones; what is cut short leaves invalid copies. */
      readonly rule: 'reindex';
      /** Of which kind `name` is; without a name the whole database. */
      readonly of: 'index' | 'table' | 'schema' | 'database';
      readonly name?: QualifiedName;
    }
  | { readonly rule: 'detach'; readonly table: QualifiedName; readonly partition: QualifiedName }
  | {
      /** DDL that is atomic for each of its objects: what stood before and what stands now tell whether it ran. */
      readonly rule: 'definition';
      readonly objects: readonly DefinedObject[];
      /** Rows come with it (CREATE … SELECT), which its definition does not tell of. */
      readonly filled?: boolean;
    };

export interface DefinedObject {
  /** `table`, `view`, `trigger`, …: as in SHOW CREATE. */
  readonly kind: string;
  readonly name: QualifiedName;
  readonly change: 'made' | 'gone' | 'changed' | 'emptied';
  /** What is changed keeps its columns and constraints: the statement drops none, and renames none. */
  readonly keeps?: boolean;
}

export interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

/** Known settings of a session, set before each migration. Durations in milliseconds, 0 for none. */
export interface SessionSettings {
  readonly lockTimeout: number;
  readonly statementTimeout: number;
}

/** One connection to one database. It holds the lock and does the work, so that both end together. */
export interface Session {
  readonly engine: Engine;
  readonly server: ServerInfo;
  readonly store: Store;

  /** Takes the one lock of this database if it is free; never waits in the server. Asking again when held is true. */
  tryLock(): Promise<boolean>;
  /** Who holds the lock now, as far as the role may see. */
  lockHolder(): Promise<LockHolder | undefined>;
  unlock(): Promise<void>;

  /**
   * Everything a migration may have set is put back; then the known settings; then, if asked, a transaction begins.
   * Keeps the lock; throws `lock-lost`.
   */
  reset(settings: SessionSettings, begin?: boolean): Promise<void>;
  /** The same within the open transaction, between two scripts of it. */
  resetWithin(settings: SessionSettings): Promise<void>;
  begin(): Promise<void>;
  /** Throws `SqlFailure` when the server rolls back instead (deferred constraints). */
  commit(): Promise<void>;
  /**
   * The same without waiting, where the server has a way: it takes place with the next statement that is sent, at the
   * latest when the session is closed. What it is refused for is told then, as `OwnFailed` where that was to run a file's
   * statement; `answered` tells it, too.
   */
  commitSoon(): Promise<Soon>;
  rollback(): Promise<void>;
  /**
   * The end of a transaction that did a migration: our own voice, the history entry, COMMIT, in as few round trips as
   * the server allows. An entry with `transaction: 'current'` gets the transaction's number. Throws `lock-lost`, and then
   * nothing of the transaction has happened.
   */
  commitWith(entry: NewHistoryEntry): Promise<void>;
  /** The same, as `commitSoon`. */
  commitWithSoon(entry: NewHistoryEntry): Promise<Soon>;
  /**
   * The last statement of a transaction and its end, with blobs that the entry names, without waiting in between. The
   * server need not wait for its disk: a crash of the server may take the transaction back, whole, until a later commit
   * of another kind has been answered. `next`: the settings of the next `reset`, for which the session is put back at
   * once. `refused`: the server refused the statement, and nothing was committed. Throws as `commitWith`.
   *
   * Where DDL is transactional it may be called again with `after`, the key of the entry before, while the answer to the
   * call before, which must have ended in the same settings, is still to come: then the statement is the only one of a
   * transaction of its own, and nothing of it stays unless that entry is in the history.
   */
  executeAndCommit(
    statement: Statement,
    entry: UntimedHistoryEntry,
    blobs: ReadonlyMap<string, Uint8Array>,
    next: SessionSettings,
    after?: string,
  ): Promise<{ readonly refused?: SqlFailure }>;
  savepoint(name: string): Promise<void>;
  rollbackTo(name: string): Promise<void>;
  /** Our own statements follow: the migrator's role and no timeouts, whatever the migration has set. */
  ownVoice(): Promise<void>;
  /** A lock_timeout for what follows, within the transaction if one is open. */
  setLockTimeout(ms: number): Promise<void>;

  /** Sends one statement of a file. Throws `SqlFailure`, `OwnFailed`, `ConnectionLost` (failure.ts). */
  execute(statement: Statement): Promise<void>;
  /** Whether what the statement does in a transaction is rolled back with it, all of it. */
  isAtomic(statement: Statement): Promise<boolean>;
  /**
   * What the statement that ran last has left in the session and running it again would not: for its journal row, from
   * which `restore` gives it to another session.
   */
  carried(statement: Statement): Promise<Json | undefined>;
  restore(carried: Json): Promise<void>;
  /** The current transaction's number, where the server tells it. */
  transactionId(): Promise<string | undefined>;
  /** Rows deleted or overwritten by the current transaction, by table; `unknown` where the server does not count. */
  rowsChanged(): Promise<ReadonlyMap<string, number> | 'unknown'>;
  /** Asks the server, over another connection, to end the statement that is running. */
  cancel(): Promise<void>;

  /** Reads all objects in scope; consistent or throws `busy`. */
  readCatalog(scope: CatalogScope, options?: ReadOptions): Promise<CatalogRead>;
  /** Nothing of anybody's is in scope. */
  empty(scope: CatalogScope): Promise<boolean>;
  /** Cheap: differs whenever any catalog row does; rights and accounts where they are asked for. */
  catalogStamp(include?: CatalogScope['include']): Promise<string>;
  /** Opens a new, empty database on the same server; its `close` drops it. */
  scratch(): Promise<Session>;
  /**
   * The same, standing as this database does, without rows, to try DDL in where no transaction takes it back. What is
   * executed there is held to it. `live`: what stands here, as it was read. Throws `undo-unproven` for what would reach beyond it, `privilege-missing`.
   */
  twin(live: Catalog): Promise<Session>;
  /** What stands before a bare statement runs, for its journal row and for `settle`. Throws where it could only go wrong. */
  beforeBare(settlement: Settlement | undefined): Promise<{ readonly [key: string]: Json }>;
  /** How an interrupted bare statement is gone on with; cleans up what that very statement left. */
  settle(settlement: Settlement, before: { readonly [key: string]: Json }): Promise<Settled>;
  /** Sentences about sessions that a wait for locks may be due to: transactions older than the given seconds. */
  oldTransactions(olderThanSeconds: number): Promise<readonly string[]>;
  /** Does the object hold what a loss would lose? For tables any row, for columns any value but NULL and the default. */
  holdsData(question: LossQuestion, timeoutMs: number): Promise<LossAnswer>;
  /** The DROP statement for an object that a repeatable made; none for kinds that hold data. */
  dropSql(object: CatalogObject): string | undefined;
  /** Statements that give grants, owners and comments back to objects once they are made again. */
  keepsakes(objects: readonly CatalogObject[]): Promise<readonly string[]>;
  /** Sends SQL of ours within a transaction; a refusal is no harm. */
  executeIfPossible(sql: string): Promise<void>;
  /** Whether every value of one type is a value of the other, unchanged. */
  widens(fromType: string, toType: string): boolean;

  close(): Promise<void>;
  /** Gives the connection up at once, without a word to the server. */
  abandon(): void;
}

/** What is under way. Nobody need listen. */
export interface Soon {
  readonly answered: Promise<void>;
}

export interface Settled {
  readonly verdict: 'done' | 'run' | 'doubt';
  /** What was found and done about it. */
  readonly note: string;
  /** What was removed, in a sentence. */
  readonly cleaned?: string;
}

export interface ReadOptions {
  /** Also say whose transactions wrote each object's rows: the open transaction (its subtransactions included) is own. */
  readonly origin?: boolean;
  /** Numbers of earlier transactions that count as own, too; both ends included. */
  readonly ours?: readonly { readonly from: string; readonly to: string }[];
  /** An earlier read in this session: all transactions that have begun since count as own, too. */
  readonly allSince?: CatalogRead;
  /** An earlier read in this session: what the open transaction cannot have changed since need not be read again. */
  readonly previous?: CatalogRead;
}

export interface CatalogRead {
  readonly catalog: Catalog;
  /** What differs from `previous`, by key, undefined for what is gone; absent where that is not known. */
  readonly changes?: ReadonlyMap<string, CatalogObject | undefined>;
  /** Whose transactions wrote each object's rows since the earlier read, or since the first of `ours`; with `origin` only. */
  readonly written?: ReadonlyMap<string, 'own' | 'foreign'>;
  /** Where the server's transactions stood, and the number of the open one; for a later read. */
  readonly point?: string;
  readonly transaction?: string;
  /** Differs for an object that was dropped and made again under the same name. */
  ids(): ReadonlyMap<string, string>;
}

export type LossQuestion =
  | ({ readonly type: 'table'; readonly table: string } & LossOptions)
  | ({
      readonly type: 'column';
      readonly table: string;
      readonly column: string;
      readonly default: string | null;
    } & LossOptions);

export interface LossOptions {
  /** Without a lock, what is asked may change at once; default true. */
  readonly lock?: boolean;
  /** Count the rows, however many there are; default false. */
  readonly count?: boolean;
}

export interface LossAnswer {
  readonly holds: boolean | 'unknown';
  /** Why it is not known. */
  readonly why?: string;
  /** `~1200 rows`. */
  readonly estimate: string;
}
