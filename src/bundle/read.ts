import { join } from 'node:path';
import { MooringError } from '../api/api.ts';
import type { FoundDefinition } from '../definition/definition.ts';
import { type Migration, readMigrations, readTree, type TreeLimits } from '../migrations/migrations.ts';
import { type Bundle, packBundle } from './pack.ts';

export interface ReadSchema {
  readonly migrations: readonly Migration[];
  /** Packed when it is first asked for. */
  readonly bundle: Bundle;
}

export interface ReadOptions {
  readonly limits?: TreeLimits;
  /** `listMigrations` leaves their SQL unread. */
  readonly read?: typeof readMigrations;
}

/**
 * The migrations of a schema directory and their bundle, each file read once.
 * Throws `no-migrations` where there are none, `bundle-too-large` over `limits`, and as `readTree` and `readMigrations`.
 */
export async function readBundle(
  found: FoundDefinition,
  { limits, read = readMigrations }: ReadOptions = {},
): Promise<ReadSchema> {
  const files = await readTree(found.dir, found.definition, limits);
  const migrations = read(files, found.definition);
  if (migrations.length === 0) {
    const { spec } = found.definition;
    if (spec.mode === 'declarative') throw nothingDesired(found);
    const folder = join(found.dir, spec.migrations.path);
    throw new MooringError(
      'no-migrations',
      `${folder}: no migration in it, so there is nothing that the database should be`,
      {
        file: found.file,
        hint: `Write the first one: mooring new DESCRIPTION --dir ${found.dir}; or mend migrations.path in ${found.file}.`,
      },
    );
  }
  let bundle: Bundle | undefined;
  return {
    migrations,
    get bundle() {
      bundle ??= packBundle(found.definition, files, migrations);
      return bundle;
    },
  };
}

function nothingDesired({ file }: FoundDefinition): MooringError {
  return new MooringError(
    'no-migrations',
    `${file}: spec.desired names no file, so there is nothing that the database should be`,
    { file, hint: 'Name the SQL files that say what the schema is: desired: [schema/*.sql]' },
  );
}
