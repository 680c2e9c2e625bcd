import { connect, createServer, type Socket } from 'node:net';

/** What a client sent: a query, and what it sent as COPY data after it. */
export interface Sent {
  readonly query: string;
  data?: string;
}

/** A relay to a PostgreSQL server that writes down the simple queries and COPY data that pass through it. */
export async function startRecorder(url: string): Promise<{ url: string; sent: Sent[]; close(): void }> {
  const target = new URL(url);
  const sent: Sent[] = [];
  const sockets: Socket[] = [];
  const relay = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    sockets.push(client, server);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.pipe(to);
      from.on('error', () => to.destroy());
    }
    client.on('data', reader(sent));
  });
  await new Promise<void>((done) => relay.listen(0, '127.0.0.1', done));
  const address = relay.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const through = new URL(url);
  through.port = String(address.port);
  through.search = '?sslmode=disable&gssencmode=disable';
  return {
    url: through.href,
    sent,
    close: () => {
      relay.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Reads the frontend's messages: a type, except for the first one, then a length that counts itself. */
function reader(sent: Sent[]): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let started = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return;
      const body = rest.subarray(head + 4, end);
      const type = started ? String.fromCharCode(rest[0] ?? 0) : 'startup';
      if (type === 'Q') sent.push({ query: body.toString('utf8').replace(/\0$/, '') });
      const last = sent.at(-1);
      if (last !== undefined && 'dc'.includes(type)) {
        last.data = (last.data ?? '') + (type === 'd' ? body.toString('utf8') : '');
      }
      started = true;
      rest = rest.subarray(end);
    }
  };
}
