import type { Testimony } from '../witness.ts';
import type { Laptop } from './laptop.ts';

export async function rollback(laptop: Laptop, revisionOne: Testimony): Promise<void> {
  const { witness } = laptop;
  laptop.story.chapter('Back to revision 1');
  laptop.story.say(
    'Revision 1 ended with migration 2. What takes the newer ones back was stored in the database when they were applied: Git is not asked, and need not have them any more.',
  );
  const goods = await witness.goods();
  const { exitCode } = await laptop.mooring('rollback', '--to', '2');
  const now = await witness.testimony();
  laptop.story.prove(
    'after the rollback the database is the one of revision 1',
    `${now.how} of then and now`,
    exitCode === 0 && now.schema === revisionOne.schema,
  );
  laptop.story.prove('and no row was lost', 'rows before and after', (await witness.goods()) === goods);
}
