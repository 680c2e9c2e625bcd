import { MooringError } from '../api/api.ts';
import { type Dialect, type SqlSource, type Statement, serverPosition } from '../sql/sql.ts';

/** Statements by their first words. `BEGIN NOT ATOMIC` opens a compound statement of MariaDB, not a transaction. */
const CONTROL =
  /^(BEGIN(?! NOT ATOMIC)|COMMIT|ROLLBACK|SAVEPOINT|START TRANSACTION|END|ABORT|RELEASE|PREPARE TRANSACTION|XA)( |$)/;

const FIRST_WORDS = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|START|END|ABORT|RELEASE|PREPARE|XA)\b/i;

/** Throws `transaction-control` for a statement that would open or end the transaction that the file runs in. */
export function refuseTransactionControl(
  statements: readonly Statement[],
  source: SqlSource,
  dialect: Dialect,
): void {
  for (const statement of statements) {
    if (!FIRST_WORDS.test(statement.sql)) continue;
    const words = dialect
      .tokens({ ...source, text: statement.sql })
      .slice(0, 3)
      .map((token) => token.text.toUpperCase())
      .join(' ');
    const [, control] = CONTROL.exec(words) ?? [];
    if (control === undefined) continue;
    const { line, column } = statement;
    throw new MooringError(
      'transaction-control',
      `${source.file}:${line}:${column}: ${control} at top level: transactions of a migration are ours to begin and to end.`,
      {
        file: source.file,
        line,
        column,
        excerpt: serverPosition(statement, 1, source.text).excerpt,
        hint: 'Take it out, or begin the file with `-- mooring: transaction=off`.',
      },
    );
  }
}
