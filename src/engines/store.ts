import type { ErrorReport } from '../api/api.ts';
import type { Json } from '../catalog/catalog.ts';

/**
 * Our tables in the target: claims, history, journal, snapshots, and blobs by their hash.
 * Rows are only ever added (snapshots and blobs that nothing needs any more are the exception).
 * Each write takes part in the session's transaction if one is open, else it is its own.
 */
export interface Store {
  /** How our tables stand; reads nothing else. Throws `history-newer`. */
  state(): Promise<'absent' | 'current' | 'older'>;
  /** The same with `history()`, where the tables are there, in as few round trips as the server allows. */
  stateAndHistory(): Promise<{
    readonly state: 'absent' | 'current' | 'older';
    readonly entries: readonly HistoryEntry[];
  }>;
  /** Creates or upgrades our tables. Call it under the lock. Throws `publication-all-tables` unless allowed. */
  ensure(options?: { readonly allowPublication?: boolean }): Promise<void>;
  /** Throws `history-writable`, naming the roles, when others than the migrator may write our tables. */
  guard(): Promise<void>;

  /** All entries by `seq`. Large texts stay in their blobs. */
  history(): Promise<readonly HistoryEntry[]>;
  addHistory(entry: NewHistoryEntry): Promise<void>;
  /** Looks one entry up by its key: did the COMMIT whose answer was lost take place? */
  hasHistory(key: string): Promise<boolean>;

  /**
   * Journal rows of migrations' runs that no `done` history entry of the same key has closed, by `seq`; `run`: of this one
   * alone, whatever it is. A revert that was cut short stands in nobody's way: the next one plans from what is there.
   */
  openJournal(run?: string): Promise<readonly JournalEntry[]>;
  /** The same of reverts. */
  openReverts(): Promise<readonly JournalEntry[]>;
  addJournal(entry: NewJournalEntry): Promise<void>;
  hasJournal(key: string): Promise<boolean>;

  /** The newest claim with the database's time. */
  latestClaim(): Promise<Claim | undefined>;
  /** The cluster of the first claim that names one, of those that came after the time, ISO 8601; with that claim's time. */
  firstCluster(after?: string): Promise<{ readonly cluster: string; readonly at: string } | undefined>;
  addClaim(claim: NewClaim): Promise<void>;

  /** Newest first. */
  snapshots(): Promise<readonly SnapshotRow[]>;
  /** With the blobs that it needs. */
  addSnapshot(row: NewSnapshotRow, blobs?: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Gives a snapshot its fingerprint. */
  sealSnapshot(key: string, fingerprint: string): Promise<void>;
  removeSnapshots(keys: readonly string[]): Promise<void>;
  /** Gives a snapshot another parent and the delta that goes with it; what it stands for stays. */
  rebaseSnapshot(key: string, parent: string | undefined, delta: string): Promise<void>;

  /** Stores what is not there yet. Keys are hex sha256 of content or of an object's canonical form. */
  putBlobs(blobs: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Those of the keys that are there. */
  getBlobs(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The keys, of those given, that are not stored. */
  missingBlobs(keys: readonly string[]): Promise<readonly string[]>;
  removeBlobsExcept(keys: readonly string[]): Promise<void>;

  /** The server's clock, ISO 8601 UTC with milliseconds. */
  now(): Promise<string>;
}

/** Filled by the server when a row is added. */
interface Stamped {
  /** Order of the rows, from 1; gaps are possible. */
  readonly seq: number;
  /** ISO 8601 UTC, the server's clock. */
  readonly at: string;
  /** The database user. */
  readonly by: string;
}

interface Owned {
  /** Made by the client, so that a row can be looked for after a lost answer: a UUID. */
  readonly key: string;
  /** `<namespace>/<name>`; `/<name>` from outside a cluster. */
  readonly owner: string;
  /** Version of Mooring that wrote the row. */
  readonly runner: string;
}

export type HistoryAction =
  | 'apply'
  | 'undo'
  | 'baseline'
  /** The history changes hands. */
  | 'take-over'
  /** The snapshot was moved to the live catalog by a person. */
  | 'accept'
  /** The live catalog was led back to the snapshot, or to one before it, by a plan. */
  | 'revert';

export interface NewHistoryEntry extends Owned {
  readonly action: HistoryAction;
  /** The migration's id; for `accept`, `revert` and `take-over` empty. */
  readonly id: string;
  readonly description: string;
  readonly state: 'done' | 'failed';
  /** Of the migration; `''` where there is none. */
  readonly checksum: string;
  readonly phase: 'expand' | 'contract';
  readonly repeat: 'once' | 'onChange' | 'always';
  /** A migration that the previous application may not survive. */
  readonly breaking: boolean;
  readonly ms: number;
  /** Digest of the bundle that it came from; `''` without one. */
  readonly bundle: string;
  /** Hash of the cluster's CA, where the run knew it. */
  readonly cluster?: string;
  /** Blob of the migration's file as it ran. */
  readonly script?: string;
  /** Blob of the undo's file, and sha256 hex of the undo's checksum and text, against tampering. */
  readonly undo?: string;
  /** The server's number of the transaction that did the work, where it is known; `current`: of the one that writes it. */
  readonly transaction?: string;
  readonly error?: ErrorReport;
  /** What else is known: file names, directives, touched objects, what was absorbed. */
  readonly detail: { readonly [key: string]: Json };
}

export type HistoryEntry = NewHistoryEntry & Stamped;

/** An entry that is sent while its migration is still at work: the server measures, from where its transaction began. */
export type UntimedHistoryEntry = Omit<NewHistoryEntry, 'ms'>;

export interface NewJournalEntry extends Owned {
  /** Key of the history entry that will close this run of one migration. */
  readonly run: string;
  readonly action: 'apply' | 'undo' | 'revert';
  /** The migration's; empty for `revert`. */
  readonly id: string;
  /** 1-based number of the statement. */
  readonly statement: number;
  /**
   * `started`: about to run bare. `done`: ran (for a statement in a transaction, the only row, of that transaction).
   * `failed`: the server said no. `ran`, `not-ran`: a person's word.
   */
  readonly event: 'started' | 'done' | 'failed' | 'ran' | 'not-ran';
  /** Checksum of the statement's tokens. */
  readonly checksum: string;
  readonly file: string;
  readonly line: number;
  /** The statement, its first 2,000 characters. */
  readonly sql: string;
  readonly detail: { readonly [key: string]: Json };
}

export type JournalEntry = NewJournalEntry & Stamped;

export interface NewClaim extends Owned {
  readonly bundle: string;
  /** Name of the Job; `''` outside a cluster. */
  readonly job: string;
  readonly cluster?: string;
}

export type Claim = NewClaim & Stamped;

export interface NewSnapshotRow extends Owned {
  /** Key of the snapshot that `delta` is against; absent: against nothing. */
  readonly parent?: string;
  /** Key of the history entry after which it was taken. */
  readonly history?: string;
  readonly model: number;
  /** sha256 hex over the whole; `''` until it is sealed. */
  readonly fingerprint: string;
  /** Blob with the delta. */
  readonly delta: string;
  /** Scope, server version, extension versions. */
  readonly detail: { readonly [key: string]: Json };
}

export type SnapshotRow = NewSnapshotRow & Stamped;
