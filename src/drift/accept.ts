import { randomUUID } from 'node:crypto';
import { type Change, MooringError, type RunReport, VERSION } from '../api/api.ts';
import { compareCatalogs } from '../catalog/catalog.ts';
import {
  newLog,
  Recorder,
  type RunRequest,
  recordedCatalog,
  reportOf,
  toReport,
  withLockedSession,
} from '../runner/runner.ts';

/** A person takes the live catalog as the new snapshot: what was drift is what we answer for. Returns what was accepted. */
export async function accept(
  request: RunRequest,
): Promise<{ readonly run: RunReport; readonly changes: readonly Change[] }> {
  const log = newLog();
  let changes: readonly Change[] = [];
  const run = await toReport(log, () =>
    withLockedSession(request, log, async (session) => {
      const entries = (await session.store.state()) === 'absent' ? [] : await session.store.history();
      const newest = entries.at(-1);
      if (newest === undefined) {
        throw new MooringError(
          'baseline-needed',
          `database ${session.server.database} has no history to accept anything into`,
          {
            hint: 'Adopt it as it stands: mooring baseline --url …',
          },
        );
      }
      const [open] = await session.store.openJournal();
      if (open !== undefined) {
        throw new MooringError(
          'journal-open',
          `migration ${open.id} (${open.file}) stands half-applied: what is its doing cannot be told from drift`,
          {
            hint: 'End it first: mooring migrate DIR --url …',
          },
        );
      }
      const owner = request.owner === '' ? newest.owner : request.owner;
      const recorder = await Recorder.open({ ...request, owner }, session, entries);
      const [row] = await session.store.snapshots();
      if (row !== undefined) {
        changes = compareCatalogs(
          await recordedCatalog(session, row, recorder.answered, recorder.catalog),
          recorder.catalog,
        );
      }
      if (changes.length === 0) return reportOf(log, 'nothing');
      const key = randomUUID();
      await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
      await session.store.addHistory({
        key,
        owner,
        runner: VERSION,
        action: 'accept',
        id: '',
        description: `accepted ${changes.length} changes`,
        state: 'done',
        checksum: '',
        phase: 'expand',
        repeat: 'once',
        breaking: false,
        ms: 0,
        bundle: request.bundle,
        detail: { changes: changes.map((change) => change.object).slice(0, 500) },
      });
      await recorder.acceptAll(key);
      await session.commit();
      log.snapshot = await recorder.seal();
      return reportOf(log, 'done');
    }),
  );
  return { run, changes };
}
