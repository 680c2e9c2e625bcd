import type { Store } from '../store.ts';
import * as blobs from './blobs.ts';
import { addClaim, firstCluster, latestClaim } from './claim.ts';
import { addHistory, hasHistory, readHistory } from './history.ts';
import { addJournal, hasJournal, openJournal } from './journal.ts';
import { tableOf } from './names.ts';
import { iso, type Place } from './rows.ts';
import { addSnapshot, readSnapshots, rebaseSnapshot, removeSnapshots, sealSnapshot } from './snapshots.ts';
import { ensureTables, guardTables, tablesState } from './tables.ts';
import type { Wire } from './wire.ts';

/** Our tables `mooring_*` in the database itself, over one connection. */
export function storeOn(wire: Wire, database: string, runner: string): Store {
  const place: Place = { wire, table: (name) => tableOf(database, name) };
  return {
    state: () => tablesState(place, database),
    stateAndHistory: async () => {
      const state = await tablesState(place, database);
      return { state, entries: state === 'absent' ? [] : await readHistory(place) };
    },
    ensure: () => ensureTables(place, database, runner),
    guard: () => guardTables(place, database),
    history: () => readHistory(place),
    addHistory: (entry) => addHistory(place, entry),
    hasHistory: (key) => hasHistory(place, key),
    openJournal: (run) => openJournal(place, run),
    openReverts: () => openJournal(place, undefined, 'reverts'),
    addJournal: (entry) => addJournal(place, entry),
    hasJournal: (key) => hasJournal(place, key),
    latestClaim: () => latestClaim(place),
    firstCluster: (after) => firstCluster(place, after),
    addClaim: (claim) => addClaim(place, claim),
    snapshots: () => readSnapshots(place),
    addSnapshot: async (row, added) => {
      if (added !== undefined) await blobs.putBlobs(place, added);
      await addSnapshot(place, row);
    },
    sealSnapshot: (key, fingerprint) => sealSnapshot(place, key, fingerprint),
    removeSnapshots: (keys) => removeSnapshots(place, keys),
    rebaseSnapshot: (key, parent, delta) => rebaseSnapshot(place, key, parent, delta),
    putBlobs: (map) => blobs.putBlobs(place, map),
    getBlobs: (keys) => blobs.getBlobs(place, keys),
    missingBlobs: (keys) => blobs.missingBlobs(place, keys),
    removeBlobsExcept: (keys) => blobs.removeBlobsExcept(place, keys),
    now: async () => {
      const [row] = await wire.query(`SELECT ${iso('UTC_TIMESTAMP(3)')} AS now_iso`);
      return row?.now_iso ?? '';
    },
  };
}
