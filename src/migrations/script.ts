import type { Definition } from '../api/api.ts';
import { checksumOf, type Dialect, decodeSql, readDirectives } from '../sql/sql.ts';
import type { Script, SourceFile } from './migration.ts';
import { refuseTransactionControl } from './transaction-control.ts';

/**
 * One SQL file as it will run, and its checksum (`t1:` and 64 hex digits), made when it is first asked for: it takes as
 * long as all the rest, and what only renders never asks.
 * Throws `not-utf8`, `directive-invalid`, `sql-unterminated`, `sql-client-command`, `transaction-control`.
 */
export function readScript(
  file: SourceFile,
  dialect: Dialect,
  settings: Pick<Definition['spec']['migrations'], 'transaction'>,
): { readonly script: Script; readonly checksum: () => string } {
  const { text } = decodeSql(file.bytes, file.path);
  const source = { file: file.path, text };
  const directives = readDirectives(source, dialect);
  const statements = dialect.split(source);
  if ((directives.transaction ?? settings.transaction) === 'on') {
    refuseTransactionControl(statements, source, dialect);
  }
  let checksum: string | undefined;
  return {
    script: {
      file: file.path,
      text,
      steps: statements.map((statement) => ({ type: 'sql', statement })),
      directives,
    },
    checksum: () => {
      checksum ??= checksumOf(dialect.tokens(source), directives);
      return checksum;
    },
  };
}
