import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';

/** Sends COPY … FROM stdin and its data. Few migrations have any: this is loaded for them alone. Throws what pg throws. */
export async function copyIn(client: pg.Client, text: string, data: string): Promise<void> {
  await pipeline(Readable.from(pieces(data)), client.query(from(text)));
}

/** 64 KiB at a time, so that a large COPY does not become one message. */
function* pieces(data: string): Generator<Buffer> {
  for (let at = 0; at < data.length; at += 65_536) yield Buffer.from(data.slice(at, at + 65_536), 'utf8');
}
