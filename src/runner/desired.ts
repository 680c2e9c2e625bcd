import { type Finding, MooringError } from '../api/api.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogRead, Engine, JournalEntry, PlanRules, Session } from '../engines/engines.ts';
import type { Migration, Script } from '../migrations/migrations.ts';
import {
  type HazardVerdict,
  judgeHazards,
  leadFrom,
  liveSource,
  openFiles,
  type Plan,
  type Proof,
  planDigest,
  proofOf,
  type Rename,
  refuseHazards,
  type SqlFile,
} from '../plan/plan.ts';
import type { Way } from './decide.ts';
import { notBuilt } from './enter.ts';
import { isPlanned, stillOpen } from './journal-rows.ts';
import type { RunRequest } from './request.ts';

/** How the live database is led to what is desired. */
export interface DesiredPlan extends HazardVerdict {
  readonly migration: Migration;
  /** What it begins from. */
  readonly live: CatalogRead;
  /** What was read of the scratch database in which the files were run. */
  readonly wanted: Catalog;
  readonly plan: Plan;
  readonly renames: readonly Rename[];
  /** Stands for its statements. */
  readonly digest: string;
}

/**
 * Runs the files in a scratch database, which is gone afterwards, and finds the statements that make of the live one what
 * it then is. Changes nothing here. `just`: a read of just now; `count`: rows that hazards are about are counted. Throws `scratch-missing`, `privilege-missing`,
 * `sql-failed` with file and line, `migration-invalid` for what says nothing of a schema, `plan-refused`.
 */
export async function planDesired(
  request: RunRequest,
  session: Session,
  migration: Migration,
  { just, count = false }: { readonly just?: CatalogRead | undefined; readonly count?: boolean } = {},
): Promise<DesiredPlan> {
  const { engine, definition } = request;
  const rules = await rulesOf(session);
  const scripts = migration.desired ?? [];
  const [unfit] = await unfitFor(engine, scripts);
  if (unfit !== undefined) throw asError(unfit);
  const live = just ?? (await session.readCatalog(definition.spec.scope));
  const settings = {
    engine,
    scope: definition.spec.scope,
    target: (url: string, readOnly: boolean) => ({ ...request.target, url, readOnly }),
    scratch: scratchOf(request),
    account: session.server.user,
    ...(request.scratch === undefined ? {} : { like: live.catalog }),
  };
  await using after = await openFiles(scripts.map(sqlFile), settings);
  refuseUnmodelled(live.catalog, after.catalog);
  const before = liveSource(session, live.catalog);
  const { plan, renames } = await leadFrom(before, after, rules, settings, {
    count,
  });
  const [refused] = plan.refused;
  if (refused !== undefined) throw planRefused(`${refused.object}: ${refused.why}`);
  if (engine.capabilities.transactionalDdl) {
    const bare = plan.statements.find(({ transactional }) => !transactional);
    if (bare !== undefined) throw planRefused(`${bare.sql.split('\n')[0]} cannot run in a transaction`);
  } else {
    // There is no transaction in which it could be tried and taken back.
    const former = renames.map(({ key }) => key);
    refuseUnproven(await proofOf(plan, before, after, rules, settings, former));
  }
  const digest = planDigest(plan.statements.map(({ sql }) => sql));
  const { hazards } = definition.spec;
  const policy = { ...hazards, allow: [...hazards.allow, ...request.allow] };
  const found = plan.statements.flatMap((statement) => statement.hazards);
  return {
    migration,
    live,
    wanted: after.catalog,
    plan,
    renames,
    digest,
    ...judgeHazards(found, digest, policy, false),
  };
}

/**
 * The same for a run, if what is pending are files that say what is desired, or an earlier plan stands half done: then
 * to what the files say now. Throws `hazard-refused`, `hazard-unapproved`.
 */
export async function planToRun(
  request: RunRequest,
  session: Session,
  way: Way,
  open: readonly JournalEntry[],
  just?: CatalogRead,
): Promise<DesiredPlan | undefined> {
  const desired = desiredToReach(way, open);
  if (desired === undefined) return undefined;
  const planned = await planDesired(request, session, desired, { just });
  const { plan, refused, unapproved } = planned;
  if (refused.length + unapproved.length > 0) request.progress(planWords('the plan that waits', plan));
  refuseHazards(planned, planned.digest);
  return planned;
}

/** What files say and the database is not led to yet. `open`: what is journaled and not ended. */
export function desiredToReach(
  { kind, pending, desired }: Way,
  open: readonly JournalEntry[],
): Migration | undefined {
  const halfDone = kind === 'same' && stillOpen(open).some(isPlanned);
  return pending.length > 0 || halfDone ? desired : undefined;
}

