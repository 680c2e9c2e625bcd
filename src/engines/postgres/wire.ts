import type { Socket } from 'node:net';
import pg from 'pg';
import { MooringError } from '../../api/api.ts';
import { ConnectionLost } from '../failure.ts';
import { type WatchTimes, watch } from '../watchdog.ts';
import { translate } from './errors.ts';
import { type Ended, RowQuery, TagQuery } from './queries.ts';
import { watchedWire } from './watchdog.ts';

/** A row as text: every value in the server's own spelling, NULL as null. */
export type Row = Readonly<Record<string, string | null>>;

/** Values stay as the server spells them: nothing of a bigint or a timestamp is lost. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value };

/**
 * One connection with the two promises pg does not make: a lost connection is told as `ConnectionLost` once and for
 * all, and an answer that never comes is noticed.
 */
export class Wire {
  readonly #client: pg.Client;
  readonly #config: pg.ClientConfig;
  readonly #times: WatchTimes;
  readonly #beside = new Set<pg.Client>();
  #lost: ConnectionLost | undefined;
  /** Who waits for an answer. */
  readonly #waiting = new Set<() => void>();

  private constructor(client: pg.Client, config: pg.ClientConfig, times: WatchTimes) {
    this.#client = client;
    this.#config = config;
    this.#times = times;
    client.on('error', (error) => this.#lose(translate(error)));
    client.on('end', () => this.#lose(new ConnectionLost('the connection to the database was closed')));
  }

  /** Opens a connection; throws what pg throws. */
  static async open(config: pg.ClientConfig, times: WatchTimes): Promise<Wire> {
    const client = newClient(config);
    // Without a listener, a server that goes away while pg connects would end the process.
    client.on('error', () => {});
    await client.connect();
    return new Wire(client, config, times);
  }

  /** The number in the protocol's BackendKeyData; a pooler makes up its own. */
  get protocolPid(): number {
    return (this.#client as unknown as { processID: number }).processID;
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** The server's number of this session, for the watchdog; known after the first query. */
  pid = 0;

  onNotice(listener: (message: string) => void): void {
    this.#client.on('notice', (notice) => {
      if (!this.#quiet) listener(notice.message ?? '');
    });
  }

  #quiet = false;

  /** ROLLBACK. A COMMIT that was refused has ended the transaction, of which the server would warn. */
  async rollback(): Promise<void> {
    this.#quiet = true;
    try {
      await this.query('ROLLBACK');
    } finally {
      this.#quiet = false;
    }
  }

  #ahead: string | undefined;
  /** Messages of the pipeline that are not answered. */
  #underWay = 0;

  /**
   * A message that is sent together with the next one and before it, without waiting for its answer in between. It must
   * leave the session so that the next one is refused should this one fail: in a failed transaction.
   */
  sendAhead(text: string): void {
    this.#ahead = text;
  }

  /** What is to be sent ahead, which is then not sent; undefined if there is nothing, or if it has been sent. */
  takeAhead(): string | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead;
  }

  /** One or several statements in the simple protocol; the rows of the last one. Throws `SqlFailure`, `ConnectionLost`. */
  async query(text: string): Promise<readonly Row[]> {
    const result = await this.#send({ text });
    const last = Array.isArray(result) ? result.at(-1) : result;
    return ((last as pg.QueryResult | undefined)?.rows ?? []) as Row[];
  }

  /** The command tag of the last statement: COMMIT answers ROLLBACK where the transaction had failed. */
  async tag(text: string): Promise<string> {
    return tagOf((await this.#send({ text })) as pg.QueryResult | pg.QueryResult[]);
  }

  /** Rows as arrays, for large results. */
  async arrays(text: string): Promise<readonly (readonly (string | null)[])[]> {
    const result = await this.#send({ text, rowMode: 'array' });
    const last = Array.isArray(result) ? result.at(-1) : result;
    return ((last as pg.QueryResult | undefined)?.rows ?? []) as (string | null)[][];
  }

  /** Takes the rows of a large result as they come, so that they are never there all at once. What `take` throws is thrown. */
  async each(text: string, take: (row: readonly (string | null)[]) => void): Promise<void> {
    if (this.#ahead !== undefined) await this.query('');
    let failure: { readonly error: unknown } | undefined;
    const query = new RowQuery(text, (row) => {
      if (failure !== undefined) return;
      try {
        take(row);
      } catch (error) {
        failure = { error };
      }
    });
    const how = await this.#watched(() => {
      this.#client.query(query);
      return query.ended;
    });
    if (!how.ok) throw this.#thrown(how.error);
    if (failure !== undefined) throw failure.error;
  }

  /** The rows of each of several statements, sent in one message: one round trip. */
  async batch(texts: readonly string[]): Promise<readonly (readonly (readonly (string | null)[])[])[]> {
    const text = texts.join(';\n');
    const result = await this.#send({ text, rowMode: 'array' });
    const results = (Array.isArray(result) ? result : [result]) as pg.QueryResult[];
    return results.slice(-texts.length).map(({ rows }) => rows as unknown as (string | null)[][]);
  }

  /**
   * Several messages, sent in one packet without waiting for answers in between; how each ends, in their order. The
   * server runs them one after another, whatever becomes of those before. Whoever waits for one waits by `watched`.
   */
  together(texts: readonly string[]): readonly Promise<Ended>[] {
    const queries = texts.map((text) => new TagQuery(text));
    this.#pipelined(queries);
    return queries.map(({ ended }) => ended.then((how) => (how.ok ? how : this.#failed(how.error))));
  }

  /** Waits for answers as any query does: throws `ConnectionLost` when they do not come. */
  async watched<T>(answers: Promise<T>): Promise<T> {
    return this.#watched(() => answers);
  }

  #failed(error: unknown): Ended {
    return { ok: false, error: this.#thrown(error) };
  }

  #thrown(error: unknown): Error {
    const failure = translate(error);
    if (failure instanceof ConnectionLost) this.#lose(failure);
    return failure;
  }

  /** COPY … FROM stdin with its data. */
  async copyIn(text: string, data: string): Promise<void> {
    if (this.#ahead !== undefined) await this.query('');
    const { copyIn } = await import('./copy-in.ts');
    await this.#watched(() => copyIn(this.#client, text, data));
  }

  /** Another connection with the same settings, for what must not wait for this one. */
  async beside(): Promise<pg.Client> {
    const client = newClient({
      ...this.#config,
      application_name: `${this.#config.application_name ?? 'mooring'} (watch)`,
    });
    client.on('error', () => {});
    client.once('end', () => this.#beside.delete(client));
    this.#beside.add(client);
    await client.connect();
    return client;
  }

  /** Gives the connection up at once, without a word to the server. */
  destroy(reason: ConnectionLost): void {
    this.#lose(reason);
    streamOf(this.#client).destroy();
    // What asks after this one waits for the same silent server, and would keep the process alive.
    for (const client of this.#beside) streamOf(client).destroy();
  }

  /**
   * Says goodbye, after SQL that lets go what the session holds. Until the server's process is gone, which takes as long
   * as all questions of a run that finds nothing to do, is waited for only where that SQL did not run.
   */
  async close(letGo?: string): Promise<void> {
    if (this.#lost !== undefined) return;
    const isFree =
      letGo === undefined ||
      (await atMost(
        2_000,
        this.query(letGo).then(() => true),
      )) === true;
    this.#lost ??= new ConnectionLost('the session was closed');
    const end = this.#client.end();
    if (!isFree) await atMost(2_000, end);
    else {
      end.catch(() => {});
      streamOf(this.#client).unref();
    }
  }

  /** Sends a message, and before it what is to go ahead of it. */
  async #send({ text, rowMode }: { readonly text: string; readonly rowMode?: 'array' }): Promise<unknown> {
    const query = { text, types: AS_TEXT, ...(rowMode === undefined ? {} : { rowMode }) };
    const ahead = this.takeAhead();
    if (ahead === undefined) return this.#watched<unknown>(() => this.#client.query(query as pg.QueryConfig));
    const before = new TagQuery(ahead);
    const [, answer] = this.#pipelined([before, query]);
    return this.#watched(async () => {
      const how = await before.ended;
      // What comes after it was refused because of it.
      answer?.catch(() => {});
      if (!how.ok) throw how.error;
      return answer;
    });
  }

  /** pg's pipeline mode, for as long as these are under way: COPY does not work in it. One packet for all that fits. */
  #pipelined(queries: readonly (TagQuery | object)[]): readonly Promise<unknown>[] {
    const client = this.#client as { pipeline: boolean } & Pick<pg.Client, 'query'>;
    const stream = streamOf(this.#client);
    client.pipeline = true;
    this.#underWay += queries.length;
    stream.cork();
    const answers = queries.map((query): Promise<unknown> => {
      const answer: unknown = client.query(query as pg.QueryConfig);
      return query instanceof TagQuery ? query.ended : (answer as Promise<unknown>);
    });
    stream.uncork();
    const ended = () => {
      this.#underWay -= 1;
      if (this.#underWay === 0) client.pipeline = false;
    };
    for (const answer of answers) answer.then(ended, ended);
    return answers;
  }

  async #watched<T>(send: () => Promise<T>): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost;
    let onLost = (): void => {};
    const gone = new Promise<never>((_, reject) => {
      onLost = () => reject(this.#lost);
    });
    gone.catch(() => {});
    this.#waiting.add(onLost);
    const stop = watch(watchedWire(this), this.#times);
    try {
      return await Promise.race([send(), gone]);
    } catch (error) {
      const failure = translate(error);
      if (failure instanceof ConnectionLost) this.#lose(failure);
      throw failure;
    } finally {
      stop();
      this.#waiting.delete(onLost);
    }
  }

  #lose(reason: Error): void {
    this.#lost ??= reason instanceof ConnectionLost ? reason : new ConnectionLost(reason.message, reason);
    for (const onLost of this.#waiting) onLost();
  }
}

/** The command tag of the last statement of a message. */
export function tagOf(result: pg.QueryResult | pg.QueryResult[] | undefined): string {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return last?.command ?? '';
}

function streamOf(client: pg.Client): Socket {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;
}

/** What comes of it in so many milliseconds; undefined where nothing does, or where it fails. */
async function atMost<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const timer = Promise.withResolvers<undefined>();
  const timeout = setTimeout(() => timer.resolve(undefined), milliseconds);
  try {
    return await Promise.race([work.catch(() => undefined), timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}

function newClient(config: pg.ClientConfig): pg.Client {
  return new pg.Client(config);
}

/** SQL literals, correct under either setting of standard_conforming_strings. */
export function literal(value: string | number | boolean | null | undefined | Uint8Array): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new MooringError('internal', `not a number for SQL: ${value}`);
    return String(value);
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  // pg's own quoting goes character by character, which counts with a snapshot's megabytes.
  if (typeof value === 'string') return /['\\]/.test(value) ? pg.escapeLiteral(value) : `'${value}'`;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return `pg_catalog.decode('${bytes.toString('base64')}', 'base64')`;
}

export const identifier = (name: string): string => pg.escapeIdentifier(name);
