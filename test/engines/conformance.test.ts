import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MooringError, type RunReport } from '../../src/api/api.ts';
import {
  ConnectionLost,
  type Engine,
  engineOf,
  type Session,
  SqlFailure,
} from '../../src/engines/engines.ts';
import type { NewHistoryEntry, NewJournalEntry, NewSnapshotRow } from '../../src/engines/store.ts';
import { mooring } from '../support/cli.ts';
import { GUARDED } from '../support/postgres-cluster.ts';
import { skipAloud } from '../support/skip.ts';
import { type AnyDatabase, candidates, targetOf } from './servers.ts';

const { there, missing } = candidates();

for (const reason of missing) skipAloud(reason)(`an engine: ${reason}`, () => {});

/** What both session classes offer for tests. */
type Tested = Session & { rows(sql: string): Promise<readonly Readonly<Record<string, string | null>>[]> };

/** In words that every engine takes. */
const SCHEMA = `CREATE TABLE customers (id int NOT NULL PRIMARY KEY, name varchar(100) NOT NULL UNIQUE);
CREATE TABLE orders (id int NOT NULL PRIMARY KEY, customer int NOT NULL, total numeric(10, 2) DEFAULT 0 CHECK (total >= 0),
  CONSTRAINT orders_of FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE);
CREATE INDEX orders_total ON orders (customer, total);
CREATE VIEW totals AS SELECT c.name, o.total FROM customers c JOIN orders o ON o.customer = c.id;
CREATE VIEW recent AS SELECT * FROM totals WHERE total > 1;
`;

