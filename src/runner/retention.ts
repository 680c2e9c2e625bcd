import { createHash } from 'node:crypto';
import { decodeDelta, deltaBetween, encodeDelta } from '../catalog/catalog.ts';
import type { HistoryEntry, Session, SnapshotRow } from '../engines/engines.ts';
import { standingOf } from './applied.ts';
import { loadAnswered } from './recorded.ts';

/** So many of the newest snapshots are kept in any case. */
const KEPT = 30;

/** Fewer than this that nobody needs are not worth the work. */
const WORTH = 20;

/**
 * Removes snapshots that no undo needs and that are not among the newest 30, and what is stored for them alone. Those that
 * stay keep their keys; where their parent goes, their delta is made anew.
 */
export async function prune(session: Session): Promise<void> {
  const rows = await session.store.snapshots();
  if (rows.length < KEPT + WORTH) return;
  const entries = await session.store.history();
  const needed = neededByUndo(entries);
  const stays = (row: SnapshotRow, index: number): boolean => index < KEPT || needed.has(row.history ?? '');
  const kept = rows.filter(stays);
  const dropped = rows.filter((row, index) => !stays(row, index));
  if (dropped.length < WORTH) return;
  const gone = new Set(dropped.map((row) => row.key));
  await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
  await rebase(session, rows, kept, gone);
  await session.store.removeSnapshots([...gone]);
  await session.store.removeBlobsExcept(await referenced(session, entries));
  await session.commit();
}

/** Keys of the history entries right before each migration that could be undone; `''` for the very beginning. */
function neededByUndo(entries: readonly HistoryEntry[]): ReadonlySet<string> {
  const applied = new Set(
    standingOf(entries)
      .applied.filter((entry) => entry.undo !== undefined || entry.detail.rows === 'kept')
      .map((entry) => entry.key),
  );
  const needed = new Set<string>();
  let last = '';
  for (const entry of entries) {
    if (entry.state !== 'done' || entry.action === 'take-over') continue;
    if (applied.has(entry.key)) needed.add(last);
    last = entry.key;
  }
  return needed;
}

async function rebase(
  session: Session,
  rows: readonly SnapshotRow[],
  kept: readonly SnapshotRow[],
  gone: ReadonlySet<string>,
): Promise<void> {
  for (const [index, row] of kept.entries()) {
    if (row.parent === undefined || !gone.has(row.parent)) continue;
    const older = kept[index + 1];
    const before = older === undefined ? new Map<string, string>() : await loadAnswered(session, rows, older);
    const delta = encodeDelta(deltaBetween(before, await loadAnswered(session, rows, row)));
    const key = createHash('sha256').update(delta).digest('hex');
    await session.store.putBlobs(new Map([[key, delta]]));
    await session.store.rebaseSnapshot(row.key, older?.key, key);
  }
}

async function referenced(session: Session, entries: readonly HistoryEntry[]): Promise<readonly string[]> {
  const deltas = (await session.store.snapshots()).map((row) => row.delta);
  const keys = new Set([
    ...deltas,
    ...entries.flatMap((entry) => [entry.script, entry.undo].filter((key) => key !== undefined)),
    ...(await session.store.openJournal()).flatMap(({ detail }) =>
      typeof detail.undo === 'string' ? [detail.undo] : [],
    ),
  ]);
  for (const bytes of (await session.store.getBlobs(deltas)).values()) {
    for (const fingerprint of Object.values(decodeDelta(bytes).set)) keys.add(fingerprint);
  }
  return [...keys];
}
