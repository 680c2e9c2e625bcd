import { MooringError } from '../api/api.ts';
import type { CatalogRead, Session } from '../engines/engines.ts';
import type { Script, Step } from '../migrations/migrations.ts';
import { differencesLeft, type Plan } from '../plan/plan.ts';
import type { Standing } from './applied.ts';
import { type DesiredPlan, planWords } from './desired.ts';
import { Recorder } from './recorder.ts';
import type { RunLog, RunRequest } from './request.ts';
import { prune } from './retention.ts';
import { applyTransactional } from './transactional.ts';

/**
 * Runs a plan in one transaction, with its history entry and the snapshot after it; committed only if what is read then
 * is what was desired. Throws `plan-unproven`, and as `applyTransactional`.
 */
export async function applyDesired(
  request: RunRequest,
  session: Session,
  planned: DesiredPlan,
  standing: Standing,
  log: RunLog,
): Promise<void> {
  const { migration, plan, digest, live } = planned;
  const { file } = migration.script;
  const sql = plan.statements.map((statement) => statement.sql);
  request.progress(`applying ${file}`);
  const recorder = await Recorder.open(request, session, standing.entries, live);
  const previous = standing.applied.at(-1)?.id ?? standing.baseline?.id ?? '0';
  const goal = {
    check: (read: CatalogRead) => refuseElsewhere(planned, read),
    told: (error: MooringError) => asPlan(error),
    detail: { file, rows: 'kept', plan: digest, statements: sql.slice(0, 500) },
  };
  const script = scriptOf(migration.script, sql);
  await applyTransactional(
    request,
    session,
    { ...migration, script },
    previous,
    recorder,
    undefined,
    log,
    goal,
  );
  log.pending.shift();
  log.notes.push(...told(plan));
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  log.snapshot = await recorder.seal();
  await prune(session);
}

/** The plan as one file, so that an error shows its line. */
function scriptOf(script: Script, statements: readonly string[]): Script {
  const steps: Step[] = [];
  let line = 1;
  for (const sql of statements) {
    const endLine = line + sql.split('\n').length - 1;
    steps.push({ type: 'sql', statement: { sql, line, column: 1, endLine } });
    line = endLine + 1;
  }
  const text = statements.map((sql) => `${sql};\n`).join('');
  return { ...script, file: `the plan for ${script.file}`, text, steps };
}

/** What others did meanwhile is theirs: the next check tells. */
function refuseElsewhere({ plan, wanted }: DesiredPlan, { catalog, written }: CatalogRead): void {
  const left = differencesLeft(plan, catalog, wanted).filter(
    ({ object }) => written?.get(object) !== 'foreign',
  );
  if (left.length === 0) return;
  throw new MooringError(
    'plan-unproven',
    `the plan was run and does not lead to what the files say, so it was rolled back; it would leave ${left
      .slice(0, 10)
      .map(({ object }) => object)
      .join(', ')} otherwise`,
    { hint: 'Please report it, with both schemas: mooring snapshot --url … -o sql, and the files.' },
  );
}

/** `unsafe_new_enum_value_usage`: a label is there for others once its transaction is over. */
const LABEL_TOO_NEW = '55P04';

function asPlan(error: MooringError): MooringError {
  if (error.code !== 'sql-failed') return error;
  const hint =
    error.server?.code === LABEL_TOO_NEW
      ? 'Nothing was changed. Add the label in a commit of its own, and use it in the next: the server wants a transaction between the two.'
      : 'Nothing was changed. The statements are a plan that leads from the live database to what the files say; mend what stands in its way, or go there in two commits.';
  return new MooringError(error.code, error.message, {
    ...error.where,
    hint,
    ...(error.server === undefined ? {} : { server: error.server }),
    cause: error,
  });
}

function told(plan: Plan): readonly string[] {
  const left = plan.left.map((each) => `left as it is: ${each}`);
  if (plan.statements.length > 0) return [planWords('led there by', plan), ...left];
  return ['the database is what the files say already: recorded, nothing was run', ...left];
}
