import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../../../src/api/api.ts';
import { type CatalogScope, catalogFingerprint, compareCatalogs } from '../../../../src/catalog/catalog.ts';
import { ROOT } from '../../../support/cache.ts';
import { sharedPostgres, versions } from '../../../support/postgres-server.ts';
import { openReader } from './reads.ts';

const FOLDER = join(ROOT, 'test/cases/catalog-changes');

/** `from` and `until`: major versions of the server that say it in these words. */
interface Expected extends Partial<CatalogScope> {
  readonly changes: readonly Change[];
  readonly from?: number;
  readonly until?: number;
}

describe.each(versions())('PostgreSQL %i', (version) => {
  test.each(readdirSync(FOLDER).sort())('%s', async (name) => {
    const read = (file: string): string => readFileSync(join(FOLDER, name, file), 'utf8');
    const {
      changes: expected,
      from = 0,
      until = 99,
      ...asked
    } = JSON.parse(read('expected.json')) as Expected;
    if (version < from || version > until) return;
    const scope: CatalogScope = { schemas: 'all', ignore: [], include: [], ...asked };
    const server = await sharedPostgres(version);
    const database = await server.createDatabase();
    try {
      await using reader = await openReader(database.url);
      await reader.run(read('before.sql'));
      const before = await reader.read(scope);
      await reader.run(read('change.sql'));
      const after = await reader.read(scope);
      const changes = compareCatalogs(before, after);
      expect(changes).toEqual(expected);
      expect(catalogFingerprint(before) === catalogFingerprint(after)).toBe(expected.length === 0);
      expect(await reader.read(scope)).toEqual(after);
      expect(before.unmodelled).toEqual(after.unmodelled);
    } finally {
      await database.drop();
    }
  });
});
