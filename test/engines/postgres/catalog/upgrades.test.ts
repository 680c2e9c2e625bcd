import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Catalog, type CatalogObject, compareCatalogs, keyOf } from '../../../../src/catalog/catalog.ts';
import { ROOT } from '../../../support/cache.ts';
import { sharedPostgres, versions } from '../../../support/postgres-server.ts';
import { openReader, WHOLE } from './reads.ts';

const FOLDER = join(ROOT, 'test/cases/model-upgrades');
const DATABASE = readFileSync(join(FOLDER, 'database.sql'), 'utf8');
/** What a released model recorded of that database, on an older or the same server. */
const RECORDED = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .sort();

describe.each(versions())('PostgreSQL %i', (version) => {
  test.each(RECORDED)('%s is no drift, and a change by hand is seen', async (name) => {
    const recorded = stored(name);
    if (recorded.server.major > version) return;
    const server = await sharedPostgres(version);
    const database = await server.createDatabase();
    try {
      await using reader = await openReader(database.url);
      await reader.run(DATABASE);
      expect(compareCatalogs(recorded, await reader.read(recorded.scope))).toEqual([]);
      // What else the scope may have become since.
      expect(compareCatalogs(recorded, await reader.read(WHOLE))).toEqual([]);
      expect(
        compareCatalogs(recorded, await reader.read({ ...WHOLE, schemas: ['shop', 'elsewhere'] })),
      ).toEqual([]);
      await reader.run(`ALTER TABLE shop.customers ALTER note TYPE varchar; DROP SEQUENCE shop.numbers`);
      const changes = compareCatalogs(recorded, await reader.read(recorded.scope));
      expect(changes.map(({ object, change }) => [object, change])).toEqual([
        ['column shop.customers.note', 'changed'],
        ['sequence shop.numbers', 'removed'],
      ]);
    } finally {
      await database.drop();
    }
  });

  test('a scope that widens brings no drift', async () => {
    const server = await sharedPostgres(version);
    const database = await server.createDatabase();
    try {
      await using reader = await openReader(database.url);
      await reader.run(DATABASE);
      const narrow = await reader.read({ ...WHOLE, schemas: ['shop'] });
      const wide = await reader.read({ schemas: 'all', ignore: [], include: ['privileges', 'owners'] });
      expect(compareCatalogs(narrow, wide)).toEqual([]);
      expect(compareCatalogs(wide, narrow)).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});

function stored(name: string): Catalog {
  const { coverage, objects } = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as {
    coverage: Omit<Catalog, 'objects' | 'unmodelled'>;
    objects: readonly CatalogObject[];
  };
  return { ...coverage, objects: new Map(objects.map((object) => [keyOf(object), object])), unmodelled: [] };
}
