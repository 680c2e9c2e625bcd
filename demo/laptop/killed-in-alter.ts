import type { Laptop } from './laptop.ts';
import { untilWaiting } from './until-waiting.ts';

const INDEX = 'orders_by_state';
const THERE = `SELECT COUNT(DISTINCT INDEX_NAME) = 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = '${INDEX}'`;

/** Where every migration is journaled: nobody answers for what the server goes on with by itself, and yet it is known. */
export async function killedInAlter(laptop: Laptop): Promise<void> {
  const { witness } = laptop;
  laptop.story.chapter('A process is killed within a statement');
  laptop.story.say(
    'The file has three statements. An accountant is just reading the orders, in a transaction that is open for a while; the index has to wait for it.',
  );
  await laptop.commit('search', 'Faster lists of orders');
  await laptop.cat('migrations/5_search.sql');
  await laptop.sql('START TRANSACTION', 'SELECT COUNT(*) FROM orders');
  const child = laptop.startMooring('migrate');
  await untilWaiting(witness, 'CREATE INDEX');
  laptop.story.say('While it waits the process is killed: SIGKILL, nobody is asked.');
  child.kill('SIGKILL');
  await child;
  const first = await witness.answers('SELECT words FROM searches');
  const built = await witness.isTrue(THERE);
  const status = await laptop.mooring('status');
  laptop.story.prove(
    'killed within a statement, it says at which one it stands',
    'information_schema: first statement done, index not',
    first && !built && status.exitCode === 1 && status.output.includes('5_search.sql:2'),
  );
  laptop.story.say(
    'The accountant is done. The next run looks whether the index is there, for the server may have gone on with it, and does what is left.',
  );
  await laptop.sql('COMMIT');
  const resumed = await laptop.mooring('migrate');
  laptop.story.prove(
    'the next run finds out what was done, and does the rest once',
    'information_schema: one index; the last column answers',
    resumed.exitCode === 0 &&
      (await witness.isTrue(THERE)) &&
      (await witness.answers('SELECT times FROM searches')),
  );
}
