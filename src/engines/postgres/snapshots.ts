import type { Json } from '../../catalog/catalog.ts';
import type { NewSnapshotRow, SnapshotRow } from '../store.ts';
import { ISO, jsonText, optional, stampedOf } from './history.ts';
import { literal, type Wire } from './wire.ts';

const COLUMNS = 'key, owner, runner, parent, history, model, fingerprint, delta, detail';

/** Newest first. */
export async function readSnapshots(wire: Wire): Promise<readonly SnapshotRow[]> {
  const rows = await wire.query(
    `SELECT seq, ${ISO('at')} AS at, by, ${COLUMNS} FROM mooring.snapshot ORDER BY seq DESC`,
  );
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

export function insertSnapshotSql(row: NewSnapshotRow): string {
  const values = [
    row.key,
    row.owner,
    row.runner,
    row.parent,
    row.history,
    row.model,
    row.fingerprint,
    row.delta,
    jsonText(row.detail),
  ];
  return `INSERT INTO mooring.snapshot (${COLUMNS}) VALUES (${values.map(literal).join(', ')})`;
}

export function sealSnapshotSql(key: string, fingerprint: string): string {
  return `UPDATE mooring.snapshot SET fingerprint = ${literal(fingerprint)} WHERE key = ${literal(key)}`;
}

export async function removeSnapshots(wire: Wire, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await wire.query(`DELETE FROM mooring.snapshot WHERE key IN (${keys.map(literal).join(', ')})`);
}

export async function rebaseSnapshot(
  wire: Wire,
  key: string,
  parent: string | undefined,
  delta: string,
): Promise<void> {
  await wire.query(
    `UPDATE mooring.snapshot SET parent = ${literal(parent)}, delta = ${literal(delta)} WHERE key = ${literal(key)}`,
  );
}
