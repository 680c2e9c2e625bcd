import { randomUUID } from 'node:crypto';
import { MooringError } from '../api/api.ts';
import type { JournalEntry, Session } from '../engines/engines.ts';
import type { Migration } from '../migrations/migrations.ts';
import { breakingChanges } from './breaking.ts';
import { entryFor, failedEntry, storeScripts } from './entries.ts';
import { runJournaled } from './journaled.ts';
import type { Authorship, Recorder } from './recorder.ts';
import type { RunLog, RunRequest } from './request.ts';

/** One migration statement by statement, from where an earlier run of it stopped. Throws as `runJournaled` does. */
export async function applyJournaled(
  request: RunRequest,
  session: Session,
  migration: Migration,
  previous: string,
  journal: readonly JournalEntry[],
  recorder: Recorder | undefined,
  log: RunLog,
): Promise<void> {
  const run = journal.at(-1)?.run ?? randomUUID();
  const started = performance.now();
  try {
    await runJournaled(
      request,
      session,
      { run, action: 'apply', id: migration.id, script: migration.script, journal },
      log,
    );
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
  const scripts = await storeScripts(request, session, migration);
  let detail = {};
  let breaking = migration.phase === 'contract';
  if (recorder !== undefined) {
    const { read, effect } = await recorder.look(await authorship(session, run));
    await recorder.record(read, effect, run);
    const because = breakingChanges(effect);
    breaking ||= because.length > 0;
    for (const object of effect.absorbed) log.absorbed.add(object);
    detail = {
      breaking: because.slice(0, 20),
      absorbed: [...effect.absorbed],
      objects: effect.touched.slice(0, 500),
    };
  }
  await session.commitWith(
    entryFor(request, migration, run, previous, scripts, {
      breaking,
      ms: performance.now() - started,
      detail: { ...detail, journaled: true },
    }),
  );
  log.applied.push({ id: migration.id, ms: Math.round(performance.now() - started) });
}

/** Which transactions did the statements and which objects the bare ones are about; undefined where one of them is unknown. */
async function authorship(session: Session, run: string): Promise<Authorship | undefined> {
  const rows = (await session.store.openJournal()).filter((row) => row.run === run && row.event === 'done');
  const own: string[] = [];
  const named: string[] = [];
  for (const { detail } of rows) {
    if (typeof detail.transaction === 'string') own.push(detail.transaction);
    else if (Array.isArray(detail.objects)) named.push(...(detail.objects as string[]));
    else return undefined;
  }
  return { own, named };
}
