import { randomUUID } from 'node:crypto';
import { VERSION } from '../api/api.ts';
import type { Json } from '../catalog/catalog.ts';
import type { JournalEntry, NewJournalEntry, Session } from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';
import { checksumOf, type Statement } from '../sql/sql.ts';
import type { Recorder } from './recorder.ts';
import type { RunRequest } from './request.ts';

/** One script that runs statement by statement, each of them journaled. */
export interface JournaledRun {
  /** Key of the history entry that will close it. */
  readonly run: string;
  readonly action: JournalEntry['action'];
  readonly id: string;
  readonly script: Script;
  /** What each row tells of the migration beside its statement. */
  readonly of?: { readonly [key: string]: Json };
  /** The script is a plan: what has stopped on its way is not gone on with but planned again, by this command. */
  readonly plannedBy?: 'mooring drift --revert' | 'mooring rollback' | 'mooring migrate';
  /** Statements (1-based) that do not run, for there is nothing to take back. */
  readonly skips?: ReadonlySet<number>;
  /** What an earlier, interrupted run of it has journaled, by `seq`. */
  readonly journal: readonly JournalEntry[];
  /** What this one adds: that statements were done. */
  readonly added: NewJournalEntry[];
  /** Tells what each statement did, where the engine reads catalogs. */
  readonly recorder: Recorder | undefined;
}

/** A row about one statement, 1-based. */
export function journalRow(
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
    detail: { ...job.of, ...detail },
  };
}

/** That a statement is done, whatever role and timeouts the script has set for itself. */
export async function journalDone(
  session: Session,
  job: JournaledRun,
  entry: NewJournalEntry,
): Promise<void> {
  await addAlone(session, entry);
  await session.commit();
  job.added.push(entry);
}

/** The same of a statement that the database itself tells to be done, should this get lost: with the next message. */
export async function journalDoneSoon(
  session: Session,
  job: JournaledRun,
  entry: NewJournalEntry,
): Promise<void> {
  await addAlone(session, entry);
  await session.commitSoon();
  job.added.push(entry);
}

/** That a statement is about to be sent: at the latest with the statement itself. */
export async function journalStart(session: Session, entry: NewJournalEntry): Promise<void> {
  await addAlone(session, entry);
  await session.commitSoon();
}

async function addAlone(session: Session, entry: NewJournalEntry): Promise<void> {
  await session.begin();
  await session.ownVoice();
  await session.store.addJournal(entry);
}

/** The last word on each statement. */
export function lastEvents(journal: readonly JournalEntry[]): ReadonlyMap<number, JournalEntry> {
  const last = new Map<number, JournalEntry>();
  for (const entry of journal) last.set(entry.statement, entry);
  return last;
}

/** A statement of a plan that was to lead to what files say: what stopped on its way is planned again. */
export function isPlanned({ action, detail }: JournalEntry): boolean {
  return action === 'apply' && detail.plan !== undefined;
}

/** Rows of runs of which something may have been done: where each statement failed, as told, nothing was. */
export function stillOpen(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  const runs = new Map<string, JournalEntry[]>();
  // One run may have two scripts: a stored undo, and what mended what that left.
  const runOf = ({ run, action, file }: JournalEntry): string => `${action} ${run} ${file}`;
  for (const row of journal) {
    const rows = runs.get(runOf(row));
    if (rows === undefined) runs.set(runOf(row), [row]);
    else rows.push(row);
  }
  const open = new Set(
    [...runs].filter(([, rows]) => lastWords(rows).some((event) => !NOTHING.has(event))).map(([run]) => run),
  );
  return journal.filter((row) => open.has(runOf(row)));
}

/** Where a plan was made anew, another statement has the number. */
function lastWords(rows: readonly JournalEntry[]): readonly JournalEntry['event'][] {
  const last = new Map(rows.map(({ statement, checksum, event }) => [`${statement} ${checksum}`, event]));
  return [...last.values()];
}

const NOTHING: ReadonlySet<JournalEntry['event']> = new Set(['failed', 'not-ran']);

/** The objects that its statements touched, by the journal; `everything` where one of them cannot tell. */
export function touchedBy({ run, journal, added }: Pick<JournaledRun, 'run' | 'journal' | 'added'>): {
  readonly names: readonly string[] | 'everything';
  readonly absorbed: readonly string[];
} {
  const rows = [...journal.filter((each) => each.run === run), ...added].filter(
    (each) => each.event === 'done' || each.event === 'ran',
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
export function named(before: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  return before.objects === undefined ? {} : { objects: before.objects };
}

/** Checksum of one statement's tokens, its data included. */
export function checksum(session: Session, statement: Statement, file: string): string {
  const tokens = session.engine.dialect.tokens({ file, text: statement.sql });
  return checksumOf(
    statement.data === undefined
      ? tokens
      : [...tokens, { kind: 'data', text: statement.data, start: 0, line: 0 }],
  );
}
