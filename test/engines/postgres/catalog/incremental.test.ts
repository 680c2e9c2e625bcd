import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Catalog,
  type CatalogScope,
  catalogFingerprint,
  compareCatalogs,
  fingerprintOf,
} from '../../../../src/catalog/catalog.ts';
import { originPoint, readTouched } from '../../../../src/engines/postgres/catalog/catalog.ts';
import { ROOT } from '../../../support/cache.ts';
import { sharedPostgres, versions } from '../../../support/postgres-server.ts';
import { openReader, type Reader, WHOLE } from './reads.ts';

const FOLDER = join(ROOT, 'test/cases/catalog-touched');
const SETUP = readFileSync(join(FOLDER, 'setup.sql'), 'utf8');
/** One change per paragraph; `-- <version>+` at its start keeps it from older servers. */
const CHANGES = readFileSync(join(FOLDER, 'changes.sql'), 'utf8').trim().split(/\n\n+/);
const SCOPES: readonly CatalogScope[] = [
  WHOLE,
  { schemas: ['shop', 'public'], ignore: ['table *.log_*'], include: ['privileges', 'owners'] },
];

describe.each(versions())('PostgreSQL %i', (version) => {
  const suited = CHANGES.filter((change) => version >= Number(/^-- (\d+)\+/.exec(change)?.[1] ?? 0));

  test.each(SCOPES)(
    'after each change alone, what was touched makes the whole (%j)',
    { timeout: 300_000 },
    async (scope) => {
      await using reader = await prepared(version);
      const previous = await reader.read(scope);
      let partial = 0;
      for (const change of suited) {
        await reader.run('BEGIN');
        await reader.run(change);
        partial += (await agrees(reader, previous, scope, [change])) ? 1 : 0;
        await reader.run('ROLLBACK');
      }
      expect(partial).toBeGreaterThan(suited.length * 0.8);
    },
  );

  test('after several changes in one transaction, each read on top of the one before', {
    timeout: 300_000,
  }, async () => {
    await using reader = await prepared(version);
    const base = await reader.read();
    const random = seeded(20);
    for (let round = 0; round < 12; round += 1) {
      let previous = base;
      const done: string[] = [];
      await reader.run('BEGIN');
      for (let step = 0; step < 8; step += 1) {
        const change = suited[Math.floor(random() * suited.length)] ?? '';
        await reader.run('SAVEPOINT attempt');
        // What was dropped by an earlier change cannot be changed: that attempt is taken back, which must not show.
        const failed = await reader.run(change).then(
          () => false,
          () => true,
        );
        if (failed) await reader.run('ROLLBACK TO SAVEPOINT attempt');
        done.push(failed ? `-- refused\n${change}` : change);
        await agrees(reader, previous, WHOLE, done);
        if (round % 2 === 0) previous = (await readTouched(reader.query, previous, reader.version)).catalog;
      }
      await reader.run('ROLLBACK');
    }
  });

  test('a transaction that did nothing touched nothing', async () => {
    await using reader = await prepared(version);
    const previous = await reader.read();
    await reader.run('BEGIN');
    await reader.run(
      `INSERT INTO shop.customers (name) VALUES ('x'); SELECT * FROM shop.customers FOR UPDATE`,
    );
    const read = await readTouched(reader.query, previous, reader.version, {
      origin: { since: await originPoint(reader.query) },
    });
    expect([...read.changes]).toEqual([]);
    expect(read.whole).toBe(false);
    expect([...(read.written ?? [])]).toEqual([]);
    await reader.run('ROLLBACK');
  });
});

async function prepared(version: number): Promise<Reader> {
  const server = await sharedPostgres(version);
  const database = await server.createDatabase();
  const reader = await openReader(database.url);
  await reader.run(SETUP);
  return reader;
}

/** The part and the whole say the same; true if it was a part. */
async function agrees(
  reader: Reader,
  previous: Catalog,
  scope: CatalogScope,
  done: readonly string[],
): Promise<boolean> {
  const read = await readTouched(reader.query, previous, reader.version);
  const whole = await reader.read(scope, { inTransaction: true });
  const now = read.catalog;
  expect(compareCatalogs(whole, now), done.join(';\n')).toEqual([]);
  expect(catalogFingerprint(now), done.join(';\n')).toBe(catalogFingerprint(whole));
  for (const [key, object] of whole.objects) {
    expect([key, ...(now.objects.get(key)?.dependsOn ?? [])].sort(), done.join(';\n')).toEqual(
      [key, ...object.dependsOn].sort(),
    );
  }
  const differ = new Set<string>();
  for (const [key, object] of whole.objects) {
    const old = previous.objects.get(key);
    if (old === undefined || fingerprintOf(old) !== fingerprintOf(object)) differ.add(key);
  }
  for (const key of previous.objects.keys()) if (!whole.objects.has(key)) differ.add(key);
  expect([...read.changes.keys()].sort(), done.join(';\n')).toEqual([...differ].sort());
  return !read.whole;
}

/** A linear congruential generator, so that a failure can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
