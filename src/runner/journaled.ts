import { randomUUID } from 'node:crypto';
import { MooringError, parseDuration, VERSION } from '../api/api.ts';
import type { Json } from '../catalog/catalog.ts';
import {
  type JournalEntry,
  type NewJournalEntry,
  type Session,
  SqlFailure,
  type StatementClass,
} from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';
import { checksumOf, type Statement } from '../sql/sql.ts';
import { pause } from './pause.ts';
import type { Look, Recorder } from './recorder.ts';
import type { RunLog, RunRequest } from './request.ts';
import { sqlError } from './sql-error.ts';
import { timeouts } from './transactional.ts';
import { checkInterrupted, interrupted } from './with-session.ts';

/** One script that runs statement by statement, each of them journaled. */
export interface JournaledRun {
  /** Key of the history entry that will close it. */
  readonly run: string;
  readonly action: 'apply' | 'undo';
  readonly id: string;
  readonly script: Script;
  /** What an earlier, interrupted run of it has journaled, by `seq`. */
  readonly journal: readonly JournalEntry[];
  /** Tells what each statement did, where the engine reads catalogs. */
  readonly recorder: Recorder | undefined;
}

/**
 * Runs a script statement by statement: what the server lets run in a transaction runs in one with its journal row, and
 * the rest bare, between two rows. Goes on where an earlier run stopped: what was cut short is settled by the rule of its
 * kind, or stops as `statement-in-doubt`. The caller closes the run with its history entry.
 */
export async function runJournaled(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  log: RunLog,
): Promise<void> {
  const statements = job.script.steps.flatMap((step) => (step.type === 'sql' ? [step.statement] : []));
  const classes = await Promise.all(statements.map((statement) => session.engine.classify(statement)));
  await session.reset(timeouts(request, job.script));
  const from = await pointOfResume(request, session, job, statements, classes, log);
  if (from > 0) await replaySession(session, job, statements.slice(0, from), classes);
  for (let index = from; index < statements.length; index += 1) {
    checkInterrupted(request);
    const [statement, kind] = [statements[index], classes[index]];
    if (statement === undefined || kind === undefined) break;
    await runOne(request, session, job, statement, kind, index + 1, log);
  }
}

