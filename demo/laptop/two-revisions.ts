import type { Testimony } from '../witness.ts';
import type { Laptop } from './laptop.ts';

/** Returns what the schema was at revision 1. */
export async function twoRevisions(laptop: Laptop): Promise<Testimony> {
  const { witness } = laptop;
  laptop.story.chapter('Two revisions are migrated');
  laptop.story.say('The first revision has two migrations, each with its undo beside it.');
  await laptop.commit('revision-1', 'Products and orders');
  const first = await laptop.mooring('migrate');
  const revisionOne = await witness.testimony();
  laptop.story.say('The shop opens.');
  await laptop.sql(
    "INSERT INTO products (name, price) VALUES ('kettle', 29.90), ('teapot', 18.50), ('cup', 4.20)",
    "INSERT INTO orders (product_id, quantity, state) VALUES (1, 1, 'shipped'), (3, 6, 'paid'), (2, 1, 'placed')",
  );
  laptop.story.say('The second revision adds customers.');
  await laptop.commit('revision-2', 'Orders belong to customers');
  const second = await laptop.mooring('migrate');
  const again = await laptop.mooring('migrate');
  laptop.story.prove(
    'two Git revisions are migrated, each file once',
    'information_schema',
    first.exitCode === 0 &&
      second.exitCode === 0 &&
      String(await witness.tables()) === 'customers,orders,products',
  );
  laptop.story.prove(
    'a run with nothing to do does nothing',
    'count(*) of the history',
    again.exitCode === 0 && (await witness.isTrue(`SELECT count(*) = 3 FROM ${witness.ours('history')}`)),
  );
  return revisionOne;
}
