import { randomUUID } from 'node:crypto';
import { type Change, type Held, MooringError, type RunReport } from '../api/api.ts';
import { type Session, SqlFailure } from '../engines/engines.ts';
import type { Plan } from '../plan/plan.ts';
import {
  candidates,
  commitTold,
  differencesFrom,
  type Expected,
  emptiedBy,
  failedRevert,
  inTwin,
  lossesAmong,
  planBack,
  type RunLog,
  type RunRequest,
  reportOf,
  revertEntry,
  runJournaledPlan,
  withoutTwice,
} from '../runner/runner.ts';
import { type Drifted, heldByLoss, keysOf, refusedBecause, type ToPutBack } from './drifted.ts';
import { judgeBack } from './judge-back.ts';

/**
 * Where no transaction takes DDL back: the plan is tried in a scratch database that stands as this one does, then its
 * statements run journaled, then the catalog is read and compared. What is cut short, or does not come out as it was
 * recorded, stays drift: the next revert plans from what is there, and is the same one in the history.
 */
export async function putBackJournaled(
  given: RunRequest,
  session: Session,
  drifted: ToPutBack,
  log: RunLog,
  tell: (statements: readonly string[]) => void,
): Promise<RunReport> {
  const request = { ...given, owner: drifted.owner };
  const { recorder } = drifted;
  const [row] = await session.store.snapshots();
  const open = await session.store.openReverts();
  if (row === undefined || (drifted.changes.length === 0 && open.length === 0))
    return reportOf(log, log.notes.length > 0 ? 'done' : 'nothing');
  const expected: Expected = { row, answered: recorder.answered };
  const keys = keysOf(drifted);
  const plan = await planBack(session, expected, recorder.catalog, keys);
  if ('why' in plan) throw refusedBecause(plan.why);
  if (plan.left.length > 0) throw refusedBecause(plan.left.join('; '));
  judgeBack(request, plan, drifted.by);
  const held =
    plan.statements.length === 0 ? undefined : await tried(request, session, drifted, plan, expected, keys);
  if (held !== undefined) {
    log.held.push(held);
    return reportOf(log, 'held');
  }
  const started = performance.now();
  const before = open.filter(({ event }) => event === 'done').map(({ sql }) => sql);
  const statements = [...before, ...plan.statements.map(({ sql }) => sql)];
  const detail = {
    changes: drifted.changes.map(({ object }) => object).slice(0, 500),
    statements: statements.slice(0, 500),
  };
  const key = open.at(-1)?.run ?? randomUUID();
  try {
    await runPlan(request, session, drifted, plan, key, log);
    await compareWith(session, expected, keys, request);
  } catch (error) {
    if (error instanceof MooringError && error.code !== 'interrupted') {
      await session.reset({ lockTimeout: 0, statementTimeout: 0 });
      await session.store.addHistory(failedRevert(request, error, performance.now() - started, detail));
    }
    throw error;
  }
  await session.reset({ lockTimeout: 0, statementTimeout: 0 }, true);
  await recorder.recordNamed([...keys], key);
  const why = `put back ${drifted.changes.length} changes`;
  const entry = revertEntry(request, key, why, performance.now() - started, detail);
  await commitTold(log, { key, tell: () => tell(statements) }, () => session.commitWith(entry));
  log.snapshot = await recorder.seal();
  return reportOf(log, 'done');
}

/** Throws `revert-refused` where the plan does not lead back; what it would lose is asked of the live tables. */
async function tried(
  request: RunRequest,
  session: Session,
  { recorder }: Drifted,
  plan: Plan,
  expected: Expected,
  keys: ReadonlySet<string>,
): Promise<Held | undefined> {
  const live = recorder.lastRead;
  const found = await inTwin(session, live.catalog, async (twin) => {
    await twin.reset({ lockTimeout: 0, statementTimeout: 0 });
    try {
      for (const { sql } of plan.statements) await twin.execute({ sql, line: 1, column: 1, endLine: 1 });
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      throw refusedBecause(`the server refused what would have mended it: ${error.message}`);
    }
    const end = await twin.readCatalog(request.definition.spec.scope);
    const left = await differencesFrom(session, expected, end.catalog, keys);
    if (left.length > 0) throw refusedBecause(`it would leave ${namesOf(left)} otherwise than it was`);
    return { asked: candidates(session, live, end) };
  });
  if ('unproven' in found) throw refusedBecause(found.unproven);
  const asked = withoutTwice([...found.asked, ...emptiedBy(plan, live.catalog)]);
  return heldByLoss(request, await lossesAmong(session, asked));
}

async function runPlan(
  request: RunRequest,
  session: Session,
  { recorder }: Drifted,
  plan: Plan,
  run: string,
  log: RunLog,
): Promise<void> {
  const job = {
    run,
    action: 'revert',
    id: '',
    name: 'drift --revert',
    plannedBy: 'mooring drift --revert',
    statements: plan.statements.map(({ sql }) => sql),
    recorder,
  } as const;
  await runJournaledPlan(request, session, job, log);
}

/** Throws `revert-inexact`. */
async function compareWith(
  session: Session,
  expected: Expected,
  keys: ReadonlySet<string>,
  request: RunRequest,
): Promise<void> {
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  const { catalog } = await session.readCatalog(request.definition.spec.scope);
  const left = await differencesFrom(session, expected, catalog, keys);
  if (left.length === 0) return;
  const told = left.map(
    ({ object, details }) => `- ${object}${details.map((each) => `\n    ${each}`).join('')}`,
  );
  throw new MooringError(
    'revert-inexact',
    `what was to be put back stands otherwise than it was recorded:\n${told.slice(0, 20).join('\n')}`,
    {
      hint: 'Did others change it meanwhile? Look (mooring drift), and put back what is left: mooring drift --revert --url …',
    },
  );
}

function namesOf(changes: readonly Change[]): string {
  return changes.map(({ object }) => object).join(', ');
}
