import type { Day } from './day.ts';
import { orderOf, succeeded } from './events.ts';
import type { Morning } from './two-syncs.ts';

export async function rollbackForward(day: Day, commit: string, { atTwo }: Morning): Promise<void> {
  const { witness, story } = day;
  story.chapter('The button Rollback, forward to revision 2');
  story.say(
    'It was a false alarm. No hooks either way: the Job before the application does what the gate would have done.',
  );
  const events = await day.rollback(commit);
  const now = await witness.testimony();
  story.prove(
    'Rollback to a newer revision migrates before the application',
    `the order of Argo CD's events; ${now.how} of then and now`,
    succeeded(events) &&
      orderOf(events) === 'prepare: applied 3 | application' &&
      day.image === 'shop:2' &&
      now.schema === atTwo.schema,
  );
}
