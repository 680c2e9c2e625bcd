import type { Store } from '../store.ts';
import * as blobs from './blobs.ts';
import { firstCluster, insertClaimSql, latestClaim } from './claim.ts';
import { entriesOf, HISTORY_SQL, hasHistory, ISO, insertHistorySql, readHistory } from './history.ts';
import { hasJournal, insertJournalSql, openJournal } from './journal.ts';
import {
  insertSnapshotSql,
  readSnapshots,
  rebaseSnapshot,
  removeSnapshots,
  sealSnapshotSql,
} from './snapshots.ts';
import { ensureTables, guardTables, tablesState } from './tables.ts';
import type { Wire } from './wire.ts';

/** Our tables in schema `mooring`, over one connection. */
export function storeOn(wire: Wire, runner: string): Store {
  const run = async (sql: string): Promise<void> => {
    await wire.query(sql);
  };
  let ungranted = false;
  return {
    state: async () => (await tablesState(wire)).state,
    stateAndHistory: async () => {
      const { state, rows, ...found } = await tablesState(wire, HISTORY_SQL);
      ungranted = state === 'current' && found.ungranted;
      return { state, entries: entriesOf(rows) };
    },
    ensure: (options) => ensureTables(wire, runner, options?.allowPublication ?? false),
    // The question of who may write is a dear one in a new session, and seldom one at all.
    guard: async () => (ungranted ? undefined : guardTables(wire)),
    history: () => readHistory(wire),
    addHistory: (entry) => run(insertHistorySql(entry)),
    hasHistory: (key) => hasHistory(wire, key),
    openJournal: async (run) =>
      (await openJournal(wire)).filter((entry) =>
        run === undefined ? entry.action !== 'revert' : entry.run === run,
      ),
    openReverts: async () => (await openJournal(wire)).filter(({ action }) => action === 'revert'),
    addJournal: (entry) => run(insertJournalSql(entry)),
    hasJournal: (key) => hasJournal(wire, key),
    latestClaim: () => latestClaim(wire),
    firstCluster: (after) => firstCluster(wire, after),
    addClaim: (claim) => run(insertClaimSql(claim)),
    snapshots: () => readSnapshots(wire),
    addSnapshot: (row, added = new Map()) =>
      run([...blobs.insertBlobsSql(added), insertSnapshotSql(row)].join('; ')),
    sealSnapshot: (key, fingerprint) => run(sealSnapshotSql(key, fingerprint)),
    removeSnapshots: (keys) => removeSnapshots(wire, keys),
    rebaseSnapshot: (key, parent, delta) => rebaseSnapshot(wire, key, parent, delta),
    putBlobs: (map) => blobs.putBlobs(wire, map),
    getBlobs: (keys) => blobs.getBlobs(wire, keys),
    missingBlobs: (keys) => blobs.missingBlobs(wire, keys),
    removeBlobsExcept: (keys) => blobs.removeBlobsExcept(wire, keys),
    now: async () => {
      const [row] = await wire.query(`SELECT ${ISO('pg_catalog.clock_timestamp()')} AS now`);
      return row?.now ?? '';
    },
  };
}
