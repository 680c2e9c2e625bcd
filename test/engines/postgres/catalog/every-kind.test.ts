import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '../../../../src/api/api.ts';
import {
  type Catalog,
  type CatalogScope,
  catalogFingerprint,
  compareCatalogs,
} from '../../../../src/catalog/catalog.ts';
import { postgres } from '../../../../src/sql/sql.ts';
import { type Database, onVersion, sharedPostgres, versions } from '../../../support/postgres-server.ts';
import { testIf } from '../../../support/skip.ts';
import { canDump, normaliseDump, psql, rawPgDump } from '../../../support/tools.ts';
import { databaseOfEveryKind, dropWithSubscriptions, paragraphs } from './every-kind.ts';
import { openReader, type Reader } from './reads.ts';

const ALL: CatalogScope = { schemas: 'all', ignore: [], include: ['privileges', 'owners'] };

describe.each(versions())('PostgreSQL %i', (version) => {
  let database: Database;
  let reader: Reader;
  let before: Catalog;
  let narrow: Catalog | undefined;

  beforeAll(async () => {
    database = await databaseOfEveryKind(await sharedPostgres(version));
    reader = await openReader(database.url);
    // A few changes are made where no statement makes them.
    await reader.run('SET allow_system_table_mods = on');
    before = await reader.read(ALL);
  }, 60_000);

  afterAll(async () => {
    await reader?.[Symbol.asyncDispose]();
    await database?.drop();
  });

  test('all of it is modelled', () => {
    expect(before.unmodelled).toEqual([]);
  });

  test.each(onVersion(version, paragraphs('changes.sql', version).slice(1)))('%s', async (paragraph) => {
    await reader.run('BEGIN');
    try {
      await reader.run(paragraph);
      const after = await reader.read(ALL, { inTransaction: true });
      expect(compareCatalogs(before, after).map(spelled).sort()).toEqual(expectedOf(paragraph));
      // The password of all these cases.
      expect(JSON.stringify([...after.objects.values()])).not.toContain('hunter2');
    } finally {
      await reader.run('ROLLBACK');
    }
  });

  test('what is not modelled is counted', async () => {
    await reader.run('BEGIN');
    await reader.run(
      'CREATE OPERATOR shop.<<<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4lt, COMMUTATOR = >>>>)',
    );
    // No provider of labels is loaded.
    await reader.run(
      `INSERT INTO pg_seclabel SELECT 'shop.orders'::regclass, 'pg_class'::regclass, 0, 'some', 'secret'`,
    );
    const { unmodelled } = await reader.read(ALL, { inTransaction: true });
    await reader.run('ROLLBACK');
    expect(unmodelled).toEqual([
      { kind: 'security label', count: 1 },
      { kind: 'shell operator', count: 1 },
    ]);
  });

  test('who may read less sees no difference', async () => {
    await reader.run('SET ROLE guarded');
    try {
      const less = await reader.read(ALL);
      expect(compareCatalogs(before, less)).toEqual([]);
      expect(less.objects.size).toBe(before.objects.size);
    } finally {
      await reader.run('RESET ROLE');
    }
  });

  testIf(canDump(version), `the pg_dump of this machine does not read PostgreSQL ${version}`)(
    'a dump, restored, is the same',
    { timeout: 60_000 },
    async () => {
      const copy = await (await sharedPostgres(version)).createDatabase('TEMPLATE template0');
      try {
        await psql(copy.url, (await rawPgDump(database.url)).replace('CREATE SCHEMA public;', ''));
        await using other = await openReader(copy.url);
        // A dump leaves the versions of extensions to the server that it is restored on.
        const changes = compareCatalogs(before, await other.read(ALL)).map(spelled);
        expect(changes).toEqual(['~ extension hstore: version']);
      } finally {
        await dropWithSubscriptions(copy);
      }
    },
  );

  // What pg_dump tells of a change is told by us, and what it does not tell is not.
  testIf(canDump(version), `the pg_dump of this machine does not read PostgreSQL ${version}`).each(
    sample(paragraphs('changes.sql', version).slice(1)),
  )('pg_dump agrees: %s', { timeout: 60_000 }, async (paragraph) => {
    const server = await sharedPostgres(version);
    const copy = await databaseOfEveryKind(server);
    try {
      await using other = await openReader(copy.url);
      await other.run('SET allow_system_table_mods = on');
      const dump = await dumpOf(copy);
      await other.run(paragraph);
      const isTold = (await dumpOf(copy)) !== dump;
      const isChange = expectedOf(paragraph).length > 0;
      expect(isTold).toBe(isChange && !paragraph.includes('-- no dump tells'));
      expect(compareCatalogs(before, await other.read(ALL)).length > 0).toBe(isChange);
    } finally {
      await copy.drop();
    }
  });

  test.each(paragraphs('silent.sql', version).slice(1))('unseen: %s', async (paragraph) => {
    // One by one, for some allow nothing beside them.
    for (const { sql } of postgres.split({ file: 'silent.sql', text: paragraph })) await reader.run(sql);
    const after = await reader.read(ALL);
    expect(compareCatalogs(before, after).map(spelled)).toEqual([]);
    expect(catalogFingerprint(after)).toBe(catalogFingerprint(before));
  });

  const scope: CatalogScope = {
    schemas: ['shop', 'public'],
    ignore: ['table shop.log_*', 'table shop.tmp_*', 'view shop.tmp_*'],
    include: ['privileges', 'owners'],
  };

  test.each(paragraphs('out-of-scope.sql', version).slice(1))('out of scope: %s', async (paragraph) => {
    narrow ??= await reader.read(scope);
    await reader.run(paragraph);
    expect(compareCatalogs(narrow, await reader.read(scope))).toEqual([]);
  });
});

async function dumpOf({ url }: Database): Promise<string> {
  return normaliseDump(await rawPgDump(url));
}

/** All of them with MOORING_SWEEP=1; else a few, said aloud. */
function sample(all: readonly string[]): readonly string[] {
  if (process.env.MOORING_SWEEP === '1') return all;
  const some = all.filter((_, at) => at % 25 === 0);
  process.stderr.write(
    `pg_dump judges ${some.length} of ${all.length} changes by hand; all with MOORING_SWEEP=1\n`,
  );
  return some;
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function spelled({ object, change, details }: Change): string {
  const properties = details.map((detail) => detail.slice(0, detail.indexOf(':')));
  return `${SIGNS[change]} ${object}${properties.length === 0 ? '' : `: ${properties.join(', ')}`}`;
}

function expectedOf(paragraph: string): readonly string[] {
  return [...paragraph.matchAll(/^-- ([~+-] .*)$/gm)].map(([, line = '']) => line).sort();
}
