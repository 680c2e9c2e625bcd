import type { PlanReport } from '../api/api.ts';
import { standingOf } from './applied.ts';
import { decide, refuseWay } from './decide.ts';
import { judgePending, statementHazards } from './hazards.ts';
import { isJournaled } from './is-journaled.ts';
import type { RunRequest } from './request.ts';
import { withSession } from './with-session.ts';

/** What a run would do now, statement by statement, and what the way back would undo. Changes nothing. Throws as a run would. */
export function planPending(request: RunRequest): Promise<PlanReport> {
  return withSession(request, async (session) => {
    const entries = (await session.store.state()) === 'absent' ? [] : await session.store.history();
    const standing = standingOf(entries);
    const way = decide(request.migrations, standing);
    refuseWay(way, standing, request.definition);
    const pending = [];
    for (const migration of way.pending) {
      const statements = migration.script.steps.flatMap((step) =>
        step.type === 'sql' ? [step.statement] : [],
      );
      const hazards = statementHazards(session.engine, migration);
      pending.push({
        id: migration.id,
        phase: migration.phase,
        transactional:
          (await isJournaled(session.engine, request.definition, migration.script)) === undefined,
        statements: statements.map(({ sql, line, endLine }, at) => ({
          sql,
          line,
          endLine,
          hazards: hazards[at] ?? [],
        })),
      });
    }
    const { digest, refused } = judgePending(request, way.pending);
    return { pending, digest, refused, undo: [...way.surplus].reverse().map((entry) => entry.id) };
  });
}
