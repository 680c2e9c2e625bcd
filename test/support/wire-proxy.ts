import { once } from 'node:events';
import { type AddressInfo, createServer, connect as netConnect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { mysqlProtocol } from './protocols/mysql.ts';
import { postgresProtocol } from './protocols/postgres.ts';
import type { ClientPart, Protocol, ServerPart, WireQuery } from './protocols/protocol.ts';

/**
 * What becomes of a query:
 * - `pass`
 * - `kill-before`: it never reaches the server; both sides are closed, as when the client's process dies.
 * - `kill-sent`: it is forwarded, then both sides are closed at once: the server may still be at work.
 * - `kill-after`: it is forwarded and the server finishes it; its answer is not passed on, then both sides are closed.
 * - `withhold`: it is forwarded; from then on nothing comes back, the client's connection stays open.
 * - `blackhole`: it is not forwarded; from then on bytes of both sides are swallowed, both connections stay open.
 * - `{delay}`: it is forwarded after so many milliseconds.
 */
export type Verdict =
  | 'pass'
  | 'kill-before'
  | 'kill-sent'
  | 'kill-after'
  | 'withhold'
  | 'blackhole'
  | { readonly delay: number };

export type QueryHandler = (query: WireQuery, n: number, connection: number) => Verdict | Promise<Verdict>;

export interface LoggedQuery extends WireQuery {
  /** Counted from 1 over all connections; copy data carry the number of their COPY. */
  readonly n: number;
  /** Counted from 1 in the order of connecting. */
  readonly connection: number;
  readonly verdict: Verdict;
  /** Set as the answer comes: command tags, an error's code, and whether the server said that it has finished. */
  tags: string[];
  error?: string;
  finished: boolean;
}

export interface WireProxy extends AsyncDisposable {
  /** The target's URL with the proxy's address. */
  readonly url: string;
  /** All queries so far, in order of arrival. */
  readonly log: readonly LoggedQuery[];
  /** How many connections are open now. */
  readonly open: number;
  /** Decides on each query from now on; undefined passes all. */
  onQuery(handler: QueryHandler | undefined): void;
  /** Stops reading both ways; what is sent meanwhile arrives after `resume`. */
  pause(): void;
  resume(): void;
  /** Swallows all bytes of present and new connections, which stay open. False ends it for new ones. */
  blackhole(on?: boolean): void;
  /** New connections are closed at once. */
  refuse(on?: boolean): void;
  /** Closes all present connections, both sides. */
  kill(): void;
  /** The first query, past or to come, that fits. */
  waitFor(fits: (query: LoggedQuery) => boolean): Promise<LoggedQuery>;
  close(): Promise<void>;
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = { postgres: postgresProtocol, mysql: mysqlProtocol };

/** A handler that gives its verdict to the first query that matches, and passes all others. */
export function onceOn(
  match: RegExp | ((query: WireQuery, n: number) => boolean),
  verdict: Verdict,
): QueryHandler {
  let done = false;
  return (query, n) => {
    if (done || !(match instanceof RegExp ? match.test(query.sql) : match(query, n))) return 'pass';
    done = true;
    return verdict;
  };
}

/** A TCP proxy in front of a database that sees each query and can fail at exactly that point. */
export async function startProxy(options: {
  readonly target: string;
  readonly protocol: string;
}): Promise<WireProxy> {
  const protocol = PROTOCOLS[options.protocol];
  if (protocol === undefined) throw new Error(`no protocol ${options.protocol} in test/support/protocols`);
  const target = new URL(options.target);
  const state = new ProxyState();
  const listener = createServer({ noDelay: true }, (client) => {
    if (state.refusing) return void client.resetAndDestroy();
    const server = netConnect({
      host: target.hostname,
      port: Number(target.port || protocol.defaultPort),
      noDelay: true,
    });
    state.add(new ProxyConnection(state, protocol, client, server));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = new URL(options.target);
  url.hostname = '127.0.0.1';
  url.port = String((listener.address() as AddressInfo).port);

  const close = async (): Promise<void> => {
    state.kill();
    listener.close();
    await once(listener, 'close');
  };
  return {
    url: url.href,
    log: state.log,
    get open() {
      return state.connections.size;
    },
    onQuery: (handler) => {
      state.handler = handler;
    },
    pause: () => state.setPaused(true),
    resume: () => state.setPaused(false),
    blackhole: (on = true) => state.setBlackhole(on),
    refuse: (on = true) => {
      state.refusing = on;
    },
    kill: () => state.kill(),
    waitFor: (fits) => state.waitFor(fits),
    close,
    [Symbol.asyncDispose]: close,
  };
}

class ProxyState {
  readonly log: LoggedQuery[] = [];
  readonly connections = new Set<ProxyConnection>();
  handler: QueryHandler | undefined;
  refusing = false;
  paused = false;
  swallowing = false;
  private opened = 0;
  private counted = 0;
  private waiters: { fits: (query: LoggedQuery) => boolean; resolve: (query: LoggedQuery) => void }[] = [];

  nextConnection(): number {
    this.opened += 1;
    return this.opened;
  }

  add(connection: ProxyConnection): void {
    this.connections.add(connection);
    if (this.paused) connection.pause();
  }

  async decide(query: WireQuery, connection: number): Promise<LoggedQuery> {
    if (query.kind === 'simple' || query.kind === 'extended') this.counted += 1;
    const n = this.counted;
    const verdict = (await this.handler?.(query, n, connection)) ?? 'pass';
    const logged: LoggedQuery = { ...query, n, connection, verdict, tags: [], finished: false };
    this.log.push(logged);
    const ready = this.waiters.filter(({ fits }) => fits(logged));
    this.waiters = this.waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve(logged);
    return logged;
  }

  waitFor(fits: (query: LoggedQuery) => boolean): Promise<LoggedQuery> {
    const found = this.log.find(fits);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.waiters.push({ fits, resolve }));
  }

  setPaused(on: boolean): void {
    this.paused = on;
    for (const connection of this.connections) on ? connection.pause() : connection.resume();
  }

  setBlackhole(on: boolean): void {
    this.swallowing = on;
    if (on) for (const connection of this.connections) connection.blackhole();
  }

  kill(): void {
    for (const connection of [...this.connections]) connection.kill();
  }
}

/** A part of the client's that the server has not finished answering. */
interface Outstanding {
  readonly queries: readonly LoggedQuery[];
  fate: 'pass' | 'kill-after' | 'withhold';
}

class ProxyConnection {
  private readonly number: number;
  private readonly state: ProxyState;
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly outstanding: Outstanding[] = [];
  /** Parts are handled one after the other, for a verdict may take its time. */
  private work: Promise<void> = Promise.resolve();
  private mode: 'open' | 'withhold' | 'blackhole' | 'closed' = 'open';

  constructor(state: ProxyState, protocol: Protocol, client: Socket, server: Socket) {
    this.state = state;
    this.number = state.nextConnection();
    this.client = client;
    this.server = server;
    if (state.swallowing) this.mode = 'blackhole';
    const conversation = protocol.open();
    client.on('data', (chunk) => {
      if (this.mode === 'blackhole') return;
      for (const part of conversation.fromClient(chunk)) {
        this.work = this.work.then(() => this.fromClient(part)).catch(() => this.kill());
      }
    });
    server.on('data', (chunk) => {
      for (const part of conversation.fromServer(chunk)) this.fromServer(part);
    });
    // A side that goes away takes the other with it, unless the other must not notice.
    client.on('end', () => void this.work.then(() => this.mode !== 'blackhole' && this.server.end()));
    server.on('end', () => this.mode === 'open' && this.client.end());
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => from.destroy());
      from.on('close', () => {
        // In a black hole neither side hears of the other's end.
        if (this.mode === 'blackhole') return;
        if (this.mode === 'open') to.destroySoon();
        else if (from === client) to.destroy();
        if (from === client) this.state.connections.delete(this);
      });
    }
  }

  pause(): void {
    this.client.pause();
    this.server.pause();
  }

  resume(): void {
    this.client.resume();
    this.server.resume();
  }

  blackhole(): void {
    this.mode = 'blackhole';
  }

  kill(): void {
    this.mode = 'closed';
    this.client.destroy();
    this.server.destroy();
    this.state.connections.delete(this);
  }

  private async fromClient(part: ClientPart): Promise<void> {
    if (this.mode === 'closed' || this.mode === 'blackhole') return;
    if (part.reply !== undefined) return void this.client.write(part.reply);
    const queries: LoggedQuery[] = [];
    for (const query of part.queries) queries.push(await this.state.decide(query, this.number));
    const verdict = queries.find((query) => query.verdict !== 'pass')?.verdict ?? 'pass';
    if (verdict === 'kill-before') return this.kill();
    if (verdict === 'blackhole') return this.blackhole();
    if (typeof verdict === 'object') await sleep(verdict.delay);
    const fate = verdict === 'kill-after' || verdict === 'withhold' ? verdict : 'pass';
    const current = this.outstanding.at(-1);
    if (part.answered) this.outstanding.push({ queries, fate });
    else if (fate !== 'pass' && current !== undefined) current.fate = fate;
    await new Promise<void>((resolve) => this.server.write(part.bytes, () => resolve()));
    if (verdict === 'kill-sent') this.kill();
  }

  private fromServer(part: ServerPart): void {
    const current = this.outstanding[0];
    for (const query of current?.queries ?? []) {
      if (part.tag !== undefined) query.tags.push(part.tag);
      if (part.error !== undefined) query.error = part.error;
      if (part.finished) query.finished = true;
    }
    const fate = current?.fate ?? 'pass';
    if (fate === 'withhold') this.mode = this.mode === 'open' ? 'withhold' : this.mode;
    if (fate === 'pass' && this.mode === 'open') this.client.write(part.bytes);
    if (part.finished) this.outstanding.shift();
    if (fate === 'kill-after' && (part.finished || part.waiting)) this.kill();
  }
}
