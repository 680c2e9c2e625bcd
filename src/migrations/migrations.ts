import type { DefinitionSpec } from '../api/api.ts';
import { dialectOf } from '../sql/sql.ts';
import { desiredMigration } from './desired.ts';
import { formatNamed } from './formats/formats.ts';
import type { Migration, SourceFile } from './migration.ts';
import { migrationsFolder } from './tree.ts';

export type { Format, FormatContext } from './format.ts';
export type * from './migration.ts';
export { nextMigrationName } from './next-name.ts';
export { SqlScript } from './script.ts';
export { readTree, type TreeLimits } from './tree.ts';
export { compareVersions, normalVersion } from './version.ts';

type Settings = { readonly spec: Pick<DefinitionSpec, 'engine' | 'mode' | 'migrations' | 'desired'> };

/**
 * The migrations that files hold, in the order in which they run, by the format that the definition names; with mode
 * declarative the one step to what the files say.
 * Pure: `readTree` or a bundle gives the files. No files, no migrations.
 * Throws `not-supported` for a format that is not known, `migration-name-invalid`, `migration-duplicate`,
 * `migration-invalid`, `directive-invalid`, `not-utf8`, `sql-unterminated`, `sql-client-command`, `transaction-control`.
 */
export function readMigrations(files: readonly SourceFile[], definition: Settings): readonly Migration[] {
  const migrations = listMigrations(files, definition);
  readSql(migrations);
  return migrations;
}

/** Reads the SQL of migrations and their undos. Throws `sql-unterminated`, `sql-client-command`, `transaction-control`. */
export function readSql(migrations: readonly Migration[]): void {
  for (const { script, undo, desired } of migrations) {
    void script.steps;
    void undo?.script.steps;
    for (const each of desired ?? []) void each.steps;
  }
}

/**
 * The same, without their SQL, which is read when it is first asked for: `readSql` before any of it runs.
 * Throws as `readMigrations` but for the errors of `readSql`.
 */
export function listMigrations(files: readonly SourceFile[], definition: Settings): readonly Migration[] {
  const { spec } = definition;
  if (spec.mode === 'declarative') return desiredMigration(files, definition);
  return formatNamed(spec.migrations.format).read(files, {
    dialect: dialectOf(spec.engine),
    folder: migrationsFolder(definition),
    settings: spec.migrations,
  });
}
