import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withJob } from '../support/job-process.ts';
import { freePort } from '../support/port.ts';

const ORDERS = { '1_orders.sql': 'create table orders (id integer);' };
const NOTE = { ...ORDERS, '2_note.sql': 'alter table orders add note text;' };

test('nothing to do, then the migrations of a bundle, then nothing again', () =>
  withJob(async (job, _, ask) => {
    const none = { MOORING_BUNDLE_DIGEST: await job.mount({ '1_nothing.sql': '-- nothing' }) };
    expect(await job.run('gate', none)).toMatchObject({ exit: 0, out: 'gate: applied 1' });
    expect(await job.run('gate', none)).toMatchObject({ exit: 0, out: 'gate: nothing to do' });
    expect(await ask('select action, id, bundle from mooring.history')).toEqual([
      ['apply', '1', none.MOORING_BUNDLE_DIGEST],
    ]);
    const digest = await job.mount({
      '1_nothing.sql': '-- nothing',
      '2_orders.sql': 'create table orders (id integer);',
    });
    const env = { MOORING_BUNDLE_DIGEST: digest };
    const { exit, out, log } = await job.run('gate', env);
    expect({ exit, out }).toEqual({ exit: 0, out: 'gate: applied 2' });
    expect(log).toMatch(/^mooring \S+ gate of shop\n.*applying migrations\/2_orders.sql$/s);
    expect(await ask('select owner, bundle, job from mooring.claim order by seq')).toEqual([
      ['demo/shop', none.MOORING_BUNDLE_DIGEST, 'shop-gate'],
      ['demo/shop', digest, 'shop-gate'],
    ]);
  }));

test('on an empty history all is applied; on a live one the contract migrations at its end are left for converge', () =>
  withJob(async (job) => {
    const first = { ...NOTE, '3_drop.sql': '-- mooring: phase=contract\nalter table orders drop note;' };
    let env = { MOORING_BUNDLE_DIGEST: await job.mount(first) };
    expect(await job.run('gate', env)).toMatchObject({ exit: 0, out: 'gate: applied 1, 2, 3' });
    const next = {
      ...first,
      '4_total.sql': 'alter table orders add total integer;',
      '5_id.sql': '-- mooring: phase=contract\nalter table orders drop id;',
      '6_more.sql': '-- mooring: phase=contract\nalter table orders drop total;',
    };
    env = { MOORING_BUNDLE_DIGEST: await job.mount(next) };
    expect(await job.run('gate', env)).toMatchObject({
      exit: 0,
      out: 'gate: applied 4; left for converge: 5, 6',
    });
    expect(await job.run('gate', env)).toMatchObject({
      exit: 0,
      out: 'gate: nothing to do; left for converge: 5, 6',
    });
    expect(await job.run('converge', {})).toMatchObject({ exit: 0, out: 'converge: applied 5, 6' });
  }));

test('a database that is ahead is left as it is', () =>
  withJob(async (job, _, ask) => {
    await job.run('gate', { MOORING_BUNDLE_DIGEST: await job.mount(NOTE) });
    const { exit, out, log } = await job.run('gate', { MOORING_BUNDLE_DIGEST: await job.mount(ORDERS) });
    expect({ exit, out }).toEqual({ exit: 0, out: 'gate: nothing to do' });
    expect(log).toContain('the database is ahead of the files: 2 applied, not in Git');
    expect(await ask('select count(*) from mooring.claim')).toEqual([['1']]);
  }));

test('a bundle that comes late is waited for, one that never does ends it with 75', () =>
  withJob(async (job) => {
    const env = { MOORING_BUNDLE_DIGEST: await job.mount(NOTE) };
    await job.mount(ORDERS);
    const late = job.start('gate', env);
    await late.says('Waiting for it.');
    await job.mount(NOTE);
    expect(await late.end).toMatchObject({ exit: 0, out: 'gate: applied 1, 2' });
    await job.mount(ORDERS);
    const never = await job.run('gate', { ...env, MOORING_PATIENCE: '1' });
    expect(never.exit).toBe(75);
    expect(never.log).toMatch(
      /gate: error\[bundle-incomplete\]: The bundle in .* is sha256:\w+…, and this Job is for sha256:/,
    );
  }));

test('what Secrets are missing is said, and ends it with 3', () =>
  withJob(async (job) => {
    const digest = await job.mount(ORDERS);
    const env = { MOORING_BUNDLE_DIGEST: digest, MOORING_PATIENCE: '0.5' };
    const url = await job.run('gate', {
      ...env,
      MOORING_DATABASE_URL: '',
      MOORING_DATABASE_URL_FROM: 'Secret/shop-db/url',
    });
    expect(url.exit).toBe(3);
    expect(url.log).toContain(
      'gate: error[secret-missing]: how to reach the database is not known: there is no key url in Secret shop-db (MOORING_DATABASE_URL)',
    );
    const parts = await job.run('gate', {
      ...env,
      MOORING_DATABASE_HOST: 'db',
      MOORING_DATABASE_NAME: 'shop',
      MOORING_DATABASE_USER_FROM: 'Secret/shop-db/user',
      MOORING_DATABASE_PASSWORD_FROM: 'Secret/shop-db/a/b',
      MOORING_DATABASE_CA_FILE: '/nowhere/ca.crt',
      MOORING_DATABASE_CA_FILE_FROM: 'ConfigMap/roots/ca.crt',
    });
    expect(parts.exit).toBe(3);
    for (const name of [
      'key user in Secret shop-db',
      'key a/b in Secret shop-db',
      'key ca.crt in ConfigMap roots',
    ])
      expect(parts.log.split('hint:')[0]?.split('error[')[1]).toContain(name);
  }));

