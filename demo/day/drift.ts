import type { Day } from './day.ts';
import { outOfSync } from './events.ts';

export async function drift(day: Day): Promise<void> {
  const { witness, story } = day;
  story.chapter('A change made by hand is OutOfSync');
  await day.sql('CREATE INDEX by_hand ON orders (placed_at)', 'ALTER TABLE products ADD COLUMN discount int');
  const altered = await witness.testimony();
  story.say('Git is as it was, and so is every object in the cluster. The check comes round.');
  const events = await day.wait(5);
  const diff = day.showDiff();
  const tree = day.showTree();
  const after = await witness.testimony();
  story.prove(
    'a change by hand is OutOfSync, and the diff names each object',
    "Argo CD's comparison and its diff; what was typed",
    outOfSync(events).some((title) => title.startsWith('DatabaseSchema/')) &&
      ['by_hand', 'products.discount']
        .map((name) => witness.named(name))
        .every((name) => diff.some((line) => line.includes(name))),
  );
  story.prove(
    "it is reported and not touched; the application's health says so, too",
    `${after.how} before and after; the tree`,
    after.schema === altered.schema && tree[0]?.includes('Degraded') === true,
  );
  story.say('Somebody takes it back.');
  await day.sql(witness.dropIndex('by_hand', 'orders'), 'ALTER TABLE products DROP COLUMN discount');
  await day.wait(5);
  story.prove(
    'taken back, the application is Synced again',
    "Argo CD's comparison",
    day.app.comparison?.status === 'Synced' && day.app.comparison.health === 'Healthy',
  );
}
