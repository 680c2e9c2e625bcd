import type { RehearsalEvent } from '../../src/rehearsal/rehearsal.ts';
import type { Day } from './day.ts';
import { orderOf, succeeded } from './events.ts';
import type { Morning } from './two-syncs.ts';

/** `sync` is what happened when revision 3 was synced. */
export async function droppedColumn(
  day: Day,
  sync: readonly RehearsalEvent[],
  two: string,
  { atTwo }: Morning,
): Promise<void> {
  const { witness, story } = day;
  story.chapter('Rollback over a dropped column');
  story.say(
    'That revision drops a column that shop:2 reads, in a migration that says of itself that it comes after the application:',
  );
  await day.repository.cat('migrations/7_one_customer.sql');
  const couldStart = await witness.answers('SELECT customer_id FROM orders');
  story.prove(
    'a column is dropped after the last application that reads it',
    "the order of Argo CD's events; the column is gone",
    succeeded(sync) && orderOf(sync) === 'gate: applied 6 | application | converge: applied 7' && !couldStart,
  );
  story.say(
    'shop:3 does not do well. shop:2 could not even start now: the column comes back before it, the rest goes after it.',
  );
  const back = await day.rollback(two);
  const now = await witness.testimony();
  story.prove(
    'Rollback over a dropped column: the column, the application, the rest',
    `the order of Argo CD's events; ${now.how} of then and now`,
    succeeded(back) &&
      orderOf(back) === 'prepare: undone 7 | application | converge: undone 6' &&
      day.image === 'shop:2' &&
      now.schema === atTwo.schema,
  );
}
