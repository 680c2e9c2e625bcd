import { ByteQueue, type ClientPart, type Conversation, type Protocol, type ServerPart } from './protocol.ts';

// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html
const COM = {
  query: 0x03,
  quit: 0x01,
  changeUser: 0x11,
  prepare: 0x16,
  execute: 0x17,
  longData: 0x18,
  close: 0x19,
};
const UNANSWERED: readonly number[] = [COM.quit, COM.longData, COM.close];
const CLIENT_COMPRESS = 1 << 5;
const CLIENT_SSL = 1 << 11;
const CLIENT_DEPRECATE_EOF = 1 << 24;
const CLIENT_QUERY_ATTRIBUTES = 1 << 27;
const MORE_RESULTS = 0x0008;
const LARGEST = 0xffffff;

/** The client/server protocol of MySQL and MariaDB. TLS and compression are taken out of the server's offer. */
export const mysqlProtocol: Protocol = { defaultPort: 3306, open: () => new MysqlConversation() };

/** How far the answer to a command has come; `single`: any one packet ends it. */
interface Answer {
  readonly sql: string;
  phase: 'login' | 'single' | 'first' | 'prepare' | 'definitions' | 'columns' | 'rows';
  /** Packets before the next phase, EOF packets included. */
  left: number;
}

class MysqlConversation implements Conversation {
  private readonly client = new ByteQueue();
  private readonly server = new ByteQueue();
  private readonly answers: Answer[] = [];
  private readonly statements = new Map<number, string>();
  private greeted = false;
  private loggedIn = false;
  /** What the server offers and, once logged in, the client takes. */
  private capabilities = 0;
  private deprecateEof = false;
  private continued = false;

  fromClient(chunk: Buffer): ClientPart[] {
    this.client.push(chunk);
    const parts: ClientPart[] = [];
    for (let bytes = takePacket(this.client); bytes !== undefined; bytes = takePacket(this.client)) {
      parts.push(this.command(bytes));
    }
    return parts;
  }

  fromServer(chunk: Buffer): ServerPart[] {
    this.server.push(chunk);
    const parts: ServerPart[] = [];
    for (let bytes = takePacket(this.server); bytes !== undefined; bytes = takePacket(this.server)) {
      parts.push(this.packet(bytes));
    }
    return parts;
  }

  private command(bytes: Buffer): ClientPart {
    if (!this.loggedIn) {
      this.loggedIn = true;
      this.capabilities &= bytes.readUInt32LE(4);
      this.deprecateEof = (this.capabilities & CLIENT_DEPRECATE_EOF) !== 0;
      this.answers.push({ sql: '', phase: 'login', left: 0 });
      return { bytes, queries: [], answered: true };
    }
    const command = bytes[4] ?? 0;
    // Later packets of a long text, of a login, of LOAD DATA LOCAL.
    if (bytes[3] !== 0 || UNANSWERED.includes(command)) return { bytes, queries: [], answered: false };
    // Counts of attributes, 0 and 1, stand before the text; drivers that send attributes are not read here.
    const attributes = command === COM.query && (this.capabilities & CLIENT_QUERY_ATTRIBUTES) !== 0;
    const text = bytes.toString('utf8', attributes ? 7 : 5);
    if (command === COM.query) {
      this.answers.push({ sql: text, phase: 'first', left: 0 });
      return { bytes, queries: [{ kind: 'simple', sql: text }], answered: true };
    }
    if (command === COM.execute) {
      const sql = this.statements.get(bytes.readUInt32LE(5)) ?? '';
      this.answers.push({ sql, phase: 'first', left: 0 });
      return { bytes, queries: [{ kind: 'extended', sql }], answered: true };
    }
    const phase = command === COM.prepare ? 'prepare' : command === COM.changeUser ? 'login' : 'single';
    this.answers.push({ sql: text, phase, left: 0 });
    return { bytes, queries: [], answered: true };
  }

