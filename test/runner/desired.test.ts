import { describe, expect, test } from 'vitest';
import { type Definition, VERSION } from '../../src/api/api.ts';
import { type CatalogScope, compareCatalogs } from '../../src/catalog/catalog.ts';
import { parseDefinition } from '../../src/definition/definition.ts';
import { engineOf } from '../../src/engines/engines.ts';
import { readMigrations } from '../../src/migrations/migrations.ts';
import { migrate, type RunRequest, rollback } from '../../src/runner/runner.ts';
import { dropWithSubscriptions, paragraphs } from '../engines/postgres/catalog/every-kind.ts';
import { openReader } from '../engines/postgres/catalog/reads.ts';
import { sharedPostgres, versions } from '../support/postgres-server.ts';

const SCOPE: CatalogScope = { schemas: 'all', ignore: [], include: [] };

const DEFINITION: Definition = parseDefinition(
  `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: every-kind}
spec:
  engine: postgres
  mode: declarative
  connection: {urlFrom: {secretKeyRef: {name: db, key: url}}}
`,
  { file: 'mooring.yaml' },
);

async function requestFor(url: string, files: readonly string[]): Promise<RunRequest> {
  const sources = files.map((text, n) => ({
    path: `schema/${String(n).padStart(3, '0')}.sql`,
    bytes: Buffer.from(text),
  }));
  return {
    engine: await engineOf('postgres'),
    target: { url, pooler: 'none', schemas: 'all', application: 'mooring test', runner: VERSION },
    definition: DEFINITION,
    migrations: readMigrations(sources, DEFINITION),
    bundle: '',
    owner: '/every-kind',
    allow: new Set(),
    deadline: Date.now() + 100_000,
    patience: 0,
    progress: () => {},
  };
}

/** What files of mode declarative cannot say, and what cannot be made in one transaction. */
const UNFIT = /^\s*(?:insert|copy|update|create role|alter role|grant \w+ to|comment on (?:role|database))/im;

describe.each(versions())('PostgreSQL %i', (version) => {
  test('every kind of object is reached from files, found there again, and taken back', {
    timeout: 180_000,
  }, async () => {
    const server = await sharedPostgres(version);
    const database = await server.createDatabase();
    const wanted = await server.createDatabase();
    try {
      const files = paragraphs('database.sql', version).filter((each) => !UNFIT.test(each));
      await using reader = await openReader(wanted.url);
      const empty = await reader.read(SCOPE);
      for (const each of files) await reader.run(each);
      const request = await requestFor(database.url, files);
      const report = await migrate(request);
      expect([report.result, report.error?.message]).toEqual(['done', undefined]);
      await using live = await openReader(database.url);
      expect(compareCatalogs(await live.read(SCOPE), await reader.read(SCOPE))).toEqual([]);
      expect((await migrate(request)).result).toBe('nothing');
      const again = await migrate(
        await requestFor(database.url, ['-- other text, same files\n', ...files, 'DO $$ BEGIN END $$;\n']),
      );
      expect(again.notes.join('\n')).toContain('recorded, nothing was run');
      const back = await rollback({ ...request, owner: '', allow: new Set(['all']) }, '0');
      expect([back.result, back.error?.message, back.held.map(({ message }) => message)]).toEqual([
        'done',
        undefined,
        [],
      ]);
      expect(compareCatalogs(await live.read(SCOPE), empty)).toEqual([]);
    } finally {
      await dropWithSubscriptions(database);
      await dropWithSubscriptions(wanted);
    }
  });
});