const NO_LIMITS = { lockTimeout: 0, statementTimeout: 0 };
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe.each(there.map((candidate) => [candidate.name, candidate] as const))('%s', (_, candidate) => {
  let engine: Engine;
  let database: AnyDatabase;
  const open: Session[] = [];

  const connect = async (url = database.url): Promise<Tested> => {
    const session = (await engine.connect(targetOf(url))) as Tested;
    open.push(session);
    return session;
  };
  const run = async (session: Session, text: string): Promise<void> => {
    for (const statement of engine.dialect.split({ file: 'test.sql', text }))
      await session.execute(statement);
  };

  beforeAll(async () => {
    engine = await engineOf(candidate.engine);
    database = await candidate.createDatabase();
  });
  afterAll(async () => {
    await Promise.all(open.map((session) => session.close().catch(() => {})));
    await database?.drop();
  });

  describe('connecting', () => {
    test('a session that does nothing leaves nothing', async () => {
      const session = await connect();
      expect(await session.empty({ schemas: 'all', ignore: [], include: [] })).toBe(true);
      expect(await session.store.state()).toBe('absent');
      await session.close();
    });

    test('tells where it is', async () => {
      const { server } = await connect();
      expect(server.database).toBe(database.name);
      expect(server.version).toMatch(/^\d+\.\d+/);
      expect(server.major).toBe(Number(server.version.split('.')[0]));
      expect(server.pid).toBeGreaterThan(0);
      expect(server.user).not.toBe('');
    });

    test('a wrong password is refused, and is not told', async () => {
      const url = new URL(database.guardedUrl);
      url.password = 'not-the-one';
      const error = await failure(engine.connect(targetOf(url.href)));
      expect(error.code).toBe('connection-refused');
      expect(error.message).toContain(`${GUARDED.user}@`);
      expect(error.hint).toContain('password');
      expect(`${error.message}${error.hint}${JSON.stringify(error)}`).not.toContain('not-the-one');
    });

    test('the right password is taken', async () => {
      const session = await connect(database.guardedUrl);
      expect((await session.rows(candidate.sql.userAs))[0]?.value).toContain(GUARDED.user);
      await session.close();
    });

    test('a database that is not there is refused with what to do', async () => {
      const url = new URL(database.url);
      url.pathname = '/not_there';
      const error = await failure(engine.connect(targetOf(url.href)));
      expect(error.code).toBe('connection-refused');
      expect(error.hint).toBe(
        'The database is not there: create it, or mend the name after the last / of the URL.',
      );
    });

    test('a port where nobody listens may come right', async () => {
      const url = new URL(database.guardedUrl);
      url.port = '1';
      const error = await failure(engine.connect(targetOf(url.href)));
      expect(error.code).toBe('connection-failed');
      expect(error.exitCode).toBe(75);
      expect(error.message).toMatch(/^guarded@127\.0\.0\.1:1\/\w+: .*ECONNREFUSED/);
    });

    test.each(['not a url', 'http://u@h/d', 'ENGINE://u@h/d?colour=red', 'ENGINE://u@h'])(
      '%s is no URL of a database',
      async (text) => {
        const error = await failure(engine.connect(targetOf(text.replace('ENGINE', candidate.engine))));
        expect(error.code).toBe('connection-invalid');
        expect(error.hint).not.toBe('');
      },
    );
  });

  describe('statements', () => {
    test('a file goes through a real server as it is split', async () => {
      const session = await connect();
      await run(
        session,
        "CREATE TABLE roundtrip (a int, b varchar(40)); -- ; no\nINSERT INTO roundtrip VALUES (1, 'it''s; ☃');\n/* ; */ INSERT INTO roundtrip VALUES (2, '--');",
      );
      expect(await session.rows('SELECT a, b FROM roundtrip ORDER BY a')).toEqual([
        { a: '1', b: "it's; ☃" },
        { a: '2', b: '--' },
      ]);
      await run(session, 'DROP TABLE roundtrip');
    });

    test('a syntax error has its code and its place', async () => {
      const session = await connect();
      const error = await session
        .execute({ sql: candidate.sql.syntaxError, line: 1, column: 1, endLine: 2 })
        .catch((e) => e);
      expect(error).toBeInstanceOf(SqlFailure);
      expect(error.code).toBe(candidate.sql.syntaxErrorCode);
      expect([...candidate.sql.syntaxError].slice(error.position - 1).join('')).toMatch(/^(FORM )?t/);
      expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: '1' }]);
    });

    test('cancel ends a statement that runs; the session lives on', async () => {
      const session = await connect();
      const running = session.execute({ sql: candidate.sql.sleep, line: 1, column: 1, endLine: 1 }).then(
        () => undefined,
        (error) => error,
      );
      await sleep(300);
      const began = Date.now();
      await session.cancel();
      const error = await running;
      // MySQL's SLEEP() answers 1 when it is interrupted; everything else fails.
      if (error !== undefined) expect(error).toMatchObject({ kind: 'cancelled' });
      expect(Date.now() - began).toBeLessThan(5_000);
      expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: '1' }]);
    });

    test('a killed session is told as lost, once and for all', async () => {
      const [session, other] = [await connect(), await connect()];
      await other.rows(candidate.sql.kill(session.server.pid));
      await expect(session.rows('SELECT 1 AS one')).rejects.toBeInstanceOf(ConnectionLost);
      await expect(session.rows('SELECT 1 AS one')).rejects.toBeInstanceOf(ConnectionLost);
      await session.close();
    });

    test('reset puts back what a migration has set, and keeps the lock', async () => {
      const session = await connect();
      const before = (await session.rows(candidate.sql.tell))[0]?.value;
      expect(await session.tryLock()).toBe(true);
      await session.reset(NO_LIMITS);
      await run(session, `${candidate.sql.change}; ${candidate.sql.temporary};`);
      expect((await session.rows(candidate.sql.tell))[0]?.value).toBe(candidate.sql.changed);
      await session.reset(NO_LIMITS);
      expect((await session.rows(candidate.sql.tell))[0]?.value).toBe(before);
      await expect(session.rows('SELECT * FROM leftover')).rejects.toBeInstanceOf(SqlFailure);
      const other = await connect();
      expect(await other.tryLock()).toBe(false);
      await session.unlock();
    });
  });

  describe('drift that is put back', () => {
    test('comes out as it was recorded; what would be lost by it is held, what the rows forbid is refused', async () => {
      const fresh = await candidate.createDatabase();
      const session = await connect(fresh.url);
      const url = fresh.url.replace(/^mysql:/, `${candidate.engine}:`);
      const put = async (...argv: string[]) => {
        const { code, out } = await mooring(url, 'drift', '--revert', '-o', 'json', ...argv);
        return { code, ...(JSON.parse(out) as RunReport) };
      };
      const drift = async () => (await mooring(url, 'drift')).code;
      await run(session, SCHEMA);
      await run(session, "INSERT INTO customers VALUES (1, 'a'); INSERT INTO orders VALUES (1, 1, 5);");
      expect((await mooring(url, 'baseline')).code).toBe(0);
      const recorded = (await mooring(url, 'snapshot', '-o', 'fingerprint')).out;
      expect(await put()).toMatchObject({ code: 0, result: 'nothing' });

      await run(
        session,
        `DROP VIEW recent; ALTER TABLE orders ADD COLUMN extra int; ALTER TABLE orders DROP COLUMN total${candidate.engine === 'postgres' ? ' CASCADE' : ''};
         ALTER TABLE orders ADD COLUMN total numeric(10, 2); CREATE TABLE more (a int);`,
      );
      expect(await put()).toMatchObject({ code: 0, result: 'done' });
      expect((await mooring(url, 'snapshot', '-o', 'fingerprint')).out).toBe(recorded);
      expect(await drift()).toBe(0);

      await run(session, 'CREATE TABLE more (a int); INSERT INTO more VALUES (1);');
      expect(await put()).toMatchObject({ code: 3, result: 'held', held: [{ reason: 'data-loss' }] });
      expect(await drift()).toBe(1);
      expect(await put('--allow', 'data-loss')).toMatchObject({ code: 0, result: 'done' });
      expect(await drift()).toBe(0);

      await run(
        session,
        `INSERT INTO customers VALUES (2, 'b'); ${candidate.sql.dropKey} INSERT INTO customers VALUES (3, 'b');`,
      );
      const stopped = await put();
      expect(stopped.code).not.toBe(0);
      expect(stopped.error?.code).toBe(candidate.engine === 'postgres' ? 'revert-refused' : 'sql-failed');
      expect(await drift()).toBe(1);
      await run(session, 'DELETE FROM customers WHERE id = 3;');
      expect(await put()).toMatchObject({ code: 0, result: 'done' });
      expect((await mooring(url, 'snapshot', '-o', 'fingerprint')).out).toBe(recorded);
      await session.close();
      await fresh.drop();
    });
  });

  describe('the catalog', () => {
    const scope = { schemas: 'all', ignore: [], include: [] } as const;

    test('an empty database has none of our objects, before and after our tables are made', async () => {
      const fresh = await candidate.createDatabase();
      const session = await connect(fresh.url);
      const { catalog } = await session.readCatalog(scope);
      const kinds = new Set([...catalog.objects.values()].map(({ kind }) => kind));
      expect([...kinds].filter((kind) => kind !== 'schema' && kind !== 'database')).toEqual([]);
      await session.store.ensure();
      expect([...(await session.readCatalog(scope)).catalog.objects]).toEqual([...catalog.objects]);
      await session.close();
      await fresh.drop();
    });

    test('every object that one depends on is among them; reading twice says the same, so does the stamp', async () => {
      const fresh = await candidate.createDatabase();
      const session = await connect(fresh.url);
      await run(session, SCHEMA);
      const stamp = await session.catalogStamp();
      const { catalog } = await session.readCatalog(scope);
      for (const [key, { parent, dependsOn }] of catalog.objects) {
        for (const needed of [...(parent === undefined ? [] : [parent]), ...dependsOn])
          expect(catalog.objects.has(needed), `${key} needs ${needed}`).toBe(true);
      }
      expect((await session.readCatalog(scope)).catalog).toEqual(catalog);
      expect(await session.catalogStamp()).toBe(stamp);
      await run(session, 'ALTER TABLE orders ADD COLUMN extra int;');
      expect(await session.catalogStamp()).not.toBe(stamp);
      await session.close();
      await fresh.drop();
    });

    test('a database is adopted; what others change is drift; accepted, it is none', async () => {
      const fresh = await candidate.createDatabase();
      const session = await connect(fresh.url);
      const url = fresh.url.replace(/^mysql:/, `${candidate.engine}:`);
      const ask = async (...argv: string[]) => {
        const { code, out } = await mooring(url, ...argv);
        return { code, ...(JSON.parse(out) as Record<string, unknown>) } as Record<string, unknown>;
      };
      await run(session, SCHEMA);
      expect((await mooring(url, 'drift')).err).toContain('mooring baseline');
      expect(await ask('baseline', '-o', 'json')).toMatchObject({ code: 0, result: 'done' });
      expect(await ask('drift', '-o', 'json')).toMatchObject({ code: 0, drifted: false, changes: [] });
      const whole = (await mooring(url, 'snapshot', '-o', 'fingerprint')).out;
      expect(whole).toMatch(/^[0-9a-f]{64}$/);
      expect(await ask('status', '-o', 'json')).toMatchObject({ code: 0, snapshot: { fingerprint: whole } });
      await run(session, 'DROP VIEW recent; ALTER TABLE orders ADD COLUMN extra int;');
      const drift = await ask('drift', '-o', 'json');
      expect(drift).toMatchObject({ code: 1, drifted: true });
      const named = (drift.changes as { object: string; change: string }[]).map(
        ({ object, change }) => `${change} ${object.replace('public.', '')}`,
      );
      expect(named).toEqual(['added column orders.extra', 'removed view recent']);
      expect(await ask('accept', '-o', 'json')).toMatchObject({ code: 0 });
      expect(await ask('drift', '-o', 'json')).toMatchObject({ code: 0, drifted: false, changes: [] });
      expect(await ask('accept', '-o', 'json')).toMatchObject({ code: 0 });
      await session.close();
      await fresh.drop();
    });
  });

  describe('before something goes', () => {
    const scope = { schemas: 'all', ignore: [], include: [] } as const;

    test('a table holds what any row, a column what any value but NULL and its default is', async () => {
      const fresh = await candidate.createDatabase();
      const session = await connect(fresh.url);
      await run(
        session,
        `CREATE TABLE empty_one (id int NOT NULL PRIMARY KEY);
         CREATE TABLE full_one (id int NOT NULL PRIMARY KEY, none int, same varchar(10) DEFAULT 'it''s', other varchar(10) DEFAULT 'a', amount numeric(10, 2) DEFAULT 0.00);
         INSERT INTO full_one VALUES (1, NULL, 'it''s', 'A', 0), (2, NULL, NULL, 'a', 0.00);`,
      );
      const { objects } = (await session.readCatalog(scope)).catalog;
      const tables = [...objects.values()].filter(({ kind }) => kind === 'table');
      const [empty, full] = ['empty_one', 'full_one'].map(
        (name) => tables.find(({ identity }) => identity.endsWith(name))?.identity ?? '',
      );
      await session.begin();
      const ask = async (table: string, column?: string) => {
        if (column === undefined) return session.holdsData({ type: 'table', table }, 5_000);
        const fallback = objects.get(`column ${table}.${column}`)?.properties.default;
        const words = typeof fallback === 'string' ? fallback : null;
        return session.holdsData({ type: 'column', table, column, default: words }, 5_000);
      };
      expect(await ask(empty ?? '')).toEqual({ holds: false, estimate: '0 rows' });
      expect(await ask(full ?? '')).toEqual({ holds: true, estimate: '2 rows' });
      expect(await ask(full ?? '', 'none')).toEqual({ holds: false, estimate: '0 rows' });
      expect(await ask(full ?? '', 'same')).toEqual({ holds: false, estimate: '0 rows' });
      expect(await ask(full ?? '', 'other')).toEqual({ holds: true, estimate: '1 row' });
      expect(await ask(full ?? '', 'amount')).toEqual({ holds: false, estimate: '0 rows' });
      expect(await ask('not_there')).toMatchObject({ holds: 'unknown', estimate: 'unknown' });
      await session.rollback();
      await session.close();
      await fresh.drop();
    });

    test('what a repeatable made can be dropped by its object, what holds data cannot', async () => {
      const fresh = await candidate.createDatabase();
      const session = await connect(fresh.url);
      await run(session, SCHEMA);
      const { objects } = (await session.readCatalog(scope)).catalog;
      const views = [...objects.values()].filter(({ kind }) => kind === 'view');
      for (const object of objects.values())
        if (object.kind === 'table' || object.kind === 'column')
          expect(session.dropSql(object)).toBeUndefined();
      expect(await session.keepsakes(views)).toEqual([]);
      // `recent` selects from `totals`.
      for (const view of views.sort((a, b) => (a.identity < b.identity ? -1 : 1)))
        await run(session, `${session.dropSql(view)};`);
      const left = [...(await session.readCatalog(scope)).catalog.objects.values()];
      expect(left.filter(({ kind }) => kind === 'view')).toEqual([]);
      await session.close();
      await fresh.drop();
    });

    test('a scratch database is empty, is another one, and goes with its session', async () => {
      const session = await connect();
      const scratch = (await session.scratch()) as Tested;
      expect(scratch.server.database).toMatch(/^mooring_scratch_\d+_[0-9a-f]{8}$/);
      expect(await scratch.empty(scope)).toBe(true);
      await run(scratch, SCHEMA);
      expect(await scratch.empty(scope)).toBe(false);
      const url = new URL(database.url);
      url.pathname = `/${scratch.server.database}`;
      await scratch.close();
      expect((await failure(engine.connect(targetOf(url.href)))).code).toBe('connection-refused');
      await session.close();
    });
  });

  describe('the lock', () => {
    test('one session has it; asking again is true; it is free after unlock', async () => {
      const [one, two] = [await connect(), await connect()];
      expect(await one.lockHolder()).toBeUndefined();
      expect(await one.tryLock()).toBe(true);
      expect(await one.tryLock()).toBe(true);
      expect(await two.tryLock()).toBe(false);
      expect(await two.lockHolder()).toMatchObject({ pid: one.server.pid });
      expect((await two.lockHolder())?.terminate).toContain(String(one.server.pid));
      await one.unlock();
      expect(await two.tryLock()).toBe(true);
      await two.unlock();
      expect(await two.lockHolder()).toBeUndefined();
    });

    test('it ends with its session, closed or killed', async () => {
      const [one, two, three] = [await connect(), await connect(), await connect()];
      await one.tryLock();
      await one.close();
      expect(await until(() => two.tryLock())).toBe(true);
      await three.rows(candidate.sql.kill(two.server.pid));
      expect(await until(() => three.tryLock())).toBe(true);
      await three.unlock();
      await two.close();
    });

    test('another database has a lock of its own', async () => {
      const other = await candidate.createDatabase();
      const [one, two] = [await connect(), await connect(other.url)];
      expect([await one.tryLock(), await two.tryLock()]).toEqual([true, true]);
      await one.unlock();
      await two.close();
      await other.drop();
    });

    test('of 20 that want it, exactly one has it at any time', async () => {
      const sessions = await Promise.all(Array.from({ length: 20 }, () => connect()));
      let holders = 0;
      let most = 0;
      let turns = 0;
      await Promise.all(
        sessions.map(async (session) => {
          while (!(await session.tryLock())) await sleep(5 + Math.random() * 10);
          holders += 1;
          most = Math.max(most, holders);
          turns += 1;
          await sleep(2);
          holders -= 1;
          await session.unlock();
        }),
      );
      expect({ most, turns }).toEqual({ most: 1, turns: 20 });
      await Promise.all(sessions.map((session) => session.close()));
    });
  });

  describe('our tables', () => {
    let session: Tested;
    beforeAll(async () => {
      session = await connect();
    });

    test('absent, then current; a second call and 20 at once change nothing', async () => {
      expect(await session.store.state()).toBe('absent');
      await session.store.ensure();
      await session.store.ensure();
      expect(await session.store.state()).toBe('current');
      const fresh = await candidate.createDatabase();
      const sessions = await Promise.all(Array.from({ length: 20 }, () => connect(fresh.url)));
      await Promise.all(
        sessions.map(async (each) => {
          while (!(await each.tryLock())) await sleep(5 + Math.random() * 10);
          await each.store.ensure();
          await each.unlock();
        }),
      );
      expect(await Promise.all(sessions.map((each) => each.store.state()))).toEqual(
        Array(20).fill('current'),
      );
      await Promise.all(sessions.map((each) => each.close()));
      await fresh.drop();
    });

    test('they do not make the database count as used', async () => {
      expect(await session.empty({ schemas: 'all', ignore: [], include: [] })).toBe(true);
    });

    test('history comes back as it was written, in its order', async () => {
      expect(await session.store.history()).toEqual([]);
      const [one, two] = [
        entry({ ms: 2 ** 41, breaking: true }),
        entry({ state: 'failed', error: { code: 'sql-failed', message: "it's ☃ \\ \n '", hint: '' } }),
      ];
      await session.store.addHistory(one);
      await session.store.addHistory(two);
      const rows = await session.store.history();
      expect(rows).toMatchObject([one, two]);
      expect(rows.map((row) => Object.keys(row).length)).toEqual(
        [rows[0], rows[1]].map((row) => Object.keys(row ?? {}).length),
      );
      expect(rows[0]?.seq).toBeLessThan(rows[1]?.seq ?? 0);
      for (const row of rows) {
        expect(row.at).toMatch(ISO);
        expect(Math.abs(Date.parse(row.at) - Date.now())).toBeLessThan(60_000);
        expect(row.by).not.toBe('');
      }
      expect(await session.store.hasHistory(one.key)).toBe(true);
      expect(await session.store.hasHistory(randomUUID())).toBe(false);
    });

    test('the journal holds runs until a history entry closes them', async () => {
      const run = randomUUID();
      const rows = [
        journal({ run, statement: 1, event: 'started' }),
        journal({ run, statement: 1, event: 'done', sql: `${'ü'.repeat(1_999)}☃and more` }),
      ];
      for (const row of rows) await session.store.addJournal(row);
      const found = await session.store.openJournal();
      expect(found).toMatchObject([rows[0], { ...rows[1], sql: `${'ü'.repeat(1_999)}☃` }]);
      expect(await session.store.hasJournal(rows[0]?.key ?? '')).toBe(true);
      await session.store.addHistory(entry({ key: run, state: 'failed' }));
      expect(await session.store.openJournal()).toHaveLength(2);
      const closed = randomUUID();
      await session.store.addJournal(journal({ run: closed }));
      await session.store.addHistory(entry({ key: closed }));
      expect((await session.store.openJournal()).map((row) => row.run)).toEqual([run, run]);
    });

    test('the newest claim', async () => {
      expect(await session.store.latestClaim()).toBeUndefined();
      const claims = [1, 2].map((n) => ({
        key: randomUUID(),
        owner: 'shop/orders',
        runner: '1.2.3',
        bundle: `sha256:${n}`,
        job: 'orders-gate',
        cluster: 'c',
      }));
      for (const claim of claims) await session.store.addClaim(claim);
      const { cluster: _, ...outside } = {
        ...claims[0],
        key: randomUUID(),
        job: '',
        bundle: 'sha256:3',
        cluster: '',
      };
      expect(await session.store.latestClaim()).toMatchObject(claims[1] ?? {});
      await session.store.addClaim(outside as never);
      expect(await session.store.latestClaim()).not.toHaveProperty('cluster');
    });

    test('snapshots come newest first and can be removed', async () => {
      const rows = [snapshot(), snapshot({ parent: randomUUID(), history: randomUUID(), model: 7 })];
      for (const row of rows) await session.store.addSnapshot(row);
      expect(await session.store.snapshots()).toMatchObject([rows[1], rows[0]]);
      await session.store.removeSnapshots([rows[0]?.key ?? '']);
      expect(await session.store.snapshots()).toMatchObject([rows[1]]);
      await session.store.removeSnapshots([]);
    });

    test('blobs: any bytes, of any length, once', async () => {
      const blobs = new Map<string, Uint8Array>([
        ['a'.repeat(64), new Uint8Array(0)],
        ['b'.repeat(64), Buffer.from([0, 39, 92, 34, 255, 10, 13])],
        ['c'.repeat(64), randomBytes(2 ** 20)],
        ['d'.repeat(64), randomBytes(2_500_001)],
      ]);
      await session.store.putBlobs(blobs);
      await session.store.putBlobs(blobs);
      const read = await session.store.getBlobs([...blobs.keys(), 'e'.repeat(64)]);
      expect([...read.keys()].sort()).toEqual([...blobs.keys()]);
      for (const [key, body] of blobs) expect(Buffer.compare(read.get(key) ?? Buffer.alloc(1), body)).toBe(0);
      expect(await session.store.missingBlobs([...blobs.keys(), 'e'.repeat(64)])).toEqual(['e'.repeat(64)]);
      await session.store.removeBlobsExcept(['b'.repeat(64)]);
      expect([...(await session.store.getBlobs([...blobs.keys()])).keys()]).toEqual(['b'.repeat(64)]);
      expect(await session.store.getBlobs([])).toEqual(new Map());
    });

    test('writes take part in the transaction that is open', async () => {
      const before = (await session.store.history()).length;
      await session.begin();
      await session.store.addHistory(entry());
      await session.store.addJournal(journal());
      await session.store.putBlobs(new Map([['f'.repeat(64), Buffer.from('x')]]));
      await session.rollback();
      expect(await session.store.history()).toHaveLength(before);
      expect(await session.store.missingBlobs(['f'.repeat(64)])).toEqual(['f'.repeat(64)]);
      await session.reset(NO_LIMITS, true);
      await session.commitWith(entry({ id: 'committed', transaction: 'current' }));
      const other = await connect();
      expect((await other.store.history()).at(-1)?.id).toBe('committed');
    });

    test('the clock is in UTC whatever the session says', async () => {
      await run(session, candidate.sql.change);
      const now = await session.store.now();
      expect(now).toMatch(ISO);
      expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000);
      await session.reset(NO_LIMITS);
    });

    test('nobody else may write them: that is found well', async () => {
      await expect(session.store.guard()).resolves.toBeUndefined();
    });

    test('tables of the next version are used, of the one after it refused', async () => {
      const meta = candidate.engine === 'postgres' ? 'mooring.meta' : 'mooring_meta';
      const stamps = candidate.engine === 'postgres' ? ['', ''] : [', `at`, `by`', ", NOW(), 'x'"];
      await session.rows(`INSERT INTO ${meta} (version, runner${stamps[0]}) VALUES (2, '9.1.0'${stamps[1]})`);
      expect(await session.store.state()).toBe('current');
      await session.rows(`INSERT INTO ${meta} (version, runner${stamps[0]}) VALUES (3, '9.9.0'${stamps[1]})`);
      const error = await failure(session.store.state());
      expect(error.code).toBe('history-newer');
      expect(error.message).toMatch(/version 3.*Mooring 9\.9\.0; this one knows versions up to 2/);
      expect(error.hint).toBe('Use Mooring 9.9.0 or newer.');
      await session.rows(`DELETE FROM ${meta} WHERE version > 1`);
    });
  });
});