test('a connection of parts', () =>
  withJob(async (job, database) => {
    const url = new URL(database.url);
    const env = {
      MOORING_BUNDLE_DIGEST: await job.mount(ORDERS),
      MOORING_DATABASE_URL: '',
      MOORING_DATABASE_HOST: url.hostname,
      MOORING_DATABASE_PORT: url.port,
      MOORING_DATABASE_NAME: url.pathname.slice(1),
      MOORING_DATABASE_USER: url.username,
      MOORING_DATABASE_USER_FROM: 'Secret/shop-db/user',
      MOORING_DATABASE_PASSWORD: 'p@ss/wörd:?#%',
      MOORING_DATABASE_PASSWORD_FROM: 'Secret/shop-db/password',
    };
    expect(await job.run('gate', env)).toMatchObject({ exit: 0, out: 'gate: applied 1' });
  }));

test('SQL that fails: 2, its place, and nothing applied; its last words fit into what Kubernetes shows', () =>
  withJob(async (job, _, ask) => {
    const wide = 'x'.repeat(3000);
    const digest = await job.mount({
      ...ORDERS,
      '2_bad.sql': `create table two (id integer);\nalter table ordrs add ${'é'.repeat(700)} text default '${wide}', add b text;`,
    });
    const { exit, log, out } = await job.run('gate', { MOORING_BUNDLE_DIGEST: digest });
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    const words = log.slice(log.indexOf('gate: error['));
    expect(words).toContain(
      'gate: error[sql-failed]: migrations/2_bad.sql:2:1: relation "ordrs" does not exist (42P01)',
    );
    expect(words).toContain('before that: applied 1');
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(2048);
    expect(words.split('\n').length).toBeLessThanOrEqual(80);
    expect(words).not.toContain('\uFFFD');
    expect(await ask("select id, state, error->>'code' from mooring.history order by seq")).toEqual([
      ['1', 'done', null],
      ['2', 'failed', 'sql-failed'],
    ]);
    expect(await ask("select to_regclass('two')")).toEqual([[null]]);
  }));

test('refused: 3, and why', () =>
  withJob(async (job) => {
    await job.run('gate', { MOORING_BUNDLE_DIGEST: await job.mount(NOTE) });
    const edited = { ...NOTE, '2_note.sql': 'alter table orders add notes text;' };
    const { exit, log } = await job.run('gate', { MOORING_BUNDLE_DIGEST: await job.mount(edited) });
    expect(exit).toBe(3);
    expect(log).toMatch(/gate: error\[checksum-changed\]: migrations\/2_note.sql: migration 2 was changed/);
  }));

test('SIGTERM: the statement is cancelled, all of it is taken back, 75', () =>
  withJob(async (job, _, ask) => {
    const digest = await job.mount({ '1_a.sql': 'create table a (id integer);\nselect pg_sleep(60);' });
    const running = job.start('gate', { MOORING_BUNDLE_DIGEST: digest, MOORING_GRACE: '5' });
    await running.says('applying');
    await sleep(300);
    const at = performance.now();
    running.signal('SIGTERM');
    const { exit, log } = await running.end;
    expect(exit).toBe(75);
    expect(performance.now() - at).toBeLessThan(4_000);
    expect(log).toMatch(/gate: error\[interrupted\]: ended by SIGTERM: /);
    expect(await ask("select to_regclass('a')")).toEqual([[null]]);
  }));

test('the deadline ends it before Kubernetes does', () =>
  withJob(async (job) => {
    const digest = await job.mount({ '1_a.sql': 'select pg_sleep(60);' });
    const { exit, log, ms } = await job.run('gate', { MOORING_BUNDLE_DIGEST: digest, MOORING_DEADLINE: '3' });
    expect(exit).toBe(75);
    expect(ms).toBeLessThan(3_000);
    expect(log).toMatch(/gate: error\[deadline-passed\]: the time that this Job may take is over: /);
  }));

test('a lock that another run holds is waited for, its holder named', () =>
  withJob(async (job, _, ask) => {
    const slow = job.start('gate', {
      MOORING_BUNDLE_DIGEST: await job.mount({ '1_a.sql': 'select pg_sleep(2);' }),
    });
    await slow.says('applying');
    const second = job.start('gate', {
      MOORING_BUNDLE_DIGEST: await job.mount({ '1_a.sql': 'select pg_sleep(2);' }),
    });
    await second.says('waiting for the lock of this database: held by pid');
    expect(await slow.end).toMatchObject({ exit: 0 });
    expect(await second.end).toMatchObject({ exit: 0, out: 'gate: nothing to do' });
    expect(await ask('select count(*) from mooring.history')).toEqual([['1']]);
  }));

test('a server that is not there is waited for, and in the end 75', () =>
  withJob(async (job) => {
    const env = { MOORING_BUNDLE_DIGEST: await job.mount(ORDERS), MOORING_PATIENCE: '1' };
    const port = await freePort();
    const { exit, log } = await job.run('gate', {
      ...env,
      MOORING_DATABASE_URL: `postgres://u:secret@127.0.0.1:${port}/shop`,
    });
    expect(exit).toBe(75);
    expect(log).toContain('trying again for');
    expect(log).toMatch(/gate: error\[connection-failed\]: /);
    expect(log).not.toContain('secret');
  }));

test('without what its manifest sets: what to type instead', () =>
  withJob(async (job) => {
    const { exit, log } = await job.run('gate', { MOORING_BUNDLE_DIR: '' });
    expect(exit).toBe(2);
    expect(log).toBe(
      'gate: error[usage]: MOORING_BUNDLE_DIR is not set: this is what a Job runs, with what its manifest sets\nhint: On a laptop or in CI: mooring migrate DIR --url …',
    );
  }));
