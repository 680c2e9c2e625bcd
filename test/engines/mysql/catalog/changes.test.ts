import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../../../src/api/api.ts';
import {
  type Catalog,
  type CatalogScope,
  catalogFingerprint,
  compareCatalogs,
} from '../../../../src/catalog/catalog.ts';
import { engineOf } from '../../../../src/engines/engines.ts';
import { ROOT } from '../../../support/cache.ts';
import { mysqlServers, sharedMysql } from '../../../support/mysql-server.ts';
import { skipAloud } from '../../../support/skip.ts';
import { targetOf } from '../../servers.ts';

const FOLDER = join(ROOT, 'test/cases/catalog-changes-mysql');
const { there, missing } = mysqlServers();

/** `on`: the only flavour that has this. `expected.<flavour>.json` where they say it in other words. */
interface Expected extends Partial<CatalogScope> {
  readonly changes: readonly Change[];
  readonly on?: string;
  /** It is written otherwise where that changes nothing: no drift, but not the same bytes either. */
  readonly spelled?: boolean;
}

for (const reason of missing) skipAloud(reason)(`catalog changes: ${reason}`, () => {});

describe.each(there)('$kind $version', ({ kind, version }) => {
  test.each(readdirSync(FOLDER).sort())('%s', async (name) => {
    const file = (path: string): string => join(FOLDER, name, path);
    const read = (path: string): string => readFileSync(file(path), 'utf8');
    const special = `expected.${kind}.json`;
    const {
      changes: expected,
      on = kind,
      spelled = false,
      ...asked
    } = JSON.parse(read(existsSync(file(special)) ? special : 'expected.json')) as Expected;
    if (on !== kind) return;
    const scope: CatalogScope = { schemas: 'all', ignore: [], include: [], ...asked };
    const database = await (await sharedMysql(kind, version)).createDatabase();
    const engine = await engineOf(kind);
    const session = await engine.connect(targetOf(database.url));
    const run = async (text: string): Promise<void> => {
      for (const statement of engine.dialect.split({ file: 'case.sql', text }))
        await session.execute(statement);
    };
    const look = async (): Promise<Catalog> => (await session.readCatalog(scope)).catalog;
    try {
      await session.store.ensure();
      await run(read('before.sql'));
      const before = await look();
      const stamp = await session.catalogStamp(scope.include);
      await run(read('change.sql'));
      const after = await look();
      const changes = compareCatalogs(before, after);
      if (process.env.MOORING_UPDATE === '1' && JSON.stringify(changes) !== JSON.stringify(expected))
        writeFileSync(
          file(special),
          `${JSON.stringify({ changes, ...(on === kind ? {} : { on }), ...asked })}\n`,
        );
      expect(changes).toEqual(expected);
      for (const catalog of [before, after])
        expect([...catalog.objects.values()].flatMap(({ properties }) => properties.unlike ?? [])).toEqual(
          [],
        );
      expect(catalogFingerprint(before) === catalogFingerprint(after)).toBe(
        expected.length === 0 && !spelled,
      );
      if (expected.length > 0) expect(await session.catalogStamp(scope.include)).not.toBe(stamp);
      expect(await look()).toEqual(after);
      expect(before.unmodelled).toEqual(after.unmodelled);
    } finally {
      await session.close();
      await database.drop();
    }
  });
});
