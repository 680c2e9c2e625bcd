import type { Testimony } from '../witness.ts';
import type { Laptop } from './laptop.ts';

export async function lossyRollback(laptop: Laptop, revisionOne: Testimony): Promise<void> {
  const { witness } = laptop;
  laptop.story.chapter('A rollback that would lose data is held');
  laptop.story.say('The shop goes forward again, and this time customers come.');
  await laptop.mooring('migrate');
  await laptop.sql(
    "INSERT INTO customers (email) VALUES ('ada@example.com'), ('grace@example.com')",
    'UPDATE orders SET customer_id = 1 WHERE id = 1',
  );
  const before = await witness.testimony();
  const held = await laptop.mooring('rollback', '--to', '2');
  const still = await witness.testimony();
  laptop.story.prove(
    'a rollback that loses data is held, naming what is at stake',
    'count(*) of customers and of their orders',
    held.exitCode === 3 &&
      (await isAsTold(
        laptop,
        held.output,
        `table ${witness.named('customers')}`,
        'SELECT count(*) FROM customers',
      )) &&
      (await isAsTold(
        laptop,
        held.output,
        `column ${witness.named('orders.customer_id')}`,
        'SELECT count(customer_id) FROM orders',
      )),
  );
  laptop.story.prove(
    'while it is held, nothing is touched',
    `${still.how} and rows before and after`,
    still.schema === before.schema && (await witness.isTrue('SELECT count(*) = 2 FROM customers')),
  );
  laptop.story.say('Somebody decides that it may go.');
  const allowed = await laptop.mooring('rollback', '--to', '2', '--allow', 'data-loss');
  const now = await witness.testimony();
  laptop.story.prove(
    'allowed, it is done, and ends at revision 1 again',
    `${now.how} of then and now`,
    allowed.exitCode === 0 && now.schema === revisionOne.schema,
  );
}

/** Does the output tell for an object the number of rows that the database counts? */
async function isAsTold(laptop: Laptop, output: string, object: string, count: string): Promise<boolean> {
  const line = output.split('\n').find((each) => each.includes(object)) ?? '';
  const [counted] = await laptop.witness.rows(count);
  return /\((\d+) rows?\)$/.exec(line)?.[1] === counted;
}
