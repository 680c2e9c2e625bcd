import { type Change, type DriftReport, MooringError } from '../api/api.ts';
import { type Catalog, catalogFingerprint, compareCatalogs } from '../catalog/catalog.ts';
import type { Session } from '../engines/engines.ts';
import {
  decide,
  loadAnswered,
  notBuilt,
  type RunRequest,
  recordedCatalog,
  sealOf,
  standingOf,
  stillOpen,
  withSession,
} from '../runner/runner.ts';

/**
 * What differs between the live catalog and the snapshot, and between the history and the files. No verdict (`quiet`)
 * while a run is in progress. Takes no lock and changes nothing. Throws `baseline-needed` without a snapshot, `busy`.
 */
export function readDrift(request: RunRequest, files: boolean): Promise<DriftReport> {
  return withSession({ ...request, target: { ...request.target, readOnly: true } }, async (session) => {
    if (!session.engine.capabilities.catalog)
      throw notBuilt(session, 'drift', 'Look at its schema by other means.');
    if ((await session.store.state()) === 'absent') throw noSnapshot(session);
    const entries = await session.store.history();
    const rows = await session.store.snapshots();
    const [row] = rows;
    if (row === undefined) throw noSnapshot(session);
    const { catalog } = await session.readCatalog(request.definition.spec.scope);
    const quiet = await quietBecause(session, entries.at(-1)?.seq ?? 0);
    const answered = await loadAnswered(session, rows, row);
    const recorded = await recordedCatalog(session, row, answered, catalog);
    const changes = quiet === undefined ? compareCatalogs(recorded, catalog) : [];
    const standing = standingOf(entries);
    const ahead = files ? decide(request.migrations, standing).surplus.map((entry) => entry.id) : [];
    return {
      drifted: changes.length > 0 || (ahead.length > 0 && quiet === undefined),
      changes,
      unmodelled: catalog.unmodelled.map(({ kind, count }) => `${kind} (${count})`),
      notRecorded: notRecorded(recorded, catalog, changes),
      missing: [],
      ahead,
      ...(quiet === undefined ? {} : { quiet }),
      fingerprint: catalogFingerprint(catalog),
      snapshot: { fingerprint: await sealOf(session, rows, row), at: row.at },
    };
  });
}

/** No verdict while somebody is at work. */
async function quietBecause(session: Session, newest: number): Promise<string | undefined> {
  const holder = await session.lockHolder();
  if (holder !== undefined)
    return `a run is in progress: pid ${holder.pid} (${holder.application}) holds the lock`;
  const [open] = stillOpen(await session.store.openJournal());
  if (open !== undefined)
    return `migration ${open.id} (${open.file}) stands half-applied: mooring migrate, then ask again`;
  const now = (await session.store.history()).at(-1)?.seq ?? 0;
  return now === newest ? undefined : 'a run ended while the catalog was read: ask again';
}

/** Objects of schemas or kinds that the snapshot does not cover. */
function notRecorded(recorded: Catalog, live: Catalog, changes: readonly Change[]): readonly string[] {
  if (recorded.model === live.model && JSON.stringify(recorded.scope) === JSON.stringify(live.scope))
    return [];
  const told = new Set(changes.map((change) => change.object));
  return [...live.objects.keys()].filter((key) => {
    const parent = live.objects.get(key)?.parent;
    return !recorded.objects.has(key) && !told.has(key) && (parent === undefined || !told.has(parent));
  });
}

function noSnapshot(session: Session): MooringError {
  return new MooringError(
    'baseline-needed',
    `database ${session.server.database} has no snapshot: nothing was recorded to compare it with`,
    {
      hint: 'Migrate it (mooring migrate DIR --url …), or take it as it stands: mooring baseline --url …',
    },
  );
}
