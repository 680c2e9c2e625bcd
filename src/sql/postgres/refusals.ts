import { type ErrorCode, MooringError } from '../../api/api.ts';
import { positionAt } from '../position.ts';

/** An error at an offset of a file, with line, column and excerpt. */
export function refusal(
  code: ErrorCode,
  file: string,
  text: string,
  offset: number,
  what: string,
  hint: string,
): MooringError {
  const { line, column, excerpt } = positionAt(text, offset);
  return new MooringError(code, `${file}:${line}:${column}: ${what}`, { file, line, column, excerpt, hint });
}

/** `what` begins at the offset and has no end. */
export function unterminated(
  file: string,
  text: string,
  offset: number,
  what: string,
  end: string,
): MooringError {
  return refusal(
    'sql-unterminated',
    file,
    text,
    offset,
    `the ${what} that begins here has no end: expected ${end} before the end of the file`,
    `Close it with ${end}.`,
  );
}

/** A backslash outside of quotes. */
export function clientCommand(file: string, text: string, offset: number): MooringError {
  const name = /[^\s;\\]+|[;\\]|$/y;
  name.lastIndex = offset + 1;
  const command = `\\${name.exec(text)?.[0] ?? ''}`;
  const what = command === '\\' ? 'a backslash outside of quotes' : `${command} is a command of psql`;
  return refusal(
    'sql-client-command',
    file,
    text,
    offset,
    `${what}; expected SQL, which is all that is sent to the server`,
    hintFor(command),
  );
}

function hintFor(command: string): string {
  return (
    HINTS.find(([commands]) => commands.includes(command))?.[1] ??
    'Take it out, or write SQL that does the same.'
  );
}

const HINTS: readonly (readonly [readonly string[], string])[] = [
  [
    ['\\c', '\\connect'],
    'A migration runs in one database: take the line out, and make a DatabaseSchema of its own for another database.',
  ],
  [
    ['\\i', '\\ir', '\\include', '\\include_relative'],
    'Put the SQL of that file here, or make it a migration of its own.',
  ],
  [
    ['\\set', '\\unset', '\\gset', '\\prompt', '\\getenv'],
    'Write the value where the variable is used; variables of psql are not replaced.',
  ],
  [
    ['\\if', '\\elif', '\\else', '\\endif'],
    'Decide it on the server: DO $$ BEGIN IF … THEN … END IF; END $$;',
  ],
  [['\\g', '\\gx', '\\gdesc', '\\watch', '\\crosstabview'], 'End the statement with ; instead.'],
  [['\\gexec'], 'Run generated SQL on the server: DO $$ BEGIN EXECUTE …; END $$;'],
  [['\\copy'], 'Write COPY … FROM stdin; with the data on the lines after it and a line \\. at its end.'],
  [['\\.'], 'It ends the data of COPY … FROM stdin; and no such statement, ended by ; , stands before it.'],
  [['\\;'], 'Write ; alone: each statement is sent by itself.'],
  [
    ['\\echo', '\\qecho', '\\warn', '\\timing', '\\pset', '\\encoding', '\\x', '\\q', '\\quit'],
    'Take the line out: it does nothing to the database.',
  ],
  [
    ['\\restrict', '\\unrestrict'],
    'In dumps it stands on a line of its own between two statements, where it is passed over.',
  ],
];
