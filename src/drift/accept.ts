import { randomUUID } from 'node:crypto';
import { type Change, type RunReport, VERSION } from '../api/api.ts';
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
import { answeringHistory } from './answering.ts';

/** A person takes the live catalog as the new snapshot: what was drift is what we answer for. Returns what was accepted. */
export async function accept(
  request: RunRequest,
): Promise<{ readonly run: RunReport; readonly changes: readonly Change[] }> {
  const log = newLog();
  let changes: readonly Change[] = [];
  const run = await toReport(log, () =>
    withLockedSession(request, log, async (session) => {
      const { entries, newest } = await answeringHistory(session);
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
