import type { Testimony } from '../witness.ts';
import type { Day } from './day.ts';
import { orderOf, outOfSync, succeeded } from './events.ts';

/** Returns the commit that Git is at then. */
export async function gitReverted(day: Day, atTwo: Testimony): Promise<string> {
  const { witness, story } = day;
  story.chapter('Git is reverted, and the database is ahead of it');
  story.say(
    'The commit is taken back. What Argo CD compares is then what it was before: nothing would ever run. But a migration is applied that Git does not have any more, and the check, which comes round every few minutes, says so.',
  );
  const commit = await day.revert();
  await day.app.refresh();
  const calm = day.app.comparison?.status;
  const events = await day.wait(5);
  const diff = day.showDiff();
  story.prove(
    'what is applied and not in Git makes the application OutOfSync',
    "Argo CD's comparison and its diff",
    calm === 'Synced' && outOfSync(events).length > 0 && diff.some((line) => line.includes('ahead: 4')),
  );
  const sync = await day.sync();
  const now = await witness.testimony();
  story.prove(
    'a sync takes it back, and the database is that of revision 2',
    `${now.how} of then and now`,
    succeeded(sync) && orderOf(sync).endsWith('converge: undone 4') && now.schema === atTwo.schema,
  );
  return commit;
}
