import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CatalogScope, compareCatalogs } from '../../../src/catalog/catalog.ts';
import { engineOf } from '../../../src/engines/engines.ts';
import { ROOT } from '../../support/cache.ts';
import { mysqlServers, sharedMysql } from '../../support/mysql-server.ts';
import { skipAloud } from '../../support/skip.ts';
import { targetOf } from '../servers.ts';

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

describe.each(there)('$kind $version', ({ kind, version }) => {
  test.each(some)('%s', async (name) => {
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const engine = await engineOf(kind);
    const script = await engine.connect(targetOf(database.url));
    for (const file of ['before.sql', 'change.sql']) {
      const text = readFileSync(join(FOLDER, name, file), 'utf8');
      // Cases of the other server's own are cases of something here, too.
      for (const statement of engine.dialect.split({ file, text }))
        await script.execute(statement).catch(() => {});
    }
    await script.close();
    const session = await engine.connect(targetOf(database.url));
    try {
      const { catalog } = await session.readCatalog(SCOPE);
      const twin = await session.twin(catalog);
      try {
        expect(compareCatalogs(catalog, (await twin.readCatalog(SCOPE)).catalog)).toEqual([]);
      } finally {
        await twin.close();
      }
    } finally {
      await session.close();
      await database.drop();
    }
  });
});
