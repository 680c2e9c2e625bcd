import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '../../../../src/api/api.ts';
import {
  type Catalog,
  type CatalogScope,
  catalogFingerprint,
  compareCatalogs,
} from '../../../../src/catalog/catalog.ts';
import { postgres } from '../../../../src/sql/sql.ts';
import { type Database, sharedPostgres, versions } from '../../../support/postgres-server.ts';
import { databaseOfEveryKind, paragraphs } from './every-kind.ts';
import { openReader, type Reader } from './reads.ts';

const ALL: CatalogScope = { schemas: 'all', ignore: [], include: ['privileges', 'owners'] };

describe.each(versions())('PostgreSQL %i', (version) => {
  let database: Database;
  let reader: Reader;
  let before: Catalog;

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

  test.each(paragraphs('changes.sql', version).slice(1))('%s', async (paragraph) => {
    await reader.run('BEGIN');
    try {
      await reader.run(paragraph);
      const after = await reader.read(ALL, { inTransaction: true });
      expect(compareCatalogs(before, after).map(spelled).sort()).toEqual(expectedOf(paragraph));
    } finally {
      await reader.run('ROLLBACK');
    }
  });

  test.each(paragraphs('silent.sql', version).slice(1))('unseen: %s', async (paragraph) => {
    // One by one, for some allow nothing beside them.
    for (const { sql } of postgres.split({ file: 'silent.sql', text: paragraph })) await reader.run(sql);
    const after = await reader.read(ALL);
    expect(compareCatalogs(before, after).map(spelled)).toEqual([]);
    expect(catalogFingerprint(after)).toBe(catalogFingerprint(before));
  });
});

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function spelled({ object, change, details }: Change): string {
  const properties = details.map((detail) => detail.slice(0, detail.indexOf(':')));
  return `${SIGNS[change]} ${object}${properties.length === 0 ? '' : `: ${properties.join(', ')}`}`;
}

function expectedOf(paragraph: string): readonly string[] {
  return [...paragraph.matchAll(/^-- ([~+-] .*)$/gm)].map(([, line = '']) => line).sort();
}
