import type { Hazard, PlanReport } from '../api/api.ts';
import type { Session } from '../engines/engines.ts';
import type { Migration } from '../migrations/migrations.ts';
import { type Ask, asking, questionInText, withRows } from '../plan/plan.ts';
import { standingOf } from './applied.ts';
import { decide, refuseWay } from './decide.ts';
import { desiredToReach, planDesired } from './desired.ts';
import { judgePending, statementHazards } from './hazards.ts';
import { isJournaled } from './is-journaled.ts';
import type { RunRequest } from './request.ts';
import { withSession } from './with-session.ts';

/**
 * What a run would do now, statement by statement, and what the way back would undo; hazards with the rows that they are
 * about, counted if asked, else estimated where there are many. Changes nothing. Throws as a run would.
 */
export function planPending(request: RunRequest, count = false): Promise<PlanReport> {
  return withSession(request, async (session) => {
    const absent = (await session.store.state()) === 'absent';
    const entries = absent ? [] : await session.store.history();
    const standing = standingOf(entries);
    const way = decide(request.migrations, standing);
    refuseWay(way, standing, request.definition);
    const undo = [...way.surplus].reverse().map((entry) => entry.id);
    const desired = desiredToReach(way, absent ? [] : await session.store.openJournal());
    if (desired !== undefined) {
      const { plan, digest, refused, unapproved } = await planDesired(request, session, desired, { count });
      const statements = plan.statements.map(({ sql, hazards }) => ({ sql, line: 0, endLine: 0, hazards }));
      const { id, phase } = desired;
      const transactional = session.engine.capabilities.transactionalDdl;
      return { pending: [{ id, phase, transactional, statements }], digest, refused, unapproved, undo };
    }
    const pending = await asking(session, count, (ask) => planned(session, request, way.pending, ask));
    const { digest, refused } = judgePending(request, way.pending);
    return { pending, digest, refused, unapproved: [], undo };
  });
}

async function planned(
  { engine }: Session,
  { definition }: RunRequest,
  migrations: readonly Migration[],
  ask: Ask,
): Promise<PlanReport['pending']> {
  const pending: PlanReport['pending'][number][] = [];
  for (const migration of migrations) {
    const statements = migration.script.steps.flatMap((step) =>
      step.type === 'sql' ? [step.statement] : [],
    );
    const hazards: (readonly Hazard[])[] = [];
    for (const each of statementHazards(engine, migration))
      hazards.push(await withRows(each, ask, questionInText));
    pending.push({
      id: migration.id,
      phase: migration.phase,
      transactional: (await isJournaled(engine, definition, migration.script)) === undefined,
      statements: statements.map(({ sql, line, endLine }, at) => ({
        sql,
        line,
        endLine,
        hazards: hazards[at] ?? [],
      })),
    });
  }
  return pending;
}
