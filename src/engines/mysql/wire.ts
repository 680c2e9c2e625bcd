import type { Connection, ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { ConnectionLost } from '../failure.ts';
import { WATCH_TIMES, type WatchTimes, watch } from '../watchdog.ts';
import { translate } from './errors.ts';
import { watchedWire } from './watchdog.ts';

/** A row as text: every value in the server's own spelling, NULL as null. */
export type Row = Readonly<Record<string, string | null>>;

/** Flags of the protocol's OK packet (MySQL internals, "Status Flags"). */
const AUTOCOMMIT = 2;

/** Larger statements are sent at once, so that a message is one that every server takes. */
const MOST_DEFERRED = 200_000;

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

  #deferred: string[] = [];

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
    await this.flush();
    const result = await this.#send(sql);
    return Array.isArray(result) ? (result as Row[]) : [];
  }

  /** Statements of ours in one message, over a connection opened for it (`beside`); the rows of each. */
  async queryAll(sqls: readonly string[]): Promise<readonly (readonly Row[])[]> {
    if (sqls.length === 0) return [];
    await this.flush();
    const result = (await this.#send(sqls.join(';\n'))) as unknown[];
    const answers = sqls.length === 1 ? [result] : result;
    return answers.map((rows) => (Array.isArray(rows) ? (rows as Row[]) : []));
  }

  /** One statement whose rows nobody wants; how many warnings it left, and the id of a row that it made (`0` for none). */
  async run(sql: string): Promise<Ran> {
    await this.flush();
    const result = await this.#send(sql);
    const last = Array.isArray(result) ? result.at(-1) : result;
    const header = (last ?? {}) as Partial<ResultSetHeader>;
    return {
      warnings: header.warningStatus ?? 0,
      autocommit: ((header.serverStatus ?? AUTOCOMMIT) & AUTOCOMMIT) !== 0,
      insertId: String(header.insertId ?? 0),
    };
  }

  /**
   * A statement of ours that is sent with the next one, or with the end of the transaction: what it is refused for is told
   * then.
   */
  defer(sql: string): void {
    this.#deferred.push(sql);
  }

  /** Sends what is deferred, and these, in one message. */
  async flush(...sqls: readonly string[]): Promise<void> {
    const all = [...this.#deferred.splice(0), ...sqls];
    if (all.length > 0) await this.#send(all.join(';\n'));
  }

  /** What is deferred is not sent. */
  forget(): void {
    this.#deferred = [];
  }

  /** A write of ours: part of the open transaction, else at once durable, even where a migration turned autocommit off. */
  async write(sql: string): Promise<void> {
    if (this.inTransaction && sql.length < MOST_DEFERRED) {
      this.defer(sql);
      if (this.#deferred.length >= 20) await this.flush();
      return;
    }
    const { autocommit } = await this.run(sql);
    if (!autocommit && !this.inTransaction) await this.run('COMMIT');
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
    this.#lost = new ConnectionLost('the session was closed');
    const late = new Promise((done) => setTimeout(done, 2_000).unref());
    await Promise.race([this.#connection.end().catch(() => {}), late]);
    this.#connection.destroy();
  }

  async #send(sql: string): Promise<unknown> {
    if (this.#lost !== undefined) throw this.#lost;
    let onLost = (): void => {};
    const gone = new Promise<never>((_, reject) => {
      onLost = () => reject(this.#lost);
    });
    gone.catch(() => {});
    this.#waiting.add(onLost);
    const stop = watch(watchedWire(this), this.#times);
    try {
      const [result] = await Promise.race([this.#connection.query({ sql, typeCast: asText }), gone]);
      return result;
    } catch (error) {
      const failure = translate(error, sql);
      if (failure instanceof ConnectionLost) this.#lose(failure);
      throw failure;
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
