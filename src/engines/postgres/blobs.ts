import { literal, type Wire } from './wire.ts';

/** Rows stay below 1 MiB. */
const PART = 1_000_000;
/** Rows per INSERT: a few hundred keep the statement small and the round trips few. */
const BATCH_BYTES = 4_000_000;

/** Content by its hash; what is there already stays as it is. */
export async function putBlobs(wire: Wire, blobs: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const sql of insertBlobsSql(blobs)) await wire.query(sql);
}

/** The statements of `putBlobs`; none for no blobs. */
export function insertBlobsSql(blobs: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const statements: string[] = [];
  let values: string[] = [];
  let bytes = 0;
  for (const [key, body] of blobs) {
    for (let part = 0; part === 0 || part * PART < body.length; part += 1) {
      const piece = body.subarray(part * PART, (part + 1) * PART);
      values.push(`(${literal(key)}, ${part}, ${literal(piece)})`);
      bytes += piece.length * 2 + 100;
      if (bytes > BATCH_BYTES) {
        statements.push(insertSql(values));
        values = [];
        bytes = 0;
      }
    }
  }
  if (values.length > 0) statements.push(insertSql(values));
  return statements;
}

export async function getBlobs(
  wire: Wire,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (keys.length === 0) return new Map();
  const rows = await wire.arrays(
    `SELECT fingerprint, pg_catalog.encode(body, 'base64') FROM mooring.object
     WHERE fingerprint = ANY (${array(keys)}) ORDER BY fingerprint, part`,
  );
  const blobs = new Map<string, Uint8Array>();
  for (const [key, body] of rows) {
    const piece = Buffer.from(body ?? '', 'base64');
    const before = blobs.get(key ?? '');
    blobs.set(key ?? '', before === undefined ? piece : Buffer.concat([before, piece]));
  }
  return blobs;
}

export async function missingBlobs(wire: Wire, keys: readonly string[]): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const rows = await wire.arrays(
    `SELECT k FROM pg_catalog.unnest(${array(keys)}) k WHERE NOT EXISTS (SELECT FROM mooring.object o WHERE o.fingerprint = k)`,
  );
  return rows.map(([key]) => key ?? '');
}

export async function removeBlobsExcept(wire: Wire, keys: readonly string[]): Promise<void> {
  await wire.query(
    `DELETE FROM mooring.object o WHERE NOT EXISTS (SELECT FROM pg_catalog.unnest(${array(keys)}) k WHERE k = o.fingerprint)`,
  );
}

function insertSql(values: readonly string[]): string {
  return `INSERT INTO mooring.object (fingerprint, part, body) VALUES ${values.join(', ')} ON CONFLICT DO NOTHING`;
}

function array(keys: readonly string[]): string {
  return `${literal(`{${keys.map((key) => `"${key}"`).join(',')}}`)}::pg_catalog.text[]`;
}