/** A longer plan is counted, not shown; where it was run, the history has it. */
const SHOWN = 20;

/** A plan for people, as SQL. */
export function planWords(what: string, { statements }: Plan): string {
  if (statements.length > SHOWN) return `${what}: ${statements.length} statements`;
  return `${what}:\n${statements.map(({ sql }) => `  ${sql.replaceAll('\n', '\n  ')};`).join('\n')}`;
}

/** For people: by which statements it was led there, and what is left. */
export function toldOfPlan(plan: Plan): readonly string[] {
  const left = plan.left.map((each) => `left as it is: ${each}`);
  if (plan.statements.length > 0) return [planWords('led there by', plan), ...left];
  return ['the database is what the files say already: recorded, nothing was run', ...left];
}

/** Statements that a scratch database is not for: rows, and what belongs to the server. */
export async function unfitFor(engine: Engine, scripts: readonly Script[]): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const { file, steps } of scripts) {
    for (const step of steps) {
      if (step.type !== 'sql') continue;
      const { statement } = step;
      const { effect, inTransaction } = await engine.classify(statement);
      const reach = engine.reaches?.(statement);
      const isRows = effect === 'dml' && inTransaction !== 'try';
      if (!isRows && reach === undefined) continue;
      const first = statement.sql.split('\n')[0]?.slice(0, 80);
      found.push({
        code: 'migration-invalid',
        severity: 'error',
        file,
        line: statement.line,
        message: isRows
          ? `this changes rows, and files of mode declarative say what the schema is: ${first}`
          : `not for files that say what the schema is: ${reach}: ${first}`,
        hint: isRows
          ? 'Take it out: it would run in a scratch database, and nowhere else. Rows are for the application, or for mode versioned.'
          : 'Take it out, and do it where the server is set up.',
      });
    }
  }
  return found;
}

async function rulesOf(session: Session): Promise<PlanRules> {
  const { planRules } = session.engine;
  if (planRules === undefined) throw notBuilt(session, 'mode declarative', 'Set spec.mode: versioned.');
  return planRules();
}

/** The server that was named; else, unless the definition says otherwise, the target's own. Throws `scratch-missing`. */
function scratchOf({ scratch, definition, target }: RunRequest): string {
  if (scratch !== undefined) return scratch;
  const said = definition.spec.scratch;
  if ('mode' in said && said.mode === 'auto') return target.url;
  const why =
    'mode' in said
      ? 'scratch.mode is none'
      : `the URL is not here that scratch.urlFrom names (Secret ${said.urlFrom.secretKeyRef.name}, key ${said.urlFrom.secretKeyRef.key})`;
  throw new MooringError('scratch-missing', `the files are run in a scratch database, and ${why}`, {
    hint: 'Add --scratch URL (or MOORING_SCRATCH_URL): a server on which databases may be made and dropped. In a cluster: scratch.urlFrom, and its Secret; or scratch: {mode: auto} for the same server.',
  });
}

function sqlFile({ file, text, steps }: Script): SqlFile {
  return { file, text, statements: steps.flatMap((step) => (step.type === 'sql' ? [step.statement] : [])) };
}

/** What the catalog does not show, a plan does not make. */
function refuseUnmodelled(live: Catalog, wanted: Catalog): void {
  for (const { kind, count } of wanted.unmodelled) {
    const there = live.unmodelled.find((each) => each.kind === kind)?.count ?? 0;
    if (count > there)
      throw planRefused(
        `the files make ${count} ${kind}, of which there are ${there}, and no plan makes them`,
      );
  }
}

function refuseUnproven(proof: Proof | undefined): void {
  if (proof === undefined || proof.proven === true) return;
  const why =
    proof.proven === 'unknown'
      ? `it could not be tried in a scratch database: ${proof.why}`
      : (proof.refused ??
        `tried in a scratch database, it would leave ${proof.differences
          .slice(0, 10)
          .map(({ object }) => object)
          .join(', ')} otherwise`);
  throw new MooringError('plan-unproven', `the plan to what the files say is not run: ${why}`, {
    hint: 'Nothing was changed. Make that change by hand as the files say it, then run again: the rest is planned from there. Please report it, with both schemas: mooring snapshot --url … -o sql, and the files.',
  });
}

function planRefused(why: string): MooringError {
  return new MooringError('plan-refused', `no plan leads to what is desired: ${why}`, {
    hint: 'Nothing was changed. Make that by hand first, as its owner, then run again; or take it out of the files and of scope.',
  });
}

function asError({ file, line, message, hint }: Finding): MooringError {
  return new MooringError('migration-invalid', `${file}:${line}: ${message}`, { file, line, hint });
}
