import { MooringError, parseDuration } from '../api/api.ts';
import { type Fingerprints, fingerprintsOf, type Json } from '../catalog/catalog.ts';
import { type Session, SqlFailure, type StatementClass } from '../engines/engines.ts';
import type { Statement } from '../sql/sql.ts';
import {
  type JournaledRun,
  journalDone,
  journalDoneSoon,
  journalRow,
  journalStart,
  named,
} from './journal-rows.ts';
import { pause } from './pause.ts';
import type { Look } from './recorder.ts';
import type { RunLog, RunRequest } from './request.ts';
import { pointOfResume, replaySession } from './resume.ts';
import { sqlError } from './sql-error.ts';
import { timeouts } from './statements.ts';
import { lockTimeout } from './transactional.ts';
import { checkInterrupted, interrupted } from './with-session.ts';

/**
 * Runs a script statement by statement: what the server lets run in a transaction runs in one with its journal row, and
 * the rest bare, between two rows. Goes on where an earlier run stopped: what was cut short is settled by the rule of its
 * kind, or stops as `statement-in-doubt`. The caller closes the run with its history entry, which may wait for the next
 * message where nothing would be in doubt without it.
 */
export async function runJournaled(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  log: RunLog,
): Promise<{ readonly mayWait: boolean }> {
  const statements = job.script.steps.flatMap((step) => (step.type === 'sql' ? [step.statement] : []));
  const classes = await Promise.all(statements.map((statement) => session.engine.classify(statement)));
  await session.reset(timeouts(request, job.script));
  const from = await pointOfResume(request, session, job, statements, classes, log);
  if (from > 0) await replaySession(session, job, statements.slice(0, from), classes, statements.slice(from));
  for (let index = from; index < statements.length; index += 1) {
    checkInterrupted(request);
    const [statement, kind] = [statements[index], classes[index]];
    if (statement === undefined || kind === undefined) break;
    if (job.skips?.has(index + 1) === true) {
      const row = journalRow(request, session, job, statement, index + 1, 'done', {
        objects: [],
        skipped: true,
      });
      await journalDone(session, job, row);
      continue;
    }
    await runOne(request, session, job, statement, kind, index + 1, index + 1 === statements.length, log);
  }
  return { mayWait: from < statements.length && job.recorder === undefined && isTold(classes.at(-1)) };
}

async function runOne(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  kind: StatementClass,
  number: number,
  last: boolean,
  log: RunLog,
): Promise<void> {
  const { guardsTransaction } = session.engine.capabilities;
  const mayTry =
    kind.inTransaction === 'yes'
      ? await session.isAtomic(statement)
      : kind.inTransaction === 'try' && guardsTransaction;
  if (mayTry && (await inTransaction(request, session, job, statement, kind, number, last))) return;
  await runBare(request, session, job, statement, kind, number, log);
}

/** True when it is done; false when the server says that this statement does not go with a transaction: then nothing has happened. */
async function inTransaction(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  kind: StatementClass,
  number: number,
  last: boolean,
): Promise<boolean> {
  // The history entry comes at once, and ends the same transaction.
  const together = last && !touchesCatalog(kind) && job.recorder === undefined;
  const began = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    await session.begin();
    try {
      if (mayTune(job))
        await session.setLockTimeout(kind.blocksOthers ? timeouts(request, job.script).lockTimeout : 0);
      await session.execute(statement);
      const carried = await carriedBy(session, statement);
      await session.ownVoice();
      const look = touchesCatalog(kind) ? await job.recorder?.look() : undefined;
      const did = touchesCatalog(kind) ? whatOf(look) : { objects: [] };
      const row = journalRow(request, session, job, statement, number, 'done', { ...did, ...carried });
      await session.store.addJournal(row);
      await (together ? session.commitSoon() : session.commit());
      job.added.push(row);
      if (look !== undefined) job.recorder?.seen(look);
      return true;
    } catch (error) {
      if (!(error instanceof SqlFailure || error instanceof MooringError)) throw error;
      await session.rollback();
      if (error instanceof MooringError) throw error;
      if (error.kind === 'not-in-transaction' || error.kind === 'commits') return false;
      if (
        error.kind === 'lock-timeout' &&
        Date.now() - began < parseDuration(request.definition.spec.locks.final)
      ) {
        request.progress(
          `${job.script.file}:${statement.line}: a table lock was not to be had in time (attempt ${attempt}); trying again`,
        );
        await pause(Math.min(500 * attempt, 5_000) * (0.5 + Math.random()), request.signal);
        checkInterrupted(request);
        continue;
      }
      if (error.kind === 'again' && attempt <= 3) continue;
      const told = await failed(request, session, job, statement, number, error);
      throw error.kind === 'lock-timeout' ? await lockTimeout(session, told, Date.now() - began) : told;
    }
  }
}

