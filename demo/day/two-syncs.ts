import type { Testimony } from '../witness.ts';
import type { Day } from './day.ts';
import { orderOf, succeeded } from './events.ts';

export interface Morning {
  /** Commits. */
  readonly one: string;
  readonly two: string;
  /** What the schema was at each. */
  readonly atOne: Testimony;
  readonly atTwo: Testimony;
}

export async function twoSyncs(day: Day): Promise<Morning> {
  const { witness, story } = day;
  story.chapter('Two revisions are synced');
  story.say(
    'The first revision: definition, migrations, and the application itself, which is plain YAML beside them.',
  );
  const one = await day.push('The shop', ['revision-1', 'migrations'], ['day/revision-1', '.']);
  const first = await day.sync();
  const atOne = await witness.testimony();
  await day.sql(
    "INSERT INTO products (name, price) VALUES ('kettle', 29.90), ('teapot', 18.50)",
    'INSERT INTO orders (product_id, quantity) VALUES (1, 2), (2, 1)',
  );
  story.say('The second one: orders get customers, and shop:2 is not ready before they have them.');
  const two = await day.push('Orders belong to customers', ['day/revision-2', '.']);
  const second = await day.sync();
  const atTwo = await witness.testimony();
  story.prove(
    'a sync migrates first, and only then is the application changed',
    "the order of Argo CD's events; shop:2 reads the new column",
    succeeded(first) &&
      succeeded(second) &&
      orderOf(second) === 'gate: applied 3 | application' &&
      day.image === 'shop:2' &&
      (await witness.answers('SELECT customer_id FROM orders')),
  );
  return { one, two, atOne, atTwo };
}
