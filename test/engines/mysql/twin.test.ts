import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CatalogScope, compareCatalogs } from '../../../src/catalog/catalog.ts';
import { ROOT } from '../../support/cache.ts';
import { mysqlServers } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';
import { withScratch } from './with-scratch.ts';

// Ways back are tried in a copy of the database: whatever stands there, the copy stands as it does. By default every
// seventh case of the catalog and the one with what is old; MOORING_SWEEP=1 takes all.
const FOLDER = join(ROOT, 'test/cases/catalog-changes-mysql');
const SCOPE: CatalogScope = { schemas: 'all', ignore: [], include: [] };
const { there, missing } = mysqlServers();
const all = readdirSync(FOLDER).sort();
const some = all.filter(
  (name, at) => process.env.MOORING_SWEEP !== undefined || at % 7 === 0 || name === 'legacy',
);

for (const reason of missing) skipAloud(reason)(`copies for a trial: ${reason}`, () => {});
if (some.length < all.length)
  process.stderr.write(
    `copies for a trial: ${some.length} of ${all.length} cases; all with MOORING_SWEEP=1\n`,
  );

/** Cases of what one flavour alone has. */
function isMeantFor(name: string, kind: string): boolean {
  const special = join(FOLDER, name, `expected.${kind}.json`);
  const file = existsSync(special) ? special : join(FOLDER, name, 'expected.json');
  const { on = kind } = JSON.parse(readFileSync(file, 'utf8')) as { on?: string };
  return on === kind;
}

describe.each(there)('$kind $version', (server) => {
  test.each(some.filter((name) => isMeantFor(name, server.kind)))('%s', (name) =>
    withScratch(server, async ({ session, script, url }) => {
      // What scripts leave in their session is none of the copy's business.
      const own = await session.engine.connect(targetOf(url));
      for (const file of ['before.sql', 'change.sql'])
        await script(own, file, readFileSync(join(FOLDER, name, file), 'utf8'));
      await own.close();
      const { catalog } = await session.readCatalog(SCOPE);
      const twin = await session.twin(catalog);
      try {
        expect(compareCatalogs(catalog, (await twin.readCatalog(SCOPE)).catalog)).toEqual([]);
      } finally {
        await twin.close();
      }
    }),
  );
});