async function runBare(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  kind: StatementClass,
  number: number,
  log: RunLog,
): Promise<void> {
  const before = await session.beforeBare(kind.settlement);
  // What a session was told goes with it: there is nothing to settle, and nothing to wait for.
  const ofSession = kind.effect === 'session' && kind.settlement?.rule === 'run-again';
  if (!ofSession) {
    // DDL that is quick waits a short time, again and again, and tells then who is in its way.
    const quick = kind.settlement?.rule === 'definition' && kind.dear !== true;
    for (const other of quick ? [] : await session.oldTransactions(30)) {
      request.progress(`${job.script.file}:${statement.line} may have to wait for ${other}`);
    }
    await journalStart(session, journalRow(request, session, job, statement, number, 'started', before));
  }
  // Nothing but what is otherwise afterwards tells what a statement did that ends transactions of its own.
  const unknown = kind.settlement === undefined && job.recorder !== undefined;
  const was = unknown ? await readFingerprints(request, session) : undefined;
  // What may end its transaction without a word is watched by a savepoint, which goes with the transaction.
  const watched = kind.inTransaction === 'try' && !session.engine.capabilities.guardsTransaction;
  if (watched) {
    await session.begin();
    await session.savepoint(WATCH);
  }
  let carried: { readonly [key: string]: Json };
  const began = Date.now();
  try {
    await executeBare(request, session, job, statement, kind);
    carried = await carriedBy(session, statement);
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    // Its row stays `started`: cleaning up may wait as long as the statement did, so the next run settles it.
    if (error.kind === 'cancelled' && request.signal?.aborted) throw cancelled(job, statement, number);
    const whole = watched && (await takenBack(session));
    const left = whole ? 'nothing' : await tidy(session, kind, before, log);
    if (left !== 'done') {
      const told = await failed(request, session, job, statement, number, error, left);
      throw error.kind === 'lock-timeout' ? await lockTimeout(session, told, Date.now() - began) : told;
    }
    carried = {};
  }
  const did =
    was === undefined
      ? named(before)
      : { objects: changedSince(was, await readFingerprints(request, session)) };
  const row = journalRow(request, session, job, statement, number, 'done', { ...did, ...carried });
  // Where a catalog is read next, nothing waits for that.
  if (isTold(kind) && job.recorder === undefined) return journalDoneSoon(session, job, row);
  if (!watched) return journalDone(session, job, row);
  await session.ownVoice();
  await session.store.addJournal(row);
  await session.commit();
  job.added.push(row);
}

/** By its definition the database tells that it is done, should our row get lost. */
function isTold(kind: StatementClass | undefined): boolean {
  return kind?.settlement?.rule === 'definition' && kind.settlement.filled !== true;
}

const WATCH = 'mooring_watch';

/** After a failure: true where the transaction in which the statement began was still open, so that nothing of it is left. */
async function takenBack(session: Session): Promise<boolean> {
  try {
    await session.rollbackTo(WATCH);
    return true;
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    return false;
  } finally {
    await session.rollback();
  }
}

async function carriedBy(session: Session, statement: Statement): Promise<{ readonly [key: string]: Json }> {
  const carried = await session.carried(statement);
  return carried === undefined ? {} : { carried };
}

/**
 * What waits for a table in the way of others waits a short time, again and again; what may have done its work before it
 * waits is not cut short so soon. What keeps nobody waits as long as it takes.
 */
async function executeBare(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  kind: StatementClass,
): Promise<void> {
  const final = parseDuration(request.definition.spec.locks.final);
  const short = timeouts(request, job.script).lockTimeout;
  const began = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    if (mayTune(job)) await session.setLockTimeout(kind.blocksOthers ? (kind.dear ? final : short) : 0);
    try {
      return await session.execute(statement);
    } catch (error) {
      const again =
        error instanceof SqlFailure &&
        error.kind === 'lock-timeout' &&
        kind.settlement !== undefined &&
        kind.blocksOthers &&
        Date.now() - began < final;
      if (!again) throw error;
      request.progress(
        `${job.script.file}:${statement.line}: a table lock was not to be had in time (attempt ${attempt}); trying again`,
      );
      await pause(Math.min(500 * attempt, 5_000) * (0.5 + Math.random()), request.signal);
      checkInterrupted(request);
    }
  }
}

