import { randomUUID } from 'node:crypto';
import { MooringError, parseDuration } from '../api/api.ts';
import type { CatalogRead, JournalEntry, Session } from '../engines/engines.ts';
import type { Script, Step } from '../migrations/migrations.ts';
import { differencesLeft } from '../plan/plan.ts';
import type { Standing } from './applied.ts';
import { applyDesiredJournaled } from './apply-desired-journaled.ts';
import { type DesiredPlan, toldOfPlan } from './desired.ts';
import { revertEntry } from './entries.ts';
import { Recorder } from './recorder.ts';
import { renamesDetail } from './rename-back.ts';
import { runRepair } from './repair.ts';
import type { RunLog, RunRequest } from './request.ts';
import { prune } from './retention.ts';
import { applyTransactional } from './transactional.ts';

/**
 * Leads the database to what is desired, and records it. `open`: what earlier runs have journaled and not ended.
 * Throws `plan-unproven`, and what running the statements throws.
 */
export async function applyDesired(
  request: RunRequest,
  session: Session,
  planned: DesiredPlan,
  standing: Standing,
  open: readonly JournalEntry[],
  log: RunLog,
): Promise<void> {
  if (session.engine.capabilities.transactionalDdl)
    return applyDesiredWhole(request, session, planned, standing, log);
  return applyDesiredJournaled(request, session, planned, standing, open, log);
}

/**
 * Runs a plan in one transaction, with its history entry and the snapshot after it; committed only if what is read then
 * is what was desired. Labels of enums that it uses are committed before.
 */
async function applyDesiredWhole(
  request: RunRequest,
  session: Session,
  planned: DesiredPlan,
  standing: Standing,
  log: RunLog,
): Promise<void> {
  const { migration, plan, digest, live } = planned;
  const { file } = migration.script;
  request.progress(`applying ${file}`);
  const recorder = await Recorder.open(request, session, standing.entries, live);
  const { first, rest: sql } = inTwo(plan.statements.map((statement) => statement.sql));
  if (first.length > 0) await commitLabels(request, session, recorder, first, migration.id);
  const previous = standing.applied.at(-1)?.id ?? standing.baseline?.id ?? '0';
  const goal = {
    check: (read: CatalogRead) => refuseElsewhere(planned, read),
    told: (error: MooringError) => asPlan(error),
    detail: {
      file,
      rows: 'kept',
      plan: digest,
      ...renamesDetail(planned.renames),
      statements: [...first, ...sql].slice(0, 500),
    },
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
  log.notes.push(...toldOfPlan(plan));
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  log.snapshot = await recorder.seal();
  await prune(session);
}

/** A label of an enum is there for others once its transaction is over: those that the rest of a plan uses go before it. */
function inTwo(statements: readonly string[]): {
  readonly first: readonly string[];
  readonly rest: readonly string[];
} {
  const labels = new Map(
    statements.flatMap((sql) => {
      const [, label] = /^ALTER TYPE .+? ADD VALUE ('(?:[^']|'')*')/s.exec(sql) ?? [];
      return label === undefined ? [] : [[sql, label] as const];
    }),
  );
  const others = statements.filter((sql) => !labels.has(sql));
  const isUsed = [...labels.values()].some((label) => others.some((sql) => sql.includes(label)));
  return isUsed ? { first: [...labels.keys()], rest: others } : { first: [], rest: statements };
}

/** In a transaction of their own, with an entry of their own: a run that ends after it is gone on with by the next. */
async function commitLabels(
  request: RunRequest,
  session: Session,
  recorder: Recorder,
  statements: readonly string[],
  id: string,
): Promise<void> {
  const started = performance.now();
  const key = randomUUID();
  const lockTimeout = parseDuration(request.definition.spec.locks.timeout);
  await session.reset({ lockTimeout, statementTimeout: 0 }, true);
  await runRepair(session, statements);
  await session.ownVoice();
  const look = await recorder.look();
  await recorder.record(look, key);
  const changes = look.effect.changes.map(({ object }) => object);
  const why = `labels that ${id} uses`;
  const detail = { changes: changes.slice(0, 500), statements: [...statements] };
  await session.commitWith(revertEntry(request, key, why, performance.now() - started, detail));
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

function asPlan(error: MooringError): MooringError {
  if (error.code !== 'sql-failed') return error;
  const hint =
    'Nothing was changed. The statements are a plan that leads from the live database to what the files say; mend what stands in its way, or go there in two commits.';
  return new MooringError(error.code, error.message, {
    ...error.where,
    hint,
    ...(error.server === undefined ? {} : { server: error.server }),
    cause: error,
  });
}
