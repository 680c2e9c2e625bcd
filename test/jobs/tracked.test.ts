import pg from 'pg';
import { expect, test } from 'vitest';
import { converge, gate, prepare, withSession } from '../../src/runner/runner.ts';
import { type JobFolder, withJob } from '../support/job-process.ts';
import { sharedPostgres } from '../support/postgres-server.ts';
import { runRequest } from '../support/run-request.ts';

const A = {
  '1_orders.sql': 'create table orders (id integer, old integer);',
  '1_orders.undo.sql': 'drop table orders;',
};
/** An expansion. */
const B = {
  ...A,
  '2_note.sql': 'alter table orders add note text;',
  '2_note.undo.sql': 'alter table orders drop note;',
};
/** What the older application does not survive. */
const C = {
  ...B,
  '3_old.sql': 'alter table orders rename old to former;',
  '3_old.undo.sql': 'alter table orders rename former to old;',
};
const D = {
  ...C,
  '4_total.sql': 'alter table orders add total integer;',
  '4_total.undo.sql': 'alter table orders drop total;',
};

type Ask = (sql: string) => Promise<readonly unknown[][]>;

/** The revision is mounted, and what its sync would run has run. */
async function synced(job: JobFolder, files: Readonly<Record<string, string>>, spec = ''): Promise<string> {
  const digest = await job.mount(files, spec);
  for (const [role, env] of [
    ['gate', { MOORING_BUNDLE_DIGEST: digest }],
    ['prepare', {}],
    ['converge', {}],
  ] as const) {
    const { exit, log } = await job.run(role, env);
    expect(exit, log).toBe(0);
  }
  return digest;
}

const columns = async (ask: Ask): Promise<string> =>
  (
    await ask(
      "select attname from pg_attribute where attrelid = to_regclass('orders') and attnum > 0 and not attisdropped order by attnum",
    )
  ).join(' ');

test('nothing to do, in either of them', () =>
  withJob(async (job, _, ask) => {
    await synced(job, A);
    const rows = await ask('select count(*) from mooring.history');
    expect(await job.run('prepare', {})).toMatchObject({ exit: 0, out: 'prepare: nothing to do' });
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: nothing to do' });
    expect(await ask('select count(*) from mooring.history')).toEqual(rows);
    expect(await ask('select count(*) from mooring.claim')).toEqual([['1']]);
  }));

test('back over an expansion: the database goes after the application', () =>
  withJob(async (job, _, ask) => {
    await synced(job, B);
    await job.mount(A);
    expect(await job.run('prepare', {})).toMatchObject({ exit: 0, out: 'prepare: nothing to do' });
    expect(await columns(ask)).toBe('id old note');
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: undone 2' });
    expect(await columns(ask)).toBe('id old');
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: nothing to do' });
  }));

test('back over something breaking: down to the oldest of it before the application, the rest after', () =>
  withJob(async (job, _, ask) => {
    await synced(job, A);
    await synced(job, D);
    await job.mount(A);
    expect(await job.run('prepare', {})).toMatchObject({ exit: 0, out: 'prepare: undone 4, 3' });
    expect(await columns(ask)).toBe('id old note');
    expect(await job.run('prepare', {})).toMatchObject({ exit: 0, out: 'prepare: nothing to do' });
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: undone 2' });
    expect(await columns(ask)).toBe('id old');
  }));

test('a sync without hooks: prepare applies, converge does what contracts', () =>
  withJob(async (job, _, ask) => {
    await synced(job, A);
    await job.mount({ ...B, '3_drop.sql': '-- mooring: phase=contract\nalter table orders drop old;' });
    expect(await job.run('prepare', {})).toMatchObject({
      exit: 0,
      out: 'prepare: applied 2; left for converge: 3',
    });
    expect(await columns(ask)).toBe('id old note');
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: applied 3' });
    expect(await columns(ask)).toBe('id note');
    await job.mount(B);
    expect((await job.run('prepare', {})).log).toContain(
      'prepare: held[undo-missing]: 3 (migrations/3_drop.sql)',
    );
  }));

test('mixed: refused by all, and nothing happens', () =>
  withJob(async (job, _, ask) => {
    await synced(job, B);
    const digest = await job.mount({ ...A, '3_other.sql': 'create table other (id integer);' });
    for (const role of ['gate', 'prepare', 'converge']) {
      const { exit, log } = await job.run(role, role === 'gate' ? { MOORING_BUNDLE_DIGEST: digest } : {});
      expect(exit).toBe(3);
      expect(log).toContain(`${role}: error[history-diverged]: the files have 3, which the database has not`);
    }
    expect(await columns(ask)).toBe('id old note');
  }));

