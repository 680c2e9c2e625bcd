import { join } from 'node:path';
import { MooringError } from '../api/api.ts';
import type { FoundDefinition } from '../definition/definition.ts';
import { type Migration, readMigrations, readTree, type TreeLimits } from '../migrations/migrations.ts';
import { type Bundle, packBundle } from './pack.ts';

export interface ReadSchema {
  readonly migrations: readonly Migration[];
  readonly bundle: Bundle;
}

/**
 * The migrations of a schema directory and their bundle, each file read once.
 * Throws `no-migrations` where there are none, `bundle-too-large` over `limits`, and as `readTree` and `readMigrations`.
 */
export async function readBundle(found: FoundDefinition, limits?: TreeLimits): Promise<ReadSchema> {
  const files = await readTree(found.dir, found.definition, limits);
  const migrations = readMigrations(files, found.definition);
  if (migrations.length === 0) {
    const folder = join(found.dir, found.definition.spec.migrations.path);
    throw new MooringError(
      'no-migrations',
      `${folder}: no migration in it, so there is nothing that the database should be`,
      {
        file: found.file,
        hint: `Write the first one: mooring new DESCRIPTION --dir ${found.dir}; or mend migrations.path in ${found.file}.`,
      },
    );
  }
  return { migrations, bundle: packBundle(found.definition, files, migrations) };
}
