import type { Connection as CoreConnection } from 'mysql2';
import type { Connection, ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { ConnectionLost, OwnFailed, SqlFailure } from '../failure.ts';
import { WATCH_TIMES, type WatchTimes, watch } from '../watchdog.ts';
import { translate } from './errors.ts';
import { type Item, Outbox } from './outbox.ts';
import { watchedWire } from './watchdog.ts';

/** A row as text: every value in the server's own spelling, NULL as null. */
export type Row = Readonly<Record<string, string | null>>;

/** Flags of the protocol's OK packet (MySQL internals, "Status Flags"). */
const AUTOCOMMIT = 2;

/** Larger statements are sent at once, so that a message is one that every server takes. */
const MOST_TOGETHER = 200_000;

/** How often an idle session says that it is alive, in milliseconds; well below `wait_timeout` (settings.ts). */
const PING_EVERY = 8_000;

export interface Ran {
  readonly warnings: number;
  readonly autocommit: boolean;
  readonly insertId: string;
}

/** One connection: a lost one is told as `ConnectionLost` once and for all. */
export class Wire {
  readonly #connection: Connection;
  readonly #config: ConnectionOptions;
  readonly #pings: NodeJS.Timeout;
  #lost: ConnectionLost | undefined;
  readonly #times: WatchTimes;
  /** Of queries that wait for their answer. */
  readonly #waiting = new Set<() => void>();

  /** The server's number of this session; the greeting has room for 32 bits of it. */
  serverPid: number;

  readonly #outbox = new Outbox();

  /** Between `begin` and its end. */
  inTransaction = false;

  private constructor(connection: Connection, config: ConnectionOptions, times: WatchTimes) {
    this.#connection = connection;
    this.#config = config;
    this.#times = times;
    this.serverPid = connection.threadId;
    connection.on('error', (error: unknown) => this.#lose(error));
    connection.on('end', () => this.#lose(new ConnectionLost('the connection to the database was closed')));
    this.#pings = setInterval(() => this.#ping(), PING_EVERY);
    this.#pings.unref();
  }

  /** Opens a connection; throws what mysql2 throws. */
  static async open(config: ConnectionOptions, times: WatchTimes = WATCH_TIMES): Promise<Wire> {
    const { createConnection } = await import('./driver.ts');
    return new Wire(await createConnection(config), config, times);
  }

  /** The number that the server gave this session in its greeting. */
  get protocolPid(): number {
    return this.#connection.threadId;
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** One statement; its rows, as text. Throws `SqlFailure`, `ConnectionLost`. */
  async query(sql: string): Promise<readonly Row[]> {
    return (await this.queryAll([sql]))[0] ?? [];
  }

  /** Statements of ours in one message; the rows of each. */
  async queryAll(sqls: readonly string[]): Promise<readonly (readonly Row[])[]> {
    if (sqls.length === 0) return [];
    const before = this.#outbox.take(true);
    const answers = await this.#sendOwn([...before, ...sqls.map((sql) => ({ sql }))]);
    return answers.slice(before.length).map((rows) => (Array.isArray(rows) ? (rows as Row[]) : []));
  }

  /**
   * One statement whose rows nobody wants, with what waits in front of it; how many warnings it left, and the id of a row
   * that it made (`0` for none). Throws `OwnFailed` where something of ours was refused: then it was not run.
   */
  async run(sql: string): Promise<Ran> {
    if (sql.length > MOST_TOGETHER) await this.#sendOwn(this.#outbox.take(true));
    const before = this.#outbox.take(true);
    try {
      return ranOf((await this.#send([...before, { sql }])).at(-1));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw error.at < before.length ? new OwnFailed(error.failure) : error.failure;
    }
  }

  /** A setting for the statement that comes next; it replaces the one before it that no statement came after. */
  setSoon(sql: string): void {
    this.#outbox.set(sql);
  }

  /** Opens a transaction, with the next message. */
  begin(sql = 'START TRANSACTION READ WRITE'): void {
    this.inTransaction = true;
    this.#outbox.begin(sql);
  }

  /** Ends it, with the next message; the promise is kept when the server has answered. */
  commitSoon(): Promise<void> {
    this.inTransaction = false;
    return this.#outbox.commit();
  }

  async commit(...after: readonly string[]): Promise<void> {
    void this.commitSoon();
    for (const sql of after) this.#outbox.owe(sql);
    await this.flush();
  }

  /** Sends what waits, in one message. What a statement of ours is refused for that was not waited for, is told here. */
  async flush(): Promise<void> {
    await this.#sendOwn(this.#outbox.take(false));
  }

  /** What waits in the open transaction is not sent. */
  forget(): void {
    this.#outbox.forget();
  }

  /** A write of ours: part of the open transaction, else at once durable, even where a migration turned autocommit off. */
  async write(sql: string): Promise<void> {
    if (this.inTransaction && sql.length < MOST_TOGETHER) {
      this.#outbox.add(sql);
      if (this.#outbox.length >= 20) await this.flush();
      return;
    }
    const { autocommit } = ranOf((await this.#sendOwn([...this.#outbox.take(false), { sql }])).at(-1));
    if (!autocommit && !this.inTransaction) await this.#sendOwn([{ sql: 'COMMIT' }]);
  }

  /** Another connection with the same settings, for what must not wait for this one. */
  beside(more: Pick<ConnectionOptions, 'multipleStatements'> = {}): Promise<Wire> {
    return Wire.open({ ...this.#config, ...more }, this.#times);
  }

  /** Gives the connection up at once, without a word to the server. */
  destroy(reason: ConnectionLost): void {
    this.#lose(reason);
    this.#connection.destroy();
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    if (this.#lost !== undefined) return;
    this.forget();
    await this.flush().catch(() => {});
    this.#lost ??= new ConnectionLost('the session was closed');
    const late = new Promise((done) => setTimeout(done, 2_000).unref());
    await Promise.race([this.#connection.end().catch(() => {}), late]);
    this.#connection.destroy();
  }

  async #sendOwn(items: readonly Item[]): Promise<readonly unknown[]> {
    try {
      return items.length === 0 ? [] : await this.#send(items);
    } catch (error) {
      throw error instanceof Refused ? error.failure : error;
    }
  }

  /** In one message; all of their results. Throws `Refused`, `ConnectionLost`. */
  async #send(items: readonly Item[]): Promise<readonly unknown[]> {
    const counted = { answers: 0 };
    try {
      const results = await this.#exchange(items.map(({ sql }) => sql).join(';\n'), counted);
      for (const { hears = [] } of items) for (const hear of hears) hear();
      return results;
    } catch (error) {
      const failure = translate(error, items[Math.min(counted.answers, items.length - 1)]?.sql);
      if (failure instanceof ConnectionLost) this.#lose(failure);
      const answered = failure instanceof SqlFailure ? counted.answers : 0;
      for (const [n, { hears = [] }] of items.entries())
        for (const hear of hears) hear(n < answered ? undefined : failure);
      throw failure instanceof SqlFailure ? new Refused(failure, answered) : failure;
    }
  }

  async #exchange(sql: string, counted: { answers: number }): Promise<readonly unknown[]> {
    if (this.#lost !== undefined) throw this.#lost;
    let onLost = (): void => {};
    const gone = new Promise<never>((_, reject) => {
      onLost = () => reject(this.#lost);
    });
    gone.catch(() => {});
    this.#waiting.add(onLost);
    const stop = watch(watchedWire(this), this.#times);
    try {
      return await Promise.race([exchange(this.#connection, sql, counted), gone]);
    } finally {
      stop();
      this.#waiting.delete(onLost);
    }
  }

  #ping(): void {
    if (this.#waiting.size === 0 && this.#lost === undefined)
      this.#connection.ping().catch((error: unknown) => this.#lose(error));
  }

  #lose(reason: unknown): void {
    clearInterval(this.#pings);
    const failure = translate(reason);
    this.#lost ??= failure instanceof ConnectionLost ? failure : new ConnectionLost(failure.message, reason);
    for (const onLost of this.#waiting) onLost();
  }
}

/** The statement of a message that the server refused: those before it were run, those after it were not. */
class Refused extends Error {
  readonly failure: SqlFailure;
  readonly at: number;

  constructor(failure: SqlFailure, at: number) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.at = at;
  }
}

/** Sends a message, and counts the answers as they come: after a refusal nothing else tells which statement it was for. */
function exchange(
  connection: Connection,
  sql: string,
  counted: { answers: number },
): Promise<readonly unknown[]> {
  // The connection that its promises are made of; mysql2 has it, its types have not.
  const { connection: core } = connection as unknown as { readonly connection: CoreConnection };
  return new Promise((resolve, reject) => {
    let results = 0;
    const command = core.query({ sql, typeCast: asText }, (error, result) => {
      if (error) reject(error);
      else resolve(results === 1 ? [result] : (result as unknown[]));
    });
    command.on('fields', () => {
      results += 1;
      counted.answers = results;
    });
  });
}

function ranOf(result: unknown): Ran {
  // Of a CALL that tells rows, the last answer.
  const header = (result ?? {}) as Partial<ResultSetHeader>;
  return {
    warnings: header.warningStatus ?? 0,
    autocommit: ((header.serverStatus ?? AUTOCOMMIT) & AUTOCOMMIT) !== 0,
    insertId: String(header.insertId ?? 0),
  };
}

/** Nothing of a bigint or a date is lost, and no time zone is guessed. */
function asText(field: { string(): string | null }): string | null {
  return field.string();
}

/**
 * A literal that means the same under every sql_mode and character set of the connection, which a migration may have
 * changed: text as its bytes.
 */
export function literal(value: string | number | boolean | null | undefined | Uint8Array): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string')
    return value === '' ? "''" : `_utf8mb4 x'${Buffer.from(value, 'utf8').toString('hex')}'`;
  return `x'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`;
}

/** A name in backticks, which no sql_mode changes. */
export const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
