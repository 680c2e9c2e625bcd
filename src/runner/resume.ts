import { MooringError } from '../api/api.ts';
import type { JournalEntry, Session, StatementClass } from '../engines/engines.ts';
import type { Statement } from '../sql/sql.ts';
import { checksum, type JournaledRun, journalDone, journalRow, lastEvents, named } from './journal-rows.ts';
import type { RunLog, RunRequest } from './request.ts';

/**
 * How many statements from the top are done, by the journal of an earlier run. What was cut short is settled by the rule of
 * its kind. Throws `resume-changed`, `statement-in-doubt`.
 */
export async function pointOfResume(
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
      throw changed(job, entry, statement, lastThatCounts(last));
    }
    if (entry.event === 'done' || entry.event === 'ran') {
      from = number;
      continue;
    }
    if (kind.settlement === undefined) throw inDoubt(job, statement, number);
    const settled = await session.settle(kind.settlement, entry.detail);
    if (settled.verdict === 'doubt') throw inDoubt(job, statement, number, settled.note);
    log.notes.push(`${job.script.file}:${statement.line}: ${settled.note}`);
    request.progress(`${job.script.file}:${statement.line} was cut short: ${settled.note}`);
    if (settled.verdict === 'done') {
      await journalDone(
        session,
        job,
        journalRow(request, session, job, statement, number, 'done', {
          ...named(entry.detail),
          settled: settled.note,
        }),
      );
      from = number;
    }
  }
  return from;
}

/** What the session was told before the point of resume is told to it again. Throws `not-resumable`. */
export async function replaySession(
  session: Session,
  job: JournaledRun,
  done: readonly Statement[],
  classes: readonly StatementClass[],
  rest: readonly Statement[],
): Promise<void> {
  const last = lastEvents(job.journal);
  const lost = lostWithSession(classes.slice(0, done.length));
  const gone = new Set([...lost].filter((what) => needs(session, rest, classes.slice(done.length), what)));
  for (const [index, statement] of done.entries()) {
    const kind = classes[index];
    if (kind?.unreplayable !== undefined && gone.has(kind.unreplayable)) {
      throw new MooringError(
        'not-resumable',
        `${job.script.file}:${statement.line}: the ${kind.unreplayable} that this statement made went with the session that was cut short, and what comes after needs it`,
        {
          file: job.script.file,
          line: statement.line,
          hint: `Write the rest of the file so that it does without (statements 1–${done.length} stay as they are), and run again. Next time: an ordinary table, dropped at the end.`,
        },
      );
    }
    if (kind?.effect === 'session' && kind.unreplayable === undefined) await session.execute(statement);
    const carried = last.get(index + 1)?.detail.carried;
    if (carried !== undefined) await session.restore(carried);
  }
}

/** Whether the statements that are left may need what is lost: a temporary table by its name, all else until it is made anew. */
function needs(
  session: Session,
  rest: readonly Statement[],
  classes: readonly StatementClass[],
  what: string,
): boolean {
  if (classes[0]?.unreplayable === what) return false;
  const name = /^temporary table .*?([\w$\u0080-\uffff]+)\W*$/.exec(what)?.[1]?.toLowerCase();
  if (name === undefined) return rest.length > 0;
  return rest.some(({ sql }) =>
    session.engine.dialect
      .tokens({ file: '', text: sql })
      .some((token) => token.text.toLowerCase().replace(/^[`"]|[`"]$/g, '') === name),
  );
}

/** What no replay can build up and no later statement has taken away again. */
function lostWithSession(classes: readonly StatementClass[]): ReadonlySet<string> {
  const lost = new Set<string>();
  for (const { unreplayable, frees = [] } of classes) {
    for (const name of frees) lost.delete(name);
    if (unreplayable !== undefined) lost.add(unreplayable);
  }
  return lost;
}

/** `found`: what the database tells of it all the same. */
function inDoubt(job: JournaledRun, statement: Statement, number: number, found?: string): MooringError {
  return new MooringError(
    'statement-in-doubt',
    `${job.script.file}:${statement.line}: statement ${number} was begun, and that it ended well is not recorded: it may or may not have run:\n${statement.sql.slice(0, 500)}${found === undefined ? '' : `\nfound: ${found}`}`,
    {
      file: job.script.file,
      line: statement.line,
      hint: `Look in the database whether it has run, then say so:\nmooring resolve ${job.id}:${number} --ran --url …\nmooring resolve ${job.id}:${number} --not-ran --url …\nand run again.`,
    },
  );
}

/** The newest statement that ran or may have. */
function lastThatCounts(last: ReadonlyMap<number, JournalEntry>): number {
  const ran = [...last].filter(([, { event }]) => event !== 'failed' && event !== 'not-ran');
  return Math.max(...ran.map(([number]) => number));
}

function changed(
  job: JournaledRun,
  entry: JournalEntry,
  statement: Statement | undefined,
  stay: number,
): MooringError {
  return new MooringError(
    'resume-changed',
    `${job.script.file}${statement === undefined ? '' : `:${statement.line}`}: statement ${entry.statement} was changed, but it ran at ${entry.at} as:\n${entry.sql.slice(0, 500)}`,
    {
      file: job.script.file,
      ...(statement === undefined ? {} : { line: statement.line }),
      hint: `${stay === 1 ? 'Put statement 1' : `Put statements 1–${stay}`} back as ${stay === 1 ? 'it was' : 'they were'} (the rest may change), and run again.`,
    },
  );
}
