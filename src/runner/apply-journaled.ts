import { randomUUID } from 'node:crypto';
import { MooringError } from '../api/api.ts';
import type { JournalEntry, Session } from '../engines/engines.ts';
import type { Migration } from '../migrations/migrations.ts';
import { commitTold } from './awaited.ts';
import { breakingChanges } from './breaking.ts';
import { entryFor, failedEntry, type ScriptKeys, storeScripts } from './entries.ts';
import { type JournaledRun, touchedBy } from './journal-rows.ts';
import { runJournaled } from './journaled.ts';
import { breaksByText } from './one-of-many.ts';
import type { Recorder } from './recorder.ts';
import type { RunLog, RunRequest } from './request.ts';
import { rowsKept } from './rows-kept.ts';

/**
 * One migration statement by statement, from where an earlier run of it stopped. With `soon` its end may travel with what
 * comes next, where the database tells by itself that it is done; the log is told then. Throws as `runJournaled` does.
 */
export async function applyJournaled(
  request: RunRequest,
  session: Session,
  migration: Migration,
  previous: string,
  journal: readonly JournalEntry[],
  recorder: Recorder | undefined,
  soon: boolean,
  log: RunLog,
): Promise<void> {
  const run = journal.at(-1)?.run ?? randomUUID();
  const started = performance.now();
  const scripts = await storeAhead(request, session, migration);
  const of = {
    ...(scripts.undo === undefined ? {} : { undo: scripts.undo }),
    ...(migration.script.directives.irreversible ? { irreversible: true } : {}),
  };
  const { script } = migration;
  const job: JournaledRun = {
    run,
    action: 'apply',
    id: migration.id,
    script,
    journal,
    added: [],
    of,
    recorder,
  };
  let mayWait = false;
  try {
    ({ mayWait } = await runJournaled(request, session, job, log));
  } catch (error) {
    if (error instanceof MooringError && error.code !== 'interrupted') {
      await session.reset({ lockTimeout: 0, statementTimeout: 0 });
      await session.store.addHistory(
        failedEntry(request, migration, 'apply', error, performance.now() - started),
      );
    }
    throw error;
  }
  await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
  let detail = {};
  let also: Iterable<string> = [];
  let breaking = migration.phase === 'contract';
  if (recorder !== undefined) {
    const { names, absorbed } = touchedBy(job);
    const effect = await recorder.recordNamed(names, run);
    const because = breakingChanges(effect);
    breaking ||= because.length > 0;
    also = absorbed;
    detail = {
      breaking: because.slice(0, 20),
      absorbed: [...absorbed],
      objects: effect.touched.slice(0, 500),
    };
  }
  if (recorder === undefined) {
    const { names } = touchedBy(job);
    if (names !== 'everything') detail = { objects: [...names] };
    breaking ||= await breaksByText(session, migration);
  }
  const ms = performance.now() - started;
  const entry = entryFor(request, migration, run, previous, scripts, {
    breaking,
    ms,
    detail: { ...detail, ...(await rowsKept(session.engine, migration)), journaled: true },
  });
  const tell = (): void => {
    log.applied.push({ id: migration.id, ms: Math.round(ms) });
    for (const object of also) log.absorbed.add(object);
  };
  const awaited = { key: run, tell };
  if (!soon || !mayWait) return commitTold(log, awaited, () => session.commitWith(entry));
  log.awaited.push(awaited);
  const { answered } = await session.commitWithSoon(entry);
  // Whoever sends it hears of it as well.
  commitTold(log, awaited, () => answered).catch(() => {});
}

/** The undo is there before the first statement is: what stands half-applied can be taken back, too. */
async function storeAhead(request: RunRequest, session: Session, migration: Migration): Promise<ScriptKeys> {
  if (migration.undo === undefined && migration.repeat === 'once') return {};
  await session.begin();
  await session.ownVoice();
  const keys = await storeScripts(request, session, migration);
  await session.commitSoon();
  return keys;
}
