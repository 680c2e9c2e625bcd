/** What a proxy must know of a database's wire protocol: where a query begins and where its answer ends. */
export interface Protocol {
  readonly defaultPort: number;
  /** The state of one connection. */
  open(): Conversation;
}

export interface Conversation {
  /** Cuts what the client sent into parts, in order; keeps what is not yet whole. */
  fromClient(chunk: Buffer): readonly ClientPart[];
  fromServer(chunk: Buffer): readonly ServerPart[];
}

export interface WireQuery {
  /**
   * `simple`: text alone. `extended`: a prepared statement is executed. `copy-data`, `copy-done`: what follows a
   * COPY FROM STDIN, whose text is `sql`.
   */
  readonly kind: 'simple' | 'extended' | 'copy-data' | 'copy-done';
  readonly sql: string;
}

export interface ClientPart {
  readonly bytes: Buffer;
  /** What it asks the server to run; several where a batch of prepared statements ends in one Sync. */
  readonly queries: readonly WireQuery[];
  /** The server will answer it, and say when it has finished. */
  readonly answered: boolean;
  /** Given to the client at once; the part is not for the server. */
  readonly reply?: Buffer;
}

export interface ServerPart {
  readonly bytes: Buffer;
  /** The answer to the oldest part without one is over. */
  readonly finished: boolean;
  /** The server waits for the client's data before it goes on. */
  readonly waiting: boolean;
  /** Command tag or its like, e.g. `CREATE TABLE`. */
  readonly tag?: string;
  /** SQLSTATE or error number of a failure. */
  readonly error?: string;
}

/** Collects bytes until there are as many as asked for; does not copy what is already whole again and again. */
export class ByteQueue {
  private chunks: Buffer[] = [];
  private size = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  /** The first bytes without taking them, or undefined if there are fewer. */
  peek(length: number): Buffer | undefined {
    if (this.size < length) return undefined;
    const first = this.chunks[0];
    if (first === undefined || first.length < length) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]?.subarray(0, length);
  }

  take(length: number): Buffer | undefined {
    const bytes = this.peek(length);
    if (bytes === undefined) return undefined;
    const first = this.chunks.shift();
    if (first !== undefined && first.length > length) this.chunks.unshift(first.subarray(length));
    this.size -= length;
    return bytes;
  }
}