test('a gap: refused under order: strict, applied under order: any', () =>
  withJob(async (job) => {
    await synced(job, A);
    await synced(job, { ...A, '3_c.sql': 'create table c (id integer);' });
    const late = { ...B, '3_c.sql': 'create table c (id integer);' };
    await job.mount(late);
    const { exit, log } = await job.run('prepare', {});
    expect(exit).toBe(3);
    expect(log).toContain('error[out-of-order]: migrations/2_note.sql: migration 2 is not applied, but 3');
    await job.mount(late, '  migrations: {order: any}\n');
    expect(await job.run('prepare', {})).toMatchObject({ exit: 0, out: 'prepare: applied 2' });
  }));

test('an empty folder, an old branch: held with the list, and nothing is undone', () =>
  withJob(async (job, _, ask) => {
    await synced(job, B);
    await job.mount({ '9_other.sql': '-- nothing' }, '  rollback: {mixed: gate}\n');
    const prepared = await job.run('prepare', {});
    expect(prepared).toMatchObject({ exit: 0, out: 'prepare: applied 9' });
    const { exit, log } = await job.run('converge', {});
    expect(exit).toBe(3);
    expect(log).toMatch(/converge: error\[history-diverged\]|converge: held\[/);
    expect(await columns(ask)).toBe('id old note');
  }));

test('more than rollback.max is held, and says what allows it', () =>
  withJob(async (job, _, ask) => {
    await synced(job, D);
    await job.mount(A, '  rollback: {max: 2}\n');
    const { exit, log } = await job.run('converge', {});
    expect(exit).toBe(3);
    expect(log).toContain('held[undo-too-many]: 3 migrations would be undone (2, 3, 4); rollback.max is 2');
    expect(log).toContain('hazards.allow: [undo-too-many]');
    expect(await columns(ask)).toBe('id former note total');
    await job.mount(A, '  rollback: {max: 2}\n  hazards: {allow: [undo-too-many]}\n');
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: undone 4, 3, 2' });
  }));

test('data that would be lost holds the way back, before the application too', () =>
  withJob(async (job, _, ask) => {
    await synced(job, A);
    await synced(job, C);
    await ask("insert into orders (id, note) values (1, 'kept')");
    await job.mount(A);
    expect(await job.run('prepare', {})).toMatchObject({ exit: 0, out: 'prepare: undone 3' });
    const { exit, log } = await job.run('converge', {});
    expect(exit).toBe(3);
    expect(log).toContain('converge: held[data-loss]: the way back would lose data:');
    expect(log).toContain('hazards.allow: [data-loss]');
    await job.mount(A, '  rollback: {dataLoss: allow}\n');
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: undone 2' });
  }));

test('forward again within 15 minutes: the gate refuses, but a rollback to a newer revision runs none', () =>
  withJob(async (job) => {
    await synced(job, B);
    await synced(job, A);
    const digest = await job.mount(B);
    const refused = await job.run('gate', { MOORING_BUNDLE_DIGEST: digest });
    expect(refused.exit).toBe(3);
    expect(refused.log).toContain('error[reapply-after-rollback]: migration 2 was taken back');
    await job.mount(B, '  gate: Sync\n');
    expect((await job.run('prepare', {})).log).toContain('error[reapply-after-rollback]');
    await job.mount(B);
    expect(await job.run('prepare', {})).toMatchObject({ exit: 0, out: 'prepare: applied 2' });
  }));

test('gate: none: converge verifies, and changes nothing', () =>
  withJob(async (job, _, ask) => {
    await synced(job, B);
    const none = '  gate: none\n';
    await job.mount(B, none);
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: nothing to do' });
    await job.mount(C, none);
    const ahead = await job.run('converge', {});
    expect(ahead.exit).toBe(3);
    expect(ahead.log).toContain('converge: error[not-migrated]: the database lacks 3');
    await job.mount(A, none);
    expect((await job.run('converge', {})).log).toContain('it has 2, which the files have not');
    expect(await columns(ask)).toBe('id old note');
  }));

test('SIGTERM in an undo: all of the way back is taken back with it, and the next run goes it', () =>
  withJob(async (job, _, ask) => {
    await synced(job, A);
    const slow = { ...B, '2_note.undo.sql': 'alter table orders drop note; select pg_sleep(4);' };
    await synced(job, slow);
    await job.mount(A);
    const running = job.start('converge', { MOORING_GRACE: '5' });
    await running.says('converge of shop');
    await new Promise((done) => setTimeout(done, 1_000));
    running.signal('SIGTERM');
    const { exit, log } = await running.end;
    expect(exit, log).toBe(75);
    expect(await columns(ask)).toBe('id old note');
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: undone 2' });
  }));

test('eight at once: all end well, and each migration is applied once', () =>
  withJob(async (job, _, ask) => {
    const digest = await job.mount(D);
    const ends = await Promise.all(
      Array.from({ length: 8 }, (_each, n) =>
        n % 2 === 0 ? job.run('gate', { MOORING_BUNDLE_DIGEST: digest }) : job.run('prepare', {}),
      ),
    );
    expect(ends.map(({ exit }) => exit)).toEqual(ends.map(() => 0));
    expect(await ask("select id from mooring.history where state = 'done' order by seq")).toEqual([
      ['1'],
      ['2'],
      ['3'],
      ['4'],
    ]);
  }));

/** What a Job knows of itself, given directly. */
const made = (at: number) => ({ madeBy: () => at });

test('a late Job of an older sync touches nothing', async () => {
  const database = await (await sharedPostgres()).createDatabase();
  const at = (files: Readonly<Record<string, string>>, more = {}) =>
    runRequest(database.url, files, { job: 'a-job', ...more });
  const [a, b] = [await at(A), await at(B)];
  expect(await gate(a)).toMatchObject({ result: 'done' });
  const before = Date.now() - 60_000;
  expect(await gate(b)).toMatchObject({ result: 'done' });
  for (const run of [prepare, converge]) {
    expect(await run(a, { birth: { bundle: a.bundle, ...made(before) } })).toMatchObject({
      result: 'superseded',
      error: { code: 'superseded' },
    });
    expect(await run(a, { birth: { bundle: a.bundle } })).toMatchObject({
      result: 'refused',
      error: { code: 'birth-unknown' },
    });
  }
  const later = { birth: { bundle: a.bundle, ...made(Date.now() + 60_000) } };
  expect(await converge(a, later)).toMatchObject({ result: 'done', undone: [{ id: '2', exact: true }] });
  await database.drop();
});

test('a contract migration is asked about right before it runs', async () => {
  const database = await (await sharedPostgres()).createDatabase();
  const drop = { '3_drop.sql': '-- mooring: phase=contract\nalter table orders drop old;' };
  const asked: string[] = [];
  await gate(await runRequest(database.url, A));
  const request = await runRequest(
    database.url,
    { ...B, ...drop },
    { stillWanted: async () => void asked.push('asked') },
  );
  const birth = { bundle: request.bundle, ...made(Date.now() + 60_000) };
  expect(await converge(request, { birth })).toMatchObject({ applied: [{ id: '2' }, { id: '3' }] });
  expect(asked).toEqual(['asked']);
  await database.drop();
});

test('a stored undo that is another one than was seen before is not run', async () => {
  const database = await (await sharedPostgres()).createDatabase();
  await gate(await runRequest(database.url, B));
  const a = await runRequest(database.url, A);
  const birth = { bundle: a.bundle, ...made(Date.now() + 60_000) };
  expect(await converge(a, { birth, knownUndos: { 2: 'another' } })).toMatchObject({
    result: 'held',
    held: [{ id: '2', reason: 'undo-tampered', allow: '' }],
  });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query("select undo from mooring.history where id = '2'");
  await client.end();
  expect(await converge(a, { birth, knownUndos: { 2: rows[0].undo } })).toMatchObject({ result: 'done' });
  await database.drop();
});

test('in another cluster: forward it goes, what takes away waits for a person', async () => {
  const database = await (await sharedPostgres()).createDatabase();
  const at = (files: Readonly<Record<string, string>>, cluster: string) =>
    runRequest(database.url, files, { cluster, job: `a-job-${cluster}` });
  const tracked = (bundle: string) => ({ birth: { bundle, ...made(Date.now() + 60_000) } });
  const home = await at(A, 'one');
  expect(await prepare(home, tracked(home.bundle))).toMatchObject({ result: 'done' });
  const away = await at(
    { ...B, '3_drop.sql': '-- mooring: phase=contract\nalter table orders drop old;' },
    'two',
  );
  expect(await converge(away, tracked(away.bundle))).toMatchObject({
    result: 'held',
    applied: [{ id: '2' }],
    held: [{ id: '3', reason: 'another-cluster' }],
    pending: ['3'],
  });
  const back = await at(A, 'two');
  expect(await converge(back, tracked(back.bundle))).toMatchObject({
    result: 'held',
    held: [{ id: '2', reason: 'another-cluster' }],
  });
  await withSession(back, async (session) =>
    session.store.addHistory({
      key: '00000000-0000-4000-8000-000000000001',
      owner: '/shop',
      runner: 'test',
      action: 'take-over',
      id: '',
      description: '',
      state: 'done',
      checksum: '',
      phase: 'expand',
      repeat: 'once',
      breaking: false,
      ms: 0,
      bundle: '',
      detail: {},
    }),
  );
  expect(await converge(back, tracked(back.bundle))).toMatchObject({ result: 'done', undone: [{ id: '2' }] });
  await database.drop();
});
