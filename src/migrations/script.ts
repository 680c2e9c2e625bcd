import { hash } from 'node:crypto';
import type { Definition } from '../api/api.ts';
import {
  checksumOf,
  type Dialect,
  type Directives,
  decodeSql,
  readDirectives,
  type SqlSource,
} from '../sql/sql.ts';
import type { Script, SourceFile, Step } from './migration.ts';
import { refuseTransactionControl } from './transaction-control.ts';

/**
 * One SQL file: its directives at once, its statements and its checksum when they are first asked for, because of a
 * file that was applied as it is nobody needs to know them.
 * Throws `not-utf8`, `directive-invalid`, and `sql-unterminated`, `sql-client-command`, `transaction-control` later.
 */
export class SqlScript implements Script {
  readonly file: string;
  readonly text: string;
  readonly directives: Directives;
  readonly #bytes: Uint8Array;
  readonly #dialect: Dialect;
  readonly #transaction: 'on' | 'off';
  readonly #controlHint: string | undefined;
  #steps: readonly Step[] | undefined;
  #checksum: string | undefined;
  #sha256: string | undefined;

  constructor(
    { path, bytes }: SourceFile,
    dialect: Dialect,
    settings: Pick<Definition['spec']['migrations'], 'transaction'> & { readonly controlHint?: string },
  ) {
    this.file = path;
    this.text = decodeSql(bytes, path).text;
    this.#bytes = bytes;
    this.#dialect = dialect;
    this.directives = readDirectives(this.#source, dialect);
    this.#controlHint = settings.controlHint;
    this.#transaction = this.directives.transaction ?? settings.transaction;
  }

  get steps(): readonly Step[] {
    this.#steps ??= this.#split();
    return this.#steps;
  }

  /** `t1:` and 64 hex digits. */
  get checksum(): string {
    this.#checksum ??= checksumOf(this.#dialect.tokens(this.#source), this.directives);
    return this.#checksum;
  }

  get sha256(): string {
    this.#sha256 ??= hash('sha256', this.#bytes);
    return this.#sha256;
  }

  get #source(): SqlSource {
    return { file: this.file, text: this.text };
  }

  #split(): readonly Step[] {
    const statements = this.#dialect.split(this.#source);
    const committed = this.#transaction === 'off' && this.#dialect.name !== 'postgres';
    if (this.#transaction === 'on' || committed)
      refuseTransactionControl(statements, this.#source, this.#dialect, committed, this.#controlHint);
    return statements.map((statement) => ({ type: 'sql', statement }));
  }
}
