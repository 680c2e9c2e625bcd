import type { Definition } from '../api/api.ts';
import type { Dialect } from '../sql/sql.ts';
import type { Migration, SourceFile } from './migration.ts';

/** A way to name and write migration files. A new one is a file in `formats/` and a line in `formats/formats.ts`. */
export interface Format {
  /** Value of `migrations.format`. */
  readonly name: string;
  /**
   * Whether a file is one of its. `path` is relative to the folder of the migrations.
   * Throws `migration-name-invalid` for a file that was surely meant to be one and is not named as one.
   */
  takes(path: string): boolean;
  /** In the order in which they run. Throws `migration-*`, `directive-invalid`, `sql-*`, `transaction-control`. */
  read(files: readonly SourceFile[], context: FormatContext): readonly Migration[];
}

export interface FormatContext {
  readonly dialect: Dialect;
  /** Folder of the migrations, relative to the schema directory, without `/` at its end. */
  readonly folder: string;
  readonly settings: Definition['spec']['migrations'];
}
