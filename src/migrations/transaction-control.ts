import { MooringError } from '../api/api.ts';
import { type Dialect, type SqlSource, type Statement, serverPosition } from '../sql/sql.ts';

/** Statements by their first words. `BEGIN NOT ATOMIC` opens a compound statement of MariaDB, not a transaction. */
const CONTROL =
  /^(BEGIN(?! NOT ATOMIC)|COMMIT|ROLLBACK|SAVEPOINT|START TRANSACTION|END|ABORT|RELEASE|PREPARE TRANSACTION|XA)( |$)/;

const TAKES_BACK = new Set(['ROLLBACK', 'SAVEPOINT', 'RELEASE', 'XA']);

const FIRST_WORDS = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|START|END|ABORT|RELEASE|PREPARE|XA)\b/i;

/** MySQL's and MariaDB's way to say that a COMMIT will follow, as dumps have it around their rows. */
const AUTOCOMMIT_OFF = /^(?:\/\*M?!\d*\s*)?set\b[^;]*\bautocommit\s*:?=\s*(?:0|off|false)\b/i;

/**
 * Throws `transaction-control` for a statement that would open or end the transaction that the file runs in. Where each
 * statement is committed, one that would take others back is refused in any case (`committed`), and a COMMIT that ends what
 * SET autocommit = 0 began has nothing left to do. `instead`: the hint, where nothing is committed by itself.
 */
export function refuseTransactionControl(
  statements: readonly Statement[],
  source: SqlSource,
  dialect: Dialect,
  committed = false,
  instead = 'Take it out, or begin the file with `-- mooring: transaction=off`.',
): void {
  let off = false;
  for (const statement of statements) {
    off ||= dialect.name !== 'postgres' && AUTOCOMMIT_OFF.test(statement.sql);
    if (!FIRST_WORDS.test(statement.sql)) continue;
    const words = dialect
      .tokens({ ...source, text: statement.sql })
      .slice(0, 3)
      .map((token) => token.text.toUpperCase())
      .join(' ');
    const [, control] = CONTROL.exec(words) ?? [];
    if (control === undefined || (control === 'COMMIT' && off)) continue;
    if (committed && !TAKES_BACK.has(control)) continue;
    const { line, column } = statement;
    throw new MooringError(
      'transaction-control',
      `${source.file}:${line}:${column}: ${control} at top level: transactions of a migration are ours to begin and to end.`,
      {
        file: source.file,
        line,
        column,
        excerpt: serverPosition(statement, 1, source.text).excerpt,
        hint: committed
          ? 'Take it out: each statement is committed by itself here, so there is nothing that it could take back.'
          : instead,
      },
    );
  }
}