  private packet(bytes: Buffer): ServerPart {
    const part = { bytes, finished: false, waiting: false };
    const length = bytes.length - 4;
    const continuation = this.continued;
    this.continued = length === LARGEST;
    if (!this.greeted) {
      this.greeted = true;
      const { changed, capabilities } = withoutTls(bytes);
      this.capabilities = capabilities;
      return { ...part, bytes: changed };
    }
    const answer = this.answers[0];
    if (continuation || answer === undefined) return part;
    const type = bytes[4] ?? 0;
    const mayFail = answer.phase !== 'columns' && answer.phase !== 'definitions';
    if (type === 0xff && mayFail) return this.finish({ ...part, error: String(bytes.readUInt16LE(5)) });
    switch (answer.phase) {
      case 'login':
        return type === 0x00 ? this.finish(part) : part;
      case 'single':
        return this.finish(part);
      case 'first':
        if (type === 0x00) return this.result(answer, part, okStatus(bytes));
        if (type === 0xfb) return { ...part, waiting: true };
        answer.phase = 'columns';
        answer.left = lengthEncoded(bytes, 4).value + (this.deprecateEof ? 0 : 1);
        return part;
      case 'columns':
        answer.left -= 1;
        if (answer.left === 0) answer.phase = 'rows';
        return part;
      case 'rows':
        if (type !== 0xfe || length >= (this.deprecateEof ? LARGEST : 9)) return part;
        return this.result(answer, part, this.deprecateEof ? okStatus(bytes) : bytes.readUInt16LE(7));
      case 'prepare': {
        this.statements.set(bytes.readUInt32LE(5), answer.sql);
        const eof = this.deprecateEof ? 0 : 1;
        for (const count of [bytes.readUInt16LE(9), bytes.readUInt16LE(11)])
          answer.left += count > 0 ? count + eof : 0;
        answer.phase = 'definitions';
        return answer.left === 0 ? this.finish(part) : part;
      }
      case 'definitions':
        answer.left -= 1;
        return answer.left === 0 ? this.finish(part) : part;
    }
  }

  private result(answer: Answer, part: ServerPart, status: number): ServerPart {
    if ((status & MORE_RESULTS) === 0) return this.finish({ ...part, tag: 'OK' });
    answer.phase = 'first';
    return { ...part, tag: 'OK' };
  }

  private finish(part: ServerPart): ServerPart {
    this.answers.shift();
    return { ...part, finished: true };
  }
}

function takePacket(queue: ByteQueue): Buffer | undefined {
  const length = queue.peek(4)?.readUIntLE(0, 3);
  return length === undefined ? undefined : queue.take(length + 4);
}

/** The greeting: version, text of it, thread, 8 bytes, a filler, then two bytes of capabilities and, 5 later, two more. */
function withoutTls(greeting: Buffer): { changed: Buffer; capabilities: number } {
  if (greeting[4] === 0xff) return { changed: greeting, capabilities: 0 };
  const changed = Buffer.from(greeting);
  const low = changed.indexOf(0, 5) + 1 + 4 + 8 + 1;
  const high = low + 5;
  changed.writeUInt16LE(changed.readUInt16LE(low) & ~(CLIENT_SSL | CLIENT_COMPRESS), low);
  return { changed, capabilities: changed.readUInt16LE(low) + changed.readUInt16LE(high) * 0x10000 };
}

/** The status flags of an OK packet, behind two numbers: rows and the last id. */
function okStatus(bytes: Buffer): number {
  const rows = lengthEncoded(bytes, 5);
  return bytes.readUInt16LE(lengthEncoded(bytes, rows.end).end);
}

function lengthEncoded(bytes: Buffer, at: number): { value: number; end: number } {
  const first = bytes[at] ?? 0;
  const size = { 252: 2, 253: 3, 254: 8 }[first];
  if (size === undefined) return { value: first, end: at + 1 };
  // Eight bytes are only ever a count of rows, which nobody looks at.
  return { value: bytes.readUIntLE(at + 1, Math.min(size, 6)), end: at + 1 + size };
}
