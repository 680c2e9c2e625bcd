import type { Day } from './day.ts';
import { orderOf, succeeded } from './events.ts';
import type { Morning } from './two-syncs.ts';

export async function rollbackButton(day: Day, { one, atOne }: Morning): Promise<void> {
  const { witness, story } = day;
  story.chapter('The button Rollback, to revision 1');
  story.say(
    'Argo CD runs no hooks now, and revision 1 has no idea of migration 3. The database has: its undo was stored when it was applied. shop:1 gets along with what is new, so the application goes back first, and the database after it.',
  );
  const goods = await witness.goods();
  const events = await day.rollback(one);
  const now = await witness.testimony();
  story.prove(
    'Rollback: the application first, then the database',
    "the order of Argo CD's events",
    succeeded(events) && orderOf(events) === 'application | converge: undone 3' && day.image === 'shop:1',
  );
  story.prove(
    'then the database is the one of revision 1, and no row is lost',
    `${now.how} of then and now; rows before and after`,
    now.schema === atOne.schema && (await witness.goods()) === goods,
  );
}
