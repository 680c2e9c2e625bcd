import { type BundledDefinition, MooringError } from '../api/api.ts';
import type { HistoryEntry } from '../engines/engines.ts';
import type { Migration } from '../migrations/migrations.ts';
import { coveredByBaseline, findApplied, type Standing, sameIdKey } from './applied.ts';

/** Bundle against history: what the database lacks, and what it has that the bundle does not know. */
export interface Way {
  readonly kind: 'same' | 'ahead' | 'behind' | 'mixed' | 'gap';
  /** To apply, in the order of the bundle: migrations that run once, then repeatables. */
  readonly pending: readonly Migration[];
  /** Applied and unknown to the bundle, in the order in which they were applied. */
  readonly surplus: readonly HistoryEntry[];
  /** Stand for migrations that are applied (`replaces`): recorded, not run. */
  readonly standFor: readonly Migration[];
  /** Mode declarative: what the files say, applied or not. */
  readonly desired?: Migration;
}

/** Which way from where the database stands to where the bundle is. Throws `checksum-changed`, `history-diverged`. */
export function decide(migrations: readonly Migration[], standing: Standing): Way {
  const [first] = migrations;
  if (first?.desired !== undefined) return toDesired(first, standing);
  const once = migrations.filter((migration) => migration.repeat === 'once');
  const isApplied = (migration: Migration): boolean =>
    coveredByBaseline(standing, migration.version) || findApplied(standing, migration.id) !== undefined;
  refuseChanged(once, standing);
  const lacking = once.filter((migration) => !isApplied(migration));
  const standFor = lacking.filter((migration) => standsFor(migration, standing));
  const pending = lacking.filter((migration) => !standFor.includes(migration));
  const known = new Set(
    [...once.map((migration) => migration.id), ...standFor.flatMap((migration) => migration.replaces)].map(
      sameIdKey,
    ),
  );
  const surplus = standing.applied.filter((entry) => !known.has(sameIdKey(entry.id)));
  const repeatables = migrations.filter(
    (migration) => migration.repeat !== 'once' && isStale(migration, standing.repeatables.get(migration.id)),
  );
  return {
    kind: kindOf(once, pending, surplus, isApplied),
    pending: [...pending, ...repeatables],
    surplus,
    standFor,
  };
}

/**
 * What is desired and was applied before lies behind, with all that came after it on top; else it is ahead: of files that
 * say what the schema is, none lacks what others had.
 */
function toDesired(desired: Migration, standing: Standing): Way {
  const entry = findApplied(standing, desired.id);
  if (entry === undefined) return { kind: 'ahead', pending: [desired], surplus: [], standFor: [], desired };
  const surplus = standing.applied.slice(standing.applied.indexOf(entry) + 1);
  return { kind: surplus.length === 0 ? 'same' : 'behind', pending: [], surplus, standFor: [], desired };
}

function kindOf(
  once: readonly Migration[],
  pending: readonly Migration[],
  surplus: readonly HistoryEntry[],
  isApplied: (migration: Migration) => boolean,
): Way['kind'] {
  if (pending.length > 0 && surplus.length > 0) return 'mixed';
  if (surplus.length > 0) return 'behind';
  const [first] = pending;
  if (first === undefined) return 'same';
  return once.slice(once.indexOf(first)).some(isApplied) ? 'gap' : 'ahead';
}

/** Refuses what must not run before anything does. */
export function refuseWay(way: Way, standing: Standing, definition: BundledDefinition): void {
  if (way.kind === 'mixed' && definition.spec.rollback.mixed === 'refuse') throw diverged(way);
  if (way.kind === 'gap' && definition.spec.migrations.order === 'strict') throw outOfOrder(way, standing);
  const live = standing.applied.length > 0 || standing.baseline !== undefined;
  if (live && definition.spec.migrations.contract === 'deferred') refuseContractBeforeExpand(way.pending);
}

function refuseChanged(once: readonly Migration[], standing: Standing): void {
  for (const migration of once) {
    const entry = findApplied(standing, migration.id);
    if (entry === undefined || entry.checksum === '' || isAsApplied(migration, entry)) continue;
    throw new MooringError(
      'checksum-changed',
      `${migration.script.file}: migration ${migration.id} was changed after it was applied at ${entry.at} by ${entry.by}: its checksum then was ${entry.checksum.slice(0, 15)}…, now ${migration.checksum.slice(0, 15)}…`,
      {
        file: migration.script.file,
        hint: `Put the file back as it was applied (git log -p -- ${migration.script.file}), and make the change in a new migration: mooring new DESCRIPTION`,
      },
    );
  }
}

function standsFor(migration: Migration, standing: Standing): boolean {
  if (migration.replaces.length === 0) return false;
  const there = migration.replaces.filter((id) => findApplied(standing, id) !== undefined);
  if (there.length === 0) return false;
  if (there.length === migration.replaces.length) return true;
  const missing = migration.replaces.filter((id) => !there.includes(id));
  throw new MooringError(
    'history-diverged',
    `${migration.script.file} replaces ${migration.replaces.join(', ')}, but only ${there.join(', ')} of them are applied here`,
    {
      file: migration.script.file,
      hint: `Apply ${missing.join(', ')} first, from the revision that still has them.`,
    },
  );
}

function isStale(migration: Migration, last: HistoryEntry | undefined): boolean {
  return migration.repeat === 'always' || last === undefined || !isAsApplied(migration, last);
}

/** The same bytes have the same checksum: most files need not be read any further. */
function isAsApplied(migration: Migration, entry: HistoryEntry): boolean {
  return entry.detail.sha256 === migration.script.sha256 || entry.checksum === migration.checksum;
}

function diverged(way: Way): MooringError {
  const pending = way.pending
    .filter((migration) => migration.repeat === 'once')
    .map((migration) => migration.id);
  return new MooringError(
    'history-diverged',
    `the files have ${pending.join(', ')}, which the database has not, and the database has ${way.surplus.map((entry) => entry.id).join(', ')}, which the files have not`,
    {
      hint:
        'Was it another branch? Bring the missing files into this one, or take the others back first:\n' +
        `mooring rollback --to ${lastCommon(way)} --url …\n` +
        'or let pending ones be applied all the same: rollback.mixed: gate in mooring.yaml',
    },
  );
}

function lastCommon(way: Way): string {
  return (way.surplus[0]?.detail.previous as string | undefined) ?? '0';
}

function outOfOrder(way: Way, standing: Standing): MooringError {
  const [first] = way.pending;
  const last = standing.applied.at(-1);
  return new MooringError(
    'out-of-order',
    `${first?.script.file}: migration ${first?.id} is not applied, but ${last?.id}, which comes after it, is`,
    {
      ...(first === undefined ? {} : { file: first.script.file }),
      hint: `Give it a version after ${last?.id} (git mv), or allow any order: migrations.order: any in mooring.yaml`,
    },
  );
}

function refuseContractBeforeExpand(pending: readonly Migration[]): void {
  const once = pending.filter((migration) => migration.repeat === 'once');
  const contract = once.findIndex((migration) => migration.phase === 'contract');
  const after = once.slice(contract + 1).find((migration) => migration.phase === 'expand');
  const first = once[contract];
  if (first === undefined || after === undefined) return;
  throw new MooringError(
    'contract-before-expand',
    `${first.script.file} is a contract migration, and ${after.script.file}, an expand one, comes after it: both are pending, and the application that still runs needs what the first would take away`,
    {
      file: first.script.file,
      hint: `Sync the revision between the two first; or, if the running application can do without it: migrations.contract: in-gate in mooring.yaml`,
    },
  );
}
