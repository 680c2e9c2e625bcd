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
import { onVersion, sharedPostgres, versions } from '../../../support/postgres-server.ts';
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
  const suited = onVersion(
    version,
    CHANGES.filter((change) => version >= Number(/^-- (\d+)\+/.exec(change)?.[1] ?? 0)),
  );

  test.each(SCOPES)(
    'after each change alone, what was touched makes the whole (%j)',
    { timeout: 300_000 },
    async (scope) => {
      await using reader = await prepared(version);
      const previous = await reader.read(scope);
      const some =
        scope === WHOLE || process.env.MOORING_SWEEP !== undefined
          ? suited
          : suited.filter((_, n) => n % 3 === 0);
      if (some.length < suited.length)
        process.stderr.write(
          `PostgreSQL ${version}: ${some.length} of ${suited.length} changes in a narrower scope; all with MOORING_SWEEP=1\n`,
        );
      let partial = 0;
      for (const change of some) {
        await reader.run('BEGIN');
        await reader.run(change);
        partial += (await agrees(reader, previous, scope, [change])) ? 1 : 0;
        await reader.run('ROLLBACK');
      }
      expect(partial).toBeGreaterThan(some.length * 0.8);
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

  test.each(['own', 'foreign'] as const)('kinds that are rare are told as %s', async (whose) => {
    await using reader = await prepared(version);
    await using other = await openReader(reader.url);
    const previous = await reader.read();
    const since = await originPoint(reader.query);
    await reader.run('BEGIN');
    for (const sql of RARE) await (whose === 'own' ? reader : other).run(sql);
    const read = await readTouched(reader.query, previous, reader.version, { origin: { since } });
    const told = [...read.changes.keys()].map((key) => [key, read.written?.get(key)]);
    const keys = [...read.changes.keys()];
    // What others did to tables is not looked for; all that is rare is read in any case.
    expect(keys.length).toBeGreaterThanOrEqual(RARE.length);
    expect(told.filter(([, by]) => by !== whose)).toEqual([]);
    await reader.run('ROLLBACK');
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

/** One object each of those that are read again as one. */
const RARE = [
  'CREATE COLLATION shop.c FROM "C"',
  "CREATE CONVERSION shop.c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
  'CREATE OPERATOR shop.@@@ (RIGHTARG = integer, FUNCTION = int4abs)',
  'CREATE OPERATOR FAMILY shop.f USING btree',
  'ALTER OPERATOR FAMILY shop.family USING btree ADD OPERATOR 1 < (integer, bigint)',
  'CREATE TEXT SEARCH PARSER shop.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)',
  'CREATE TEXT SEARCH TEMPLATE shop.t (LEXIZE = dsimple_lexize)',
  'CREATE TEXT SEARCH DICTIONARY shop.d (TEMPLATE = simple)',
  'ALTER TEXT SEARCH CONFIGURATION shop.short ADD MAPPING FOR word WITH simple',
  'CREATE CAST (shop.address AS jsonb) WITH INOUT',
  'CREATE LANGUAGE loud HANDLER plpgsql_call_handler',
  'CREATE ACCESS METHOD m TYPE TABLE HANDLER heap_tableam_handler',
  'CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION shop.on_ddl()',
  'CREATE FOREIGN DATA WRAPPER w',
  'CREATE SERVER s FOREIGN DATA WRAPPER dummy',
  'CREATE USER MAPPING FOR PUBLIC SERVER far',
  'ALTER PUBLICATION news ADD TABLE shop.lines',
  'CREATE PUBLICATION p',
];

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