/** What a bare statement that failed has left: parts that it committed itself, or what its rule did not settle. */
type Left = 'nothing' | 'parts' | 'unsettled';

/**
 * After the server's "no": a build that failed leaves an invalid index, a detach half a partition. Its own row names what
 * it is about, so it may be cleaned up. What cannot be, and what may have committed a part, is `left`.
 */
async function tidy(
  session: Session,
  kind: StatementClass,
  before: { readonly [key: string]: Json },
  log: RunLog,
): Promise<Left | 'done'> {
  // One that belongs into a transaction is here because its server does not take back all that it did.
  if (kind.inTransaction !== 'no') return 'parts';
  if (kind.settlement === undefined || kind.settlement.rule === 'run-again') return 'nothing';
  try {
    const settled = await session.settle(kind.settlement, before);
    if (settled.cleaned !== undefined) log.notes.push(settled.cleaned);
    if (settled.verdict === 'doubt') return 'unsettled';
    if (kind.settlement.rule !== 'detach' || settled.verdict !== 'done') return 'nothing';
    log.notes.push(settled.note);
    return 'done';
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    return 'unsettled';
  }
}

async function readFingerprints(request: RunRequest, session: Session): Promise<Fingerprints> {
  return fingerprintsOf((await session.readCatalog(request.definition.spec.scope)).catalog);
}

function changedSince(was: Fingerprints, is: Fingerprints): string[] {
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key)).sort();
}

/** Rows alone: neither a catalog nor a function that might change it. */
function touchesCatalog(kind: StatementClass): boolean {
  return kind.effect !== 'session' && (kind.effect !== 'dml' || kind.inTransaction === 'try');
}

/** Without a look nobody can tell. */
function whatOf(look: Look | undefined): { readonly [key: string]: Json } {
  if (look === undefined) return {};
  return { objects: [...look.effect.touched], absorbed: [...look.effect.absorbed] };
}

/** A script that speaks of lock_timeout itself knows better. */
function mayTune(job: JournaledRun): boolean {
  return !/lock_(?:wait_)?timeout/i.test(job.script.text);
}

async function failed(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  number: number,
  failure: SqlFailure,
  left: Left = 'nothing',
): Promise<MooringError> {
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  // What may have left a part of its work stays `started`: the next run settles it, or a person.
  if (left === 'nothing')
    await session.store.addJournal(
      journalRow(request, session, job, statement, number, 'failed', { code: failure.code }),
    );
  if (failure.kind === 'cancelled' && request.signal?.aborted) return cancelled(job, statement, number);
  const what = job.plannedBy === undefined ? 'file' : 'plan';
  const stands =
    number === 1
      ? `Nothing of this ${what} has run.`
      : number === 2
        ? `Statement 1 of this ${what} is done and stays.`
        : `Statements 1–${number - 1} of this ${what} are done and stay.`;
  const next =
    job.plannedBy !== undefined
      ? `Mend what stands in the way, and run ${job.plannedBy} again: it plans from what is there then.`
      : job.action === 'undo'
        ? `Mend what stands in the way (the stored undo cannot be edited) and run mooring rollback again: it goes on with statement ${number}; or end it by hand and say so: mooring resolve ${job.id}:${number} --ran --url …`
        : `Mend the file from line ${statement.line} on and run again: it goes on with statement ${number}.`;
  if (left === 'parts') {
    if (job.plannedBy !== undefined) return sqlError(failure, job.script, statement, `${stands} ${next}`);
    return sqlError(
      failure,
      job.script,
      statement,
      `${stands} This statement ends transactions of its own, or writes where there are none, so part of its work may stand. Look, then say so:\nmooring resolve ${job.id}:${number} --ran --url …\nmooring resolve ${job.id}:${number} --not-ran --url …`,
    );
  }
  return sqlError(failure, job.script, statement, `${stands} ${next}`);
}

function cancelled(job: JournaledRun, statement: Statement, number: number): MooringError {
  const before =
    number === 1 ? 'it is the first of the file' : `what comes before it in the file is done and recorded`;
  return interrupted(`${job.script.file}:${statement.line} was under way and was cancelled; ${before}`);
}
