/** What the shop's schema is, as somebody other than Mooring tells it. */
export interface Testimony {
  /** By whom: the server's own dump where there is one, else by queries of the catalogues. */
  readonly how: string;
  readonly schema: string;
}

/** Looks at the database by the server's own means only, and is the shop's hand in it. */
export interface Witness extends AsyncDisposable {
  /** What a file did before its bad statement is taken back with it. */
  readonly takesDdlBack: boolean;
  /** The server says in which column of a statement an unknown name stands. */
  readonly tellsColumn: boolean;

  /** What the shop and its people do, in one session. */
  run(sql: string): Promise<void>;
  /** Rows as text, columns joined by `|`. */
  rows(sql: string): Promise<readonly string[]>;
  /** Does the database answer that at all? */
  answers(sql: string): Promise<boolean>;
  isTrue(sql: string): Promise<boolean>;

  /** The schema without ours. */
  testimony(): Promise<Testimony>;
  /** The shop's tables, by name. */
  tables(): Promise<readonly string[]>;
  /** Every column by its name, with its type and default. */
  columns(): Promise<ReadonlyMap<string, string>>;
  /** Rows of the shop's first tables, in the columns that they have had from the beginning. */
  goods(): Promise<string>;
  /** The server's number for a table, another one if it was dropped and made again. */
  numberOf(table: string): Promise<string>;
  /** A statement that begins with these words waits for a lock. */
  waits(words: string): Promise<boolean>;

  /** As Mooring's output names an object of the shop. */
  named(object: string): string;
  /** One of Mooring's own tables, in SQL. */
  ours(table: string): string;
  /** SQL. */
  dropIndex(index: string, table: string): string;
  /** SQL that puts back what the database has noted of the time, by as much. */
  passed(minutes: number): string;
}
