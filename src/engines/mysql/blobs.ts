import type { Place } from './rows.ts';
import { literal } from './wire.ts';

/** Rows stay so small that a statement with one of them passes where max_allowed_packet is 1 MiB. */
const PART = 250_000;
const BATCH_BYTES = 700_000;

/** Content by its hash; what is there already stays as it is. */
export async function putBlobs(
  { wire, table }: Place,
  blobs: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const own = !wire.inTransaction && blobs.size > 0;
  // All parts of a blob or none: a hash that is there stands for the whole content.
  if (own) wire.begin();
  try {
    for (const values of batches(blobs)) {
      await wire.write(
        `INSERT INTO ${table('object')} (fingerprint, part, body) VALUES ${values.join(', ')} ON DUPLICATE KEY UPDATE part = VALUES(part)`,
      );
    }
    if (own) await wire.commit();
  } catch (error) {
    if (own && !wire.lost) {
      wire.forget();
      await wire.query('ROLLBACK');
      wire.inTransaction = false;
    }
    throw error;
  }
}

function* batches(blobs: ReadonlyMap<string, Uint8Array>): Generator<readonly string[]> {
  let values: string[] = [];
  let bytes = 0;
  for (const [key, body] of blobs) {
    for (let part = 0; part === 0 || part * PART < body.length; part += 1) {
      const piece = body.subarray(part * PART, (part + 1) * PART);
      const size = piece.length * 2 + 200;
      if (bytes > 0 && bytes + size > BATCH_BYTES) {
        yield values;
        values = [];
        bytes = 0;
      }
      values.push(`(${literal(key)}, ${part}, ${literal(piece)})`);
      bytes += size;
    }
  }
  if (values.length > 0) yield values;
}

/** Keys per statement. */
const CHUNK = 1_000;

export async function getBlobs(
  { wire, table }: Place,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  for (const some of chunks(keys)) {
    const rows = await wire.query(
      `SELECT fingerprint, HEX(body) AS body FROM ${table('object')} WHERE fingerprint IN (${some.map(literal).join(', ')}) ORDER BY fingerprint, part`,
    );
    for (const row of rows) {
      const key = row.fingerprint ?? '';
      const piece = Buffer.from(row.body ?? '', 'hex');
      const before = blobs.get(key);
      blobs.set(key, before === undefined ? piece : Buffer.concat([before, piece]));
    }
  }
  return blobs;
}

export async function missingBlobs(
  { wire, table }: Place,
  keys: readonly string[],
): Promise<readonly string[]> {
  const there = new Set<string>();
  for (const some of chunks(keys)) {
    const rows = await wire.query(
      `SELECT DISTINCT fingerprint FROM ${table('object')} WHERE fingerprint IN (${some.map(literal).join(', ')})`,
    );
    for (const row of rows) there.add(row.fingerprint ?? '');
  }
  return keys.filter((key) => !there.has(key));
}

export async function removeBlobsExcept({ wire, table }: Place, keys: readonly string[]): Promise<void> {
  const wanted = new Set(keys);
  const rows = await wire.query(`SELECT DISTINCT fingerprint FROM ${table('object')}`);
  const gone = rows.map((row) => row.fingerprint ?? '').filter((key) => !wanted.has(key));
  for (const some of chunks(gone)) {
    await wire.write(`DELETE FROM ${table('object')} WHERE fingerprint IN (${some.map(literal).join(', ')})`);
  }
}

function* chunks(keys: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < keys.length; at += CHUNK) yield keys.slice(at, at + CHUNK);
}
