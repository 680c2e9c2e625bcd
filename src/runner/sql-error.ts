import { MooringError } from '../api/api.ts';
import type { SqlFailure } from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';
import { type Statement, serverPosition } from '../sql/sql.ts';

/** The server's "no" to a statement of a file: file, line, column, caret, its own words, and what to type next. */
export function sqlError(
  failure: SqlFailure,
  script: Script,
  statement: Statement,
  after: string,
): MooringError {
  const place = serverPosition(statement, failure.position ?? 1, script.text);
  const inside = failure.context === undefined ? '' : `\n${firstLines(failure.context)}`;
  return new MooringError(
    'sql-failed',
    `${script.file}:${place.line}:${place.column}: ${failure.message} (${failure.code})${inside}\n${place.excerpt}`,
    {
      file: script.file,
      line: place.line,
      column: place.column,
      excerpt: place.excerpt,
      hint: [hintFor(failure), after].filter((each) => each !== '').join('\n'),
      server: {
        code: failure.code,
        ...(failure.detail === undefined ? {} : { detail: failure.detail }),
        ...(failure.serverHint === undefined ? {} : { hint: failure.serverHint }),
      },
      cause: failure,
    },
  );
}

function hintFor(failure: SqlFailure): string {
  switch (failure.kind) {
    case 'not-in-transaction':
      return 'This statement cannot run in a transaction: put "-- mooring: transaction=off" at the top of the file.';
    case 'commits':
      return 'This statement ends its own transaction: put "-- mooring: transaction=off" at the top of the file.';
    case 'privilege':
      return 'The role that migrates lacks a right: grant it, or set connection.role.';
    default:
      // PostgreSQL: unsafe_new_enum_value_usage
      return failure.code === '55P04'
        ? 'A new enum label cannot be used in the transaction that adds it: put ALTER TYPE … ADD VALUE into a migration of its own, before this one.'
        : '';
  }
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 5).join('\n');
}
