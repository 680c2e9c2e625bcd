import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';

const INDEX = "indexrelid = to_regclass('orders_by_customer')";

export async function killed(stage: Stage): Promise<void> {
  const { witness } = stage;
  stage.chapter('A process is killed in a migration that no transaction can protect');
  stage.say(
    'CREATE INDEX CONCURRENTLY runs outside of transactions, so Mooring journals each statement of this file. A customer is just placing an order, in a transaction that is open for a while; the index has to wait for it.',
  );
  await stage.commit('search', 'Faster lists of orders');
  await stage.cat('migrations/5_search.sql');
  await stage.sql('BEGIN', 'INSERT INTO orders (product_id, quantity) VALUES (3, 2)');
  const child = stage.startMooring('migrate');
  await untilTrue(
    stage,
    `SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX CONCURRENTLY%'`,
  );
  stage.say('In the middle of the build the process is killed: SIGKILL, nobody is asked.');
  child.kill('SIGKILL');
  await child;
  const half = await witness.isTrue(
    `SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'nickname'`,
  );
  const built = await witness.isTrue(`SELECT count(*) = 1 FROM pg_index WHERE ${INDEX} AND indisvalid`);
  const status = await stage.mooring('status');
  stage.prove(
    'killed in mid-build, it says at which statement it stands',
    'pg_attribute, pg_index: first statement there, index not',
    half && !built && status.exitCode === 1 && status.output.includes('5_search.sql:3'),
  );
  stage.say('The order is placed after all, and the next run goes on where the first one stopped.');
  await stage.sql('COMMIT');
  const resumed = await stage.mooring('migrate');
  stage.prove(
    'the next run resumes after the last statement done',
    'pg_index: one index, valid',
    resumed.exitCode === 0 &&
      (await witness.isTrue(`SELECT count(*) = 1 FROM pg_index WHERE ${INDEX} AND indisvalid`)) &&
      (await witness.isTrue(
        `SELECT count(*) = 0 FROM pg_index WHERE indrelid = 'orders'::regclass AND NOT indisvalid`,
      )) &&
      (await witness.isTrue(
        `SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'products'::regclass AND attname = 'keywords'`,
      )),
  );
}

async function untilTrue(stage: Stage, sql: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await stage.witness.isTrue(sql))) {
    if (Date.now() > deadline) throw new Error(`in vain waited for: ${sql}`);
    await sleep(50);
  }
}