async function runOne(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  kind: StatementClass,
  number: number,
  log: RunLog,
): Promise<void> {
  const mayTry = kind.inTransaction !== 'no' && session.engine.capabilities.transactionalDdl;
  if (mayTry && (await inTransaction(request, session, job, statement, kind, number))) return;
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
): Promise<boolean> {
  const began = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    await session.begin();
    try {
      if (mayTune(job))
        await session.setLockTimeout(kind.blocksOthers ? timeouts(request, job.script).lockTimeout : 0);
      await session.execute(statement);
      await session.ownVoice();
      const look = touchesCatalog(kind) ? await job.recorder?.look() : undefined;
      await session.store.addJournal(row(request, session, job, statement, number, 'done', whatOf(look)));
      await session.commit();
      if (look !== undefined) job.recorder?.seen(look);
      return true;
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      await session.rollback();
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
      throw await failed(request, session, job, statement, number, error);
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
  for (const other of await session.oldTransactions(30)) {
    request.progress(`${job.script.file}:${statement.line} may have to wait for ${other}`);
  }
  await journalAlone(session, row(request, session, job, statement, number, 'started', before));
  if (mayTune(job)) await session.setLockTimeout(0);
  try {
    await session.execute(statement);
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    // A build that fails leaves an invalid index: its own journal row names it, so it may be cleaned up.
    if (kind.settlement?.rule === 'index') {
      const { cleaned } = await session.settle(kind.settlement, before);
      if (cleaned !== undefined) log.notes.push(cleaned);
    }
    throw await failed(request, session, job, statement, number, error);
  }
  await journalAlone(session, row(request, session, job, statement, number, 'done', named(before)));
}

/** Rows alone: neither a catalog nor a function that might change it. */
function touchesCatalog(kind: StatementClass): boolean {
  return kind.effect !== 'session' && (kind.effect !== 'dml' || kind.inTransaction === 'try');
}

function whatOf(look: Look | undefined): { readonly [key: string]: Json } {
  if (look === undefined) return { objects: [] };
  return { objects: [...look.effect.touched], absorbed: [...look.effect.absorbed] };
}

/** The objects that the statements of a run touched, by its journal; `everything` where one of them cannot tell. */
export async function touchedBy(
  session: Session,
  run: string,
): Promise<{ readonly names: readonly string[] | 'everything'; readonly absorbed: readonly string[] }> {
  const rows = (await session.store.openJournal()).filter(
    (each) => each.run === run && (each.event === 'done' || each.event === 'ran'),
  );
  const names = new Set<string>();
  const absorbed = new Set<string>();
  let known = true;
  for (const { detail } of rows) {
    for (const name of (detail.objects as string[] | undefined) ?? []) names.add(name);
    for (const name of (detail.absorbed as string[] | undefined) ?? []) absorbed.add(name);
    known &&= detail.objects !== undefined;
  }
  return { names: known ? [...names] : 'everything', absorbed: [...absorbed].sort() };
}

/** The objects that a bare statement is about, as the catalog model names them. */
function named(before: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  return before.objects === undefined ? {} : { objects: before.objects };
}

/** Our own row, whatever role and timeouts the script has set for itself. */
async function journalAlone(session: Session, entry: NewJournalEntry): Promise<void> {
  await session.begin();
  await session.ownVoice();
  await session.store.addJournal(entry);
  await session.commit();
}

/** A script that speaks of lock_timeout itself knows better. */
function mayTune(job: JournaledRun): boolean {
  return !/lock_timeout/i.test(job.script.text);
}

/** How many statements from the top are done. */
async function pointOfResume(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statements: readonly Statement[],
  classes: readonly StatementClass[],
  log: RunLog,
): Promise<number> {
  const last = lastEvents(job.journal);
  let from = 0;
  for (const [number, entry] of [...last].sort(([a], [b]) => a - b)) {
    const statement = statements[number - 1];
    const kind = classes[number - 1];
    if (entry.event === 'failed' || entry.event === 'not-ran') continue;
    if (
      statement === undefined ||
      kind === undefined ||
      checksum(session, statement, job.script.file) !== entry.checksum
    ) {
      throw changed(job, entry, statement);
    }
    if (entry.event === 'done' || entry.event === 'ran') {
      from = number;
      continue;
    }
    if (kind.settlement === undefined) throw inDoubt(job, statement, number);
    const settled = await session.settle(kind.settlement, entry.detail);
    if (settled.verdict === 'doubt') throw inDoubt(job, statement, number);
    log.notes.push(`${job.script.file}:${statement.line}: ${settled.note}`);
    request.progress(`${job.script.file}:${statement.line} was cut short: ${settled.note}`);
    if (settled.verdict === 'done') {
      await journalAlone(
        session,
        row(request, session, job, statement, number, 'done', {
          ...named(entry.detail),
          settled: settled.note,
        }),
      );
      from = number;
    }
  }
  return from;
}

/** What the session was told before the point of resume is told to it again. */
async function replaySession(
  session: Session,
  job: JournaledRun,
  done: readonly Statement[],
  classes: readonly StatementClass[],
): Promise<void> {
  for (const [index, statement] of done.entries()) {
    const kind = classes[index];
    if (kind?.unreplayable !== undefined) {
      throw new MooringError(
        'not-resumable',
        `${job.script.file}:${statement.line}: the ${kind.unreplayable} that this statement made went with the session that was cut short, and what comes after may need it`,
        {
          file: job.script.file,
          line: statement.line,
          hint: `Do the rest of the file by hand, say so for each statement (mooring resolve ${job.id}:N --ran --url …), then run again. Next time: no temporary tables in a migration that is not transactional.`,
        },
      );
    }
    if (kind?.effect === 'session') await session.execute(statement);
  }
}

async function failed(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  number: number,
  failure: SqlFailure,
): Promise<MooringError> {
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  await session.store.addJournal(
    row(request, session, job, statement, number, 'failed', { code: failure.code }),
  );
  if (failure.kind === 'cancelled' && request.signal?.aborted) {
    return interrupted(
      `${job.script.file}:${statement.line} was under way and was cancelled; statements 1–${number - 1} of the file are done and recorded`,
    );
  }
  const stands =
    number === 1
      ? 'Nothing of this file has run.'
      : `Statements 1–${number - 1} of this file are done and stay.`;
  return sqlError(
    failure,
    job.script,
    statement,
    `${stands} Mend the file from line ${statement.line} on and run again: it goes on with statement ${number}.`,
  );
}

function row(
  request: RunRequest,
  session: Session,
  job: JournaledRun,
  statement: Statement,
  number: number,
  event: NewJournalEntry['event'],
  detail: { readonly [key: string]: Json },
): NewJournalEntry {
  return {
    key: randomUUID(),
    owner: request.owner,
    runner: VERSION,
    run: job.run,
    action: job.action,
    id: job.id,
    statement: number,
    event,
    checksum: checksum(session, statement, job.script.file),
    file: job.script.file,
    line: statement.line,
    sql: statement.sql,
    detail,
  };
}

/** The last word on each statement. */
export function lastEvents(journal: readonly JournalEntry[]): ReadonlyMap<number, JournalEntry> {
  const last = new Map<number, JournalEntry>();
  for (const entry of journal) last.set(entry.statement, entry);
  return last;
}

function checksum(session: Session, statement: Statement, file: string): string {
  const tokens = session.engine.dialect.tokens({ file, text: statement.sql });
  return checksumOf(
    statement.data === undefined
      ? tokens
      : [...tokens, { kind: 'data', text: statement.data, start: 0, line: 0 }],
  );
}

function inDoubt(job: JournaledRun, statement: Statement, number: number): MooringError {
  return new MooringError(
    'statement-in-doubt',
    `${job.script.file}:${statement.line}: statement ${number} was sent and its answer never came, so it may or may not have run:\n${statement.sql.slice(0, 500)}`,
    {
      file: job.script.file,
      line: statement.line,
      hint: `Look in the database whether it has run, then say so:\nmooring resolve ${job.id}:${number} --ran --url …\nmooring resolve ${job.id}:${number} --not-ran --url …\nand run again.`,
    },
  );
}

function changed(job: JournaledRun, entry: JournalEntry, statement: Statement | undefined): MooringError {
  return new MooringError(
    'resume-changed',
    `${job.script.file}${statement === undefined ? '' : `:${statement.line}`}: statement ${entry.statement} was changed, but it ran at ${entry.at} as:\n${entry.sql.slice(0, 500)}`,
    {
      file: job.script.file,
      ...(statement === undefined ? {} : { line: statement.line }),
      hint: `Put statements 1–${entry.statement} back as they were (the rest may change), and run again.`,
    },
  );
}
