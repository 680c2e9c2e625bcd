import type { Stage } from '../stage.ts';
import type { Testimony } from '../witness.ts';

export async function lossyRollback(stage: Stage, revisionOne: Testimony): Promise<void> {
  const { witness } = stage;
  stage.chapter('A rollback that would lose data is held');
  stage.say('The shop goes forward again, and this time customers come.');
  await stage.mooring('migrate');
  await stage.sql(
    "INSERT INTO customers (email) VALUES ('ada@example.com'), ('grace@example.com')",
    'UPDATE orders SET customer_id = 1 WHERE id = 1',
  );
  const before = await witness.testimony();
  const held = await stage.mooring('rollback', '--to', '2');
  const still = await witness.testimony();
  stage.prove(
    'a rollback that loses data is held, naming what is at stake',
    'count(*) of customers and of their orders',
    held.exitCode === 3 &&
      (await isAsTold(stage, held.output, 'table public.customers', 'SELECT count(*) FROM customers')) &&
      (await isAsTold(
        stage,
        held.output,
        'column public.orders.customer_id',
        'SELECT count(customer_id) FROM orders',
      )),
  );
  stage.prove(
    'while it is held, nothing is touched',
    `${still.how} and rows before and after`,
    still.schema === before.schema && (await witness.isTrue('SELECT count(*) = 2 FROM customers')),
  );
  stage.say('Somebody decides that it may go.');
  const allowed = await stage.mooring('rollback', '--to', '2', '--allow', 'data-loss');
  const now = await witness.testimony();
  stage.prove(
    'allowed, it is done, and ends at revision 1 again',
    `${now.how} of then and now`,
    allowed.exitCode === 0 && now.schema === revisionOne.schema,
  );
}

/** Does the output tell for an object the number of rows that the database counts? */
async function isAsTold(stage: Stage, output: string, object: string, count: string): Promise<boolean> {
  const line = output.split('\n').find((each) => each.includes(object)) ?? '';
  const [counted] = await stage.witness.rows(count);
  return /\((\d+) rows?\)$/.exec(line)?.[1] === counted;
}