async function failure(promise: Promise<unknown>): Promise<MooringError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MooringError);
  return error as MooringError;
}

/** The server notices a session's end a moment later. */
async function until(ask: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await sleep(20))
    if (await ask()) return true;
  return false;
}

function entry(more: Partial<NewHistoryEntry> = {}): NewHistoryEntry {
  return {
    key: randomUUID(),
    owner: 'shop/orders',
    runner: '1.2.3',
    action: 'apply',
    id: '001',
    description: 'Größe ☃ 𝒳',
    state: 'done',
    checksum: `t1:${'0'.repeat(64)}`,
    phase: 'expand',
    repeat: 'once',
    breaking: false,
    ms: 12,
    bundle: '',
    detail: { files: ['a.sql'], n: 1.5, none: null, nested: { 'k"': '\\' } },
    ...more,
  };
}

function journal(more: Partial<NewJournalEntry> = {}): NewJournalEntry {
  return {
    key: randomUUID(),
    owner: 'shop/orders',
    runner: '1.2.3',
    run: randomUUID(),
    action: 'apply',
    id: '001',
    statement: 1,
    event: 'started',
    checksum: `t1:${'0'.repeat(64)}`,
    file: 'a.sql',
    line: 3,
    sql: "SELECT '☃'",
    detail: {},
    ...more,
  };
}

function snapshot(more: Partial<NewSnapshotRow> = {}): NewSnapshotRow {
  return {
    key: randomUUID(),
    owner: 'shop/orders',
    runner: '1.2.3',
    model: 1,
    fingerprint: '0'.repeat(64),
    delta: 'a'.repeat(64),
    detail: { server: '17.1' },
    ...more,
  };
}
