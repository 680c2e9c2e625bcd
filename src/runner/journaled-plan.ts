import type { Session } from '../engines/engines.ts';
import { SqlScript } from '../migrations/migrations.ts';
import type { JournaledRun } from './journal-rows.ts';
import { runJournaled } from './journaled.ts';
import type { RunLog, RunRequest } from './request.ts';

/** Statements of a plan that run one by one, where no transaction takes DDL back. */
export interface JournaledPlan extends Pick<JournaledRun, 'run' | 'action' | 'id' | 'of' | 'recorder'> {
  readonly statements: readonly string[];
  /** What stands for a file in the journal and in errors. */
  readonly name: string;
  readonly plannedBy: NonNullable<JournaledRun['plannedBy']>;
}

/**
 * Runs a plan statement by statement, each of them journaled. Nothing is resumed: where an earlier run of it was cut short,
 * this plan began from what that left. Throws as `runJournaled` does.
 */
export async function runJournaledPlan(
  request: RunRequest,
  session: Session,
  { statements, name, ...plan }: JournaledPlan,
  log: RunLog,
): Promise<JournaledRun> {
  const { dialect, planRules } = session.engine;
  const rules = await planRules?.();
  if (rules === undefined) throw new Error(`${session.engine.name} has no plans`);
  const text = statements.map((sql) => `${rules.ended(sql)}\n`).join('');
  const script = new SqlScript({ path: name, bytes: Buffer.from(text) }, dialect, { transaction: 'off' });
  const job: JournaledRun = { ...plan, script, journal: [], added: [] };
  await runJournaled(request, session, job, log);
  return job;
}
