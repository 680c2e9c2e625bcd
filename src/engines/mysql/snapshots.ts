import type { Json } from '../../catalog/catalog.ts';
import type { NewSnapshotRow, SnapshotRow } from '../store.ts';
import { insertSql, optional, type Place, STAMPS, stampedOf } from './rows.ts';
import { literal } from './wire.ts';

const COLUMNS = [
  'key',
  'owner',
  'runner',
  'parent',
  'history',
  'model',
  'fingerprint',
  'delta',
  'detail',
] as const;

/** Newest first. */
export async function readSnapshots({ wire, table }: Place): Promise<readonly SnapshotRow[]> {
  const rows = await wire.query(`SELECT *, ${STAMPS} FROM ${table('snapshot')} ORDER BY seq DESC`);
  return rows.map((row) => ({
    ...stampedOf(row),
    ...optional('parent', row.parent),
    ...optional('history', row.history),
    model: Number(row.model),
    fingerprint: row.fingerprint ?? '',
    delta: row.delta ?? '',
    detail: JSON.parse(row.detail ?? '{}') as { readonly [key: string]: Json },
  }));
}

export async function addSnapshot(place: Place, row: NewSnapshotRow): Promise<void> {
  await place.wire.write(
    insertSql(place.table('snapshot'), COLUMNS, { ...row, detail: JSON.stringify(row.detail) }),
  );
}

export async function sealSnapshot({ wire, table }: Place, key: string, fingerprint: string): Promise<void> {
  await wire.write(
    `UPDATE ${table('snapshot')} SET fingerprint = ${literal(fingerprint)} WHERE \`key\` = ${literal(key)}`,
  );
}

export async function removeSnapshots({ wire, table }: Place, keys: readonly string[]): Promise<void> {
  if (keys.length > 0)
    await wire.write(`DELETE FROM ${table('snapshot')} WHERE \`key\` IN (${keys.map(literal).join(', ')})`);
}

export async function rebaseSnapshot(
  { wire, table }: Place,
  key: string,
  parent: string | undefined,
  delta: string,
): Promise<void> {
  await wire.write(
    `UPDATE ${table('snapshot')} SET parent = ${literal(parent)}, delta = ${literal(delta)} WHERE \`key\` = ${literal(key)}`,
  );
}
