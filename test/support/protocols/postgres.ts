import {
  ByteQueue,
  type ClientPart,
  type Conversation,
  type Protocol,
  type ServerPart,
  type WireQuery,
} from './protocol.ts';

// https://www.postgresql.org/docs/current/protocol-message-formats.html
const SSL_REQUEST = 80877103;
const GSSENC_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;

/** The PostgreSQL frontend/backend protocol, version 3. TLS is declined, so that all of it can be read. */
export const postgresProtocol: Protocol = { defaultPort: 5432, open: () => new PostgresConversation() };

class PostgresConversation implements Conversation {
  private readonly client = new ByteQueue();
  private readonly server = new ByteQueue();
  private started = false;
  private readonly statements = new Map<string, string>();
  private readonly portals = new Map<string, string>();
  /** Messages of the extended protocol since the last Sync: they are forwarded together, or not at all. */
  private batch: Buffer[] = [];
  private executed: WireQuery[] = [];
  private lastSql = '';

  fromClient(chunk: Buffer): ClientPart[] {
    this.client.push(chunk);
    const parts: ClientPart[] = [];
    for (;;) {
      const part = this.started ? this.message() : this.startup();
      if (part === undefined) return parts;
      if (part !== 'held') parts.push(part);
    }
  }

  fromServer(chunk: Buffer): ServerPart[] {
    this.server.push(chunk);
    const parts: ServerPart[] = [];
    for (;;) {
      const bytes = takeMessage(this.server);
      if (bytes === undefined) return parts;
      const type = String.fromCharCode(bytes[0] ?? 0);
      parts.push({
        bytes,
        finished: type === 'Z',
        waiting: type === 'G',
        ...(type === 'C' ? { tag: cString(bytes, 5).text } : {}),
        ...(type === 'E' ? { error: sqlState(bytes) } : {}),
      });
    }
  }

  private startup(): ClientPart | undefined {
    const length = this.client.peek(4)?.readUInt32BE(0);
    const bytes = length === undefined ? undefined : this.client.take(length);
    if (bytes === undefined) return undefined;
    const code = bytes.readUInt32BE(4);
    if (code === SSL_REQUEST || code === GSSENC_REQUEST) {
      return { bytes, queries: [], answered: false, reply: Buffer.from('N') };
    }
    this.started = true;
    return { bytes, queries: [], answered: code !== CANCEL_REQUEST };
  }

  private message(): ClientPart | 'held' | undefined {
    const bytes = takeMessage(this.client);
    if (bytes === undefined) return undefined;
    switch (String.fromCharCode(bytes[0] ?? 0)) {
      case 'Q':
        this.lastSql = cString(bytes, 5).text;
        return { bytes, queries: [{ kind: 'simple', sql: this.lastSql }], answered: true };
      case 'P': {
        const name = cString(bytes, 5);
        this.statements.set(name.text, cString(bytes, name.end).text);
        return this.hold(bytes);
      }
      case 'B': {
        const portal = cString(bytes, 5);
        this.portals.set(portal.text, this.statements.get(cString(bytes, portal.end).text) ?? '');
        return this.hold(bytes);
      }
      case 'E':
        this.lastSql = this.portals.get(cString(bytes, 5).text) ?? '';
        this.executed.push({ kind: 'extended', sql: this.lastSql });
        return this.hold(bytes);
      case 'D':
      case 'C':
        return this.hold(bytes);
      case 'S':
      case 'H': {
        const sync = bytes[0] === 'S'.charCodeAt(0);
        const part = { bytes: Buffer.concat([...this.batch, bytes]), queries: this.executed, answered: sync };
        this.batch = [];
        this.executed = [];
        return part;
      }
      case 'd':
        return { bytes, queries: [{ kind: 'copy-data', sql: this.lastSql }], answered: false };
      case 'c':
        return { bytes, queries: [{ kind: 'copy-done', sql: this.lastSql }], answered: false };
      default:
        return { bytes, queries: [], answered: false };
    }
  }

  private hold(bytes: Buffer): 'held' {
    this.batch.push(bytes);
    return 'held';
  }
}

function takeMessage(queue: ByteQueue): Buffer | undefined {
  const length = queue.peek(5)?.readUInt32BE(1);
  return length === undefined ? undefined : queue.take(length + 1);
}

function cString(bytes: Buffer, start: number): { text: string; end: number } {
  const zero = bytes.indexOf(0, start);
  return { text: bytes.toString('utf8', start, zero), end: zero + 1 };
}

function sqlState(bytes: Buffer): string {
  for (let at = 5; at < bytes.length && bytes[at] !== 0; ) {
    const field = cString(bytes, at + 1);
    if (bytes[at] === 'C'.charCodeAt(0)) return field.text;
    at = field.end;
  }
  return '';
}
