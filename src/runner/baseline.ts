import { randomUUID } from 'node:crypto';
import { MooringError, type RunReport, VERSION } from '../api/api.ts';
import type { HistoryEntry, NewHistoryEntry, Session } from '../engines/engines.ts';
import { compareVersions } from '../migrations/migrations.ts';
import { standingOf } from './applied.ts';
import { enter, sameOwner } from './enter.ts';
import { Recorder } from './recorder.ts';
import { newLog, type RunLog, type RunRequest, reportOf } from './request.ts';
import { toReport } from './to-report.ts';
import { withLockedSession } from './with-session.ts';

export interface BaselineRequest {
  /** Everything up to it counts as applied; absent: all migrations of the files, `0` where there are none. */
  readonly version?: string;
  /** The history of another owner becomes ours. */
  readonly takeOver: boolean;
}

/** Adopts a database as it stands: records where it is, and its snapshot. Changes nothing but our own tables. */
export async function baseline(request: RunRequest, wish: BaselineRequest): Promise<RunReport> {
  const log = newLog();
  return toReport(log, () => withLockedSession(request, log, (session) => run(request, session, wish, log)));
}

async function run(
  request: RunRequest,
  session: Session,
  wish: BaselineRequest,
  log: RunLog,
): Promise<RunReport> {
  const anyOwner = { ...request, owner: '' };
  const entries = await enter(anyOwner, session, { files: false });
  const standing = standingOf(entries);
  const newest = entries.at(-1);
  if (newest !== undefined && !sameOwner(newest.owner, request.owner)) {
    if (!wish.takeOver) {
      throw new MooringError(
        'claimed-by-another',
        `the history of this database belongs to ${newest.owner.replace(/^\//, '')}`,
        {
          hint: 'If this definition is to rule the database from now on: mooring baseline --take-over --url …',
        },
      );
    }
    await session.store.addHistory(
      entry(request, 'take-over', '', `taken over from ${newest.owner}`, { from: newest.owner }),
    );
    log.notes.push(
      `the history of ${newest.owner.replace(/^\//, '')} now belongs to ${request.owner.replace(/^\//, '')}`,
    );
    if (wish.version === undefined) return reportOf(log, 'done');
  } else if (
    wish.takeOver &&
    wish.version === undefined &&
    newest !== undefined &&
    (await isAtHome(session, entries))
  ) {
    await session.store.addHistory(
      entry(request, 'take-over', '', 'taken over from the cluster that had it', { from: newest.owner }),
    );
    log.notes.push('the next cluster that claims this database is its home from then on');
    return reportOf(log, 'done');
  } else if (wish.takeOver && wish.version === undefined) {
    log.notes.push(newest === undefined ? 'there is no history to take over' : 'the history is ours already');
    return reportOf(log, 'nothing');
  }
  const version = wish.version ?? newestVersion(request);
  if (standing.applied.length > 0) {
    throw new MooringError(
      'history-diverged',
      `this database has a history already: ${standing.applied.length} migrations are applied, the newest is ${standing.applied.at(-1)?.id}`,
      {
        hint: 'A baseline is for a database without one. See: mooring history --url …',
      },
    );
  }
  if (standing.baseline?.id === version) {
    log.notes.push(`the baseline is ${version} already, since ${standing.baseline.at}`);
    return reportOf(log, 'nothing');
  }
  const row = entry(request, 'baseline', version, `adopted at ${version}`, {});
  await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
  await session.store.addHistory(row);
  if (session.engine.capabilities.catalog) {
    const recorder = await Recorder.open(request, session, await session.store.history());
    log.snapshot = await recorder.seal();
  }
  await session.commit();
  if (request.definition.spec.mode === 'declarative')
    log.notes.push('adopted as it stands; the next run leads it to what the files say');
  else
    log.notes.push(
      version === '0'
        ? 'adopted as it stands; none of the migrations counts as applied'
        : `adopted as it stands; migrations up to ${version} count as applied`,
    );
  return reportOf(log, 'done');
}

/** In some cluster: which one it is, a laptop does not know. */
async function isAtHome(session: Session, entries: readonly HistoryEntry[]): Promise<boolean> {
  const since = entries.findLast(({ action }) => action === 'take-over')?.at;
  return (await session.store.firstCluster(since)) !== undefined;
}

function newestVersion(request: RunRequest): string {
  const versions = request.migrations.flatMap((migration) => migration.version ?? []);
  return versions.sort(compareVersions).at(-1) ?? '0';
}

function entry(
  request: RunRequest,
  action: 'baseline' | 'take-over',
  id: string,
  description: string,
  detail: { readonly from?: string },
): NewHistoryEntry {
  return {
    key: randomUUID(),
    owner: request.owner,
    runner: VERSION,
    action,
    id,
    description,
    state: 'done',
    checksum: '',
    phase: 'expand',
    repeat: 'once',
    breaking: false,
    ms: 0,
    bundle: request.bundle,
    ...(request.cluster === undefined ? {} : { cluster: request.cluster }),
    detail: { ...detail },
  };
}
