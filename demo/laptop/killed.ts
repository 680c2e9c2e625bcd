import type { Laptop } from './laptop.ts';
import { untilWaiting } from './until-waiting.ts';

const INDEX = "indexrelid = to_regclass('orders_by_customer')";

export async function killed(laptop: Laptop): Promise<void> {
  const { witness } = laptop;
  laptop.story.chapter('A process is killed in a migration that no transaction can protect');
  laptop.story.say(
    'CREATE INDEX CONCURRENTLY runs outside of transactions, so Mooring journals each statement of this file. A customer is just placing an order, in a transaction that is open for a while; the index has to wait for it.',
  );
  await laptop.commit('search', 'Faster lists of orders');
  await laptop.cat('migrations/5_search.sql');
  await laptop.sql('BEGIN', 'INSERT INTO orders (product_id, quantity) VALUES (3, 2)');
  const child = laptop.startMooring('migrate');
  await untilWaiting(witness, 'CREATE INDEX CONCURRENTLY');
  laptop.story.say('In the middle of the build the process is killed: SIGKILL, nobody is asked.');
  child.kill('SIGKILL');
  await child;
  const half = await witness.isTrue(
    `SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'nickname'`,
  );
  const built = await witness.isTrue(`SELECT count(*) = 1 FROM pg_index WHERE ${INDEX} AND indisvalid`);
  const status = await laptop.mooring('status');
  laptop.story.prove(
    'killed in mid-build, it says at which statement it stands',
    'pg_attribute, pg_index: first statement there, index not',
    half && !built && status.exitCode === 1 && status.output.includes('5_search.sql:3'),
  );
  laptop.story.say('The order is placed after all, and the next run goes on where the first one stopped.');
  await laptop.sql('COMMIT');
  const resumed = await laptop.mooring('migrate');
  laptop.story.prove(
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
